"""The policy of funnel and pool: every version is kept, the newest is in force."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.customer.domain.completeness import share
from services.customer.domain.funnel import Reach, reach_of
from services.customer.domain.policy import FunnelPolicy, Policy
from services.customer.store import tables
from services.customer.store.tables import Customer
from services.kit.clock import end_of_day
from services.kit.paging import Page, PageRequest, fetch_page

_POLICY_LOCK = 0x4C3247  # advisory locks are per database


def keep_policy(session: Session) -> None:
    """Let nobody set the policy before the transaction ends; for who gives an owner to customers without one.

    When a policy is set, all that have an owner are planned anew; one that is seen to have one only later would be passed over.
    """
    session.execute(select(func.pg_advisory_xact_lock_shared(_POLICY_LOCK)))


def lock_policy(session: Session) -> None:
    """Wait for whoever keeps the policy, and let others wait until the transaction ends; for who sets it."""
    session.execute(select(func.pg_advisory_xact_lock(_POLICY_LOCK)))


def newest_policy(session: Session, *, lock: bool = False) -> tables.Policy | None:
    """The newest version's row; ``None`` while nothing but the default has been in force."""
    query = select(tables.Policy).order_by(tables.Policy.version.desc()).limit(1)
    return session.scalar(query.with_for_update() if lock else query)


def policy_in_force(session: Session) -> Policy:
    """The newest version, or the default."""
    newest = newest_policy(session)
    return Policy() if newest is None else Policy.of(newest.content)


def insert_policy(session: Session, row: dict[str, Any]) -> bool:
    """Add a version, unless another of its number is there: of two who set the policy at once one does, when nobody keeps it."""
    lock_policy(session)
    added = insert(tables.Policy).values(row).on_conflict_do_nothing().returning(tables.Policy.version)
    return session.execute(added).first() is not None


def page_of_policies(session: Session, request: PageRequest) -> Page:
    """Every version, the newest first."""
    version = tables.Policy.version
    return fetch_page(session, select(tables.Policy), request, sorts={"version": version}, default_sort="-version", key=version)


def customers_in_reach(session: Session, policies: list[FunnelPolicy], on: date, batch: int) -> Iterator[list[Customer]]:
    """All customers that some of the policies could move on a day, and few others, a batch at a time; read, not locked."""
    conditions = [_may_move(reach, policy) for policy in policies for reach in reach_of(policy, on)]
    query = select(Customer).where(or_(*conditions)).execution_options(yield_per=batch)
    for rows in session.scalars(query).partitions():
        session.expunge_all()
        yield list(rows)


def _may_move(reach: Reach, policy: FunnelPolicy) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = []
    if reach.quiet_by is not None:
        not_logged = or_(Customer.last_log_on.is_(None), Customer.last_log_on <= reach.quiet_by)
        ways.append(and_(Customer.tier_since < end_of_day(reach.quiet_by), not_logged))
    if reach.ended_by is not None:
        ways.append(Customer.contract_ends_on <= reach.ended_by)
    needs: dict[str, ColumnElement[bool]] = {
        "completeness": Customer.filled_items >= _items_of(policy.completeness),
        "account": or_(Customer.has_account, Customer.test_account_archived),
        "contract": Customer.contract_ends_on >= reach.on,
    }
    ways += [
        and_(Customer.last_log_on > reach.logged_after, *(needs[need] for need in upgrade.needs)) for upgrade in reach.rises_by
    ]
    return and_(Customer.tier == reach.tier, or_(false(), *ways))


def _items_of(threshold: Decimal) -> int:
    return next((items for items in range(6) if share(items) >= threshold), 6)
