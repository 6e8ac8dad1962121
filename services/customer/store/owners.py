"""Who looks after customers, and handing them on: many at a time, in one statement each."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, SQLColumnExpression, Uuid, any_, delete, func, literal, or_, select, update
from sqlalchemy.orm import Session

from services.customer.store.customers import visible_to
from services.customer.store.tables import Customer, FunnelNotice
from services.kit.caller import Caller


def _among(column: SQLColumnExpression[Any], ids: Collection[UUID]) -> ColumnElement[bool]:
    # As one array: ``IN`` sends a parameter each, of which a statement has 65,535 at most, and one may look after more.
    return column == any_(literal(list(ids), ARRAY(Uuid)))


def owners_of(session: Session, caller: Caller, customer_ids: Sequence[UUID]) -> dict[UUID, UUID | None]:
    """Of these customers those that the caller sees, with their owners; nothing is locked."""
    query = select(Customer.id, Customer.owner_id).where(_among(Customer.id, customer_ids), visible_to(caller))
    return {row.id: row.owner_id for row in session.execute(query)}


def owned_by(session: Session, caller: Caller, owner_id: UUID) -> dict[UUID, UUID | None]:
    """All customers of one owner that the caller sees, as :func:`owners_of`, by name."""
    query = select(Customer.id, Customer.owner_id).where(Customer.owner_id == owner_id, visible_to(caller))
    return {row.id: row.owner_id for row in session.execute(query.order_by(Customer.name, Customer.id))}


def lock_customers(session: Session, customer_ids: Sequence[UUID]) -> list[Customer]:
    """These customers, locked in the order of ids; for a caller who was found to see them."""
    query = select(Customer).where(_among(Customer.id, customer_ids)).order_by(Customer.id).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def lock_in_hands_of(session: Session, *user_ids: UUID) -> list[Customer]:
    """All that some people look after or are claiming, locked in the order of ids: at once, as everybody locks customers."""
    in_hands = or_(_among(Customer.owner_id, user_ids), _among(Customer.claimant_id, user_ids))
    query = select(Customer).where(in_hands).order_by(Customer.id).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def count_in_hands_of(session: Session, user_id: UUID) -> tuple[int, int]:
    """How many somebody looks after, and how many he or she is claiming."""
    owned = select(func.count()).where(Customer.owner_id == user_id).scalar_subquery()
    claimed = select(func.count()).where(Customer.claimant_id == user_id).scalar_subquery()
    return session.execute(select(owned, claimed)).one().tuple()


def give_to(
    session: Session, customer_ids: Sequence[UUID], owner_id: UUID, name: str, department_id: UUID | None
) -> list[Customer]:
    """Make locked customers somebody else's.

    The tier and the day it was entered stay, and with them the days on which something is due: no rule asks whose a customer is.

    :returns: them as they are now, in the order of ids.
    """
    given = (
        update(Customer)
        .where(_among(Customer.id, customer_ids))
        .values(owner_id=owner_id, owner_name=name, owner_department_id=department_id, version=Customer.version + 1)
        .returning(Customer)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    return sorted(session.scalars(given), key=lambda customer: customer.id)


def forget_warnings(session: Session, customer_ids: Sequence[UUID], on: date) -> None:
    """Let these customers' owner be warned of a fall that is still to come, though another has been: the sweep looks again.

    A warning's period is the day of the fall; what is told once a calendar month stays told.
    """
    coming = FunnelNotice.period > on.isoformat()
    of_them = _among(FunnelNotice.customer_id, customer_ids)
    again = set(session.scalars(delete(FunnelNotice).where(of_them, coming).returning(FunnelNotice.customer_id)))
    if again:
        looked_at = update(Customer).where(_among(Customer.id, again)).values(next_look_on=on)
        session.execute(looked_at.execution_options(synchronize_session=False))
