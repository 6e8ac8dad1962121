"""The policy of matching: every version is kept, the newest is in force."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.kit.paging import Page, PageRequest, fetch_page
from services.payments.domain.matching import MatchingPolicy
from services.payments.store import matching_tables as tables


def newest_policy(session: Session) -> tables.MatchingPolicy | None:
    """The newest version's row; ``None`` while nothing but the default has been in force."""
    return session.scalar(select(tables.MatchingPolicy).order_by(tables.MatchingPolicy.version.desc()).limit(1))


def policy_in_force(session: Session) -> MatchingPolicy:
    """The newest version, or the default."""
    newest = newest_policy(session)
    return MatchingPolicy() if newest is None else MatchingPolicy(**newest.content)


def insert_policy(session: Session, row: dict[str, Any]) -> bool:
    """Add a version, unless another of its number is there: of two who set the policy at once one does."""
    added = insert(tables.MatchingPolicy).values(row).on_conflict_do_nothing().returning(tables.MatchingPolicy.version)
    return session.execute(added).first() is not None


def page_of_policies(session: Session, request: PageRequest) -> Page:
    """Every version, the newest first."""
    version = tables.MatchingPolicy.version
    query = select(tables.MatchingPolicy)
    return fetch_page(session, query, request, sorts={"version": version}, default_sort="-version", key=version)
