"""The policy of notify: every version is kept, the newest is in force."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.kit.paging import Page, PageRequest, fetch_page
from services.notify.domain.policy import NotificationPolicy
from services.notify.store import reminder_tables as tables


def newest_policy(session: Session) -> tables.NotificationPolicy | None:
    """The newest version's row; ``None`` while nothing but the default has been in force."""
    return session.scalar(select(tables.NotificationPolicy).order_by(tables.NotificationPolicy.version.desc()).limit(1))


def policy_in_force(session: Session) -> NotificationPolicy:
    """The newest version, or the default."""
    newest = newest_policy(session)
    return NotificationPolicy() if newest is None else NotificationPolicy.of(newest.content)


def insert_policy(session: Session, row: dict[str, Any]) -> bool:
    """Add a version, unless another of its number is there: of two who set the policy at once one does."""
    added = insert(tables.NotificationPolicy).values(row).on_conflict_do_nothing().returning(tables.NotificationPolicy.version)
    return session.execute(added).first() is not None


def page_of_policies(session: Session, request: PageRequest) -> Page:
    """Every version, the newest first."""
    version = tables.NotificationPolicy.version
    query = select(tables.NotificationPolicy)
    return fetch_page(session, query, request, sorts={"version": version}, default_sort="-version", key=version)
