"""What the daily sweep reads and writes: a batch of due customers, locked, and written back in one statement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Date, Integer, Text, Uuid, and_, bindparam, cast, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from services.customer.store.tables import Customer, TierMove
from services.kit.tables import Instant

_WRITTEN: Final[dict[str, TypeEngine[Any]]] = {
    "id": Uuid(),
    "tier": Text(),
    "tier_since": Instant,
    "owner_id": Uuid(),
    "owner_name": Text(),
    "owner_department_id": Uuid(),
    "fell_with": Text(),
    "next_look_on": Date(),
    "version": Integer(),
}
"""What a sweep changes of a customer."""

_WRITE: Final = text(
    f"UPDATE customers SET {', '.join(f'{name} = new.{name}' for name in _WRITTEN if name != 'id')}"  # noqa: S608  # names from above
    f" FROM unnest({', '.join(f':{name}' for name in _WRITTEN)}) AS new({', '.join(_WRITTEN)})"
    " WHERE customers.id = new.id"
).bindparams(*(bindparam(name, type_=ARRAY(kind)) for name, kind in _WRITTEN.items()))

_PLAN: Final = text(
    "UPDATE customers SET next_look_on = new.next_look_on FROM unnest(:id, :next_look_on) AS new(id, next_look_on)"
    " WHERE customers.id = new.id AND customers.next_look_on IS DISTINCT FROM new.next_look_on"
).bindparams(*(bindparam(name, type_=ARRAY(_WRITTEN[name])) for name in ("id", "next_look_on")))


@dataclass(frozen=True)
class Part:
    """A share of all customers: what falls to one shard of a job.

    :param number: from 0 to ``of`` - 1.
    """

    number: int
    of: int

    @property
    def condition(self) -> ColumnElement[bool]:
        return func.mod(func.abs(func.hashtext(cast(Customer.id, Text)).cast(BigInteger)), self.of) == self.number


def take_due(session: Session, on: date, part: Part, limit: int) -> list[Customer]:
    """Some of the customers whose day of the sweep has come, locked in the order of ids; none only if there are none.

    They are the caller's copies: what is changed in them is written by :func:`write_swept` and by nothing else.
    """
    due = and_(Customer.next_look_on <= on, part.condition)
    first = select(Customer.id).where(due).order_by(Customer.next_look_on, Customer.id).limit(limit)
    while ids := session.scalars(first).all():
        # Asked again under the lock: whoever held one meanwhile may have settled it.
        query = select(Customer).where(Customer.id.in_(ids), due).order_by(Customer.id).with_for_update()
        if customers := list(session.scalars(query)):
            # A session that watched them would write them one by one.
            session.expunge_all()
            return customers
    return []


def fallen_on(session: Session, customer_ids: Collection[UUID], day: date) -> set[UUID]:
    """Those of the customers that have had their step down of a day."""
    if not customer_ids:
        return set()
    query = select(TierMove.customer_id).where(TierMove.customer_id.in_(customer_ids), TierMove.fell_on == day)
    return set(session.scalars(query))


def write_swept(session: Session, customers: Sequence[Customer]) -> None:
    """Write back what a sweep changes of the customers that :func:`take_due` gave."""
    session.execute(_WRITE, {name: [getattr(customer, name) for customer in customers] for name in _WRITTEN})


def take_after(session: Session, last: UUID | None, limit: int) -> list[Customer]:
    """The next customers with an owner in the order of ids, locked; the caller's copies as those of :func:`take_due`."""
    query = select(Customer).where(Customer.tier != "pool").order_by(Customer.id).limit(limit).with_for_update()
    customers = list(session.scalars(query if last is None else query.where(Customer.id > last)))
    for customer in customers:
        session.expunge(customer)
    return customers


def write_plans(session: Session, customers: Sequence[Customer]) -> None:
    """Write back the next day of the sweep of customers, and nothing else."""
    session.execute(_PLAN, {name: [getattr(customer, name) for customer in customers] for name in ("id", "next_look_on")})
