"""Who falls next: by the indexes of how long a customer has been quiet and of when its contract ends."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    cast,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from services.contracts.people import visibility_of
from services.customer.domain.funnel import Reach
from services.customer.store.customers import owned_in_sight
from services.customer.store.tables import Customer
from services.kit.caller import Caller
from services.kit.planning import plan_for_values

_LONG_AGO: Final = literal_column("'0001-01-01'::date", Date)


def falls_by(reaches: Sequence[Reach]) -> ColumnElement[bool]:
    """Whether a customer falls, unless something is done, on the day of these reaches or earlier; just as ``next_fall`` says."""
    return or_(false(), *(condition for condition, _ in _ways(Customer, reaches)))


def first_to_fall(
    session: Session, caller: Caller, reaches: Sequence[Reach], limit: int, counted_max: int
) -> tuple[list[Customer], int]:
    """Of each tier the first so many of the visible customers that fall, in no order; and how many fall in all.

    :param counted_max: what is over it counts as one.
    """
    plan_for_values(session)
    customers = _in_sight(caller)
    ways = _ways(customers, reaches)
    if not ways:
        return [], 0
    # What has been quiet longer falls no later: the first of a tier stand where its index begins.
    walks = [select(customers.id).where(condition).order_by(since, customers.id) for condition, since in ways]
    firsts = [walk.limit(limit) for walk in walks]
    falling = [walk.limit(counted_max + 1) for walk in walks]
    total = select(func.least(func.count(), counted_max + 1)).select_from(_together(falling)).scalar_subquery()
    rows = session.execute(select(Customer, total).where(Customer.id.in_(select(_together(firsts).c.id)))).all()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def counts_by_tier(session: Session, caller: Caller) -> dict[str, int]:
    """How many customers with an owner the caller sees, by tier; and how many of the pool can be claimed."""
    plan_for_values(session)
    owned = select(Customer.tier, func.count()).where(Customer.tier != "pool").group_by(Customer.tier)
    if not visibility_of(caller).everything:  # else the tier alone is asked for, which an index has
        owned = owned.where(owned_in_sight(caller))
    free = select(func.count()).select_from(Customer).where(Customer.tier == "pool", Customer.claim_process_id.is_(None))
    counts: dict[str, int] = {row[0]: row[1] for row in session.execute(owned)}
    return {**counts, "pool": session.scalar(free) or 0}


def _ways(customer: Any, reaches: Sequence[Reach]) -> list[tuple[ColumnElement[bool], SQLColumnExpression[date]]]:
    """Of each tier that may fall: when one of its customers does, and what they fall in the order of."""
    quiet_since = func.greatest(
        customer.last_log_on, cast(func.timezone(literal_column("'Asia/Shanghai'"), customer.tier_since), Date), type_=Date
    )
    ends_on = func.coalesce(customer.contract_ends_on, _LONG_AGO, type_=Date)
    unused = or_(customer.last_usage_on.is_(None), customer.last_usage_on <= customer.contract_ends_on)
    ways: list[tuple[ColumnElement[bool], SQLColumnExpression[date]]] = []
    for reach in reaches:
        of_tier = and_(customer.tier == reach.tier, not_(customer.is_protected))
        if reach.quiet_by is not None:
            ways.append((and_(of_tier, quiet_since <= reach.quiet_by), quiet_since))
        if reach.ended_by is not None:
            ways.append((and_(of_tier, ends_on > _LONG_AGO, ends_on <= reach.ended_by, unused), ends_on))
    return ways


def _in_sight(caller: Caller) -> Any:
    """The customers to look among. Whoever sees some has them looked up, once: of all that are quiet hardly any is among them."""
    if visibility_of(caller).everything:
        return Customer
    asked = (
        Customer.id,
        Customer.tier,
        Customer.tier_since,
        Customer.last_log_on,
        Customer.contract_ends_on,
        Customer.last_usage_on,
        Customer.is_protected,
    )
    return select(*asked).where(owned_in_sight(caller)).cte("theirs").prefix_with("MATERIALIZED").c


def _together(queries: Sequence[Select[UUID]]) -> Subquery:
    return union_all(*(select(query.subquery()) for query in queries)).subquery()
