"""Queries about every name that customers have or had: those that a payer's name is near."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnClause, ColumnElement, Integer, and_, column, exists, func, literal, select, true, union_all
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql import cast

from services.kit.planning import plan_for_values
from services.payments.domain.names import normalise_payer
from services.payments.domain.near_names import KeysAsked, NameParts, keys_of
from services.payments.store.matching_tables import KnownName
from services.payments.store.tables import Customer, CustomerName

_FOUND_MAX: Final = {"same": 100, "slips": 100, "alike": 50}
"""So many names are compared with one, by kind of key; what is common to more distinguishes nobody."""


@dataclass(frozen=True)
class FoundName:
    """A customer's name that shares a key with what was asked.

    :param in_force: whether the customer has it now.
    """

    customer_id: UUID
    name: str
    in_force: bool


def note_names(session: Session, customer_id: UUID, names: Iterable[str]) -> None:
    """Have a customer found by these names from now on, whatever it is called later."""
    rows = {
        normalised: {"customer_id": customer_id, "normalised_name": normalised, "name": name, "keys": keys_of(NameParts.of(name))}
        for name in names
        if (normalised := normalise_payer(name))
    }
    if rows:
        session.execute(insert(KnownName).values(list(rows.values())).on_conflict_do_nothing())


def names_with_keys(session: Session, asked: Mapping[int, KeysAsked], visible: ColumnElement[bool]) -> dict[int, list[FoundName]]:
    """Names that may be near, for many askers by one query.

    :param asked: by each asker's number.
    :param visible: a condition on customers.
    """
    plan_for_values(session)
    columns: list[ColumnClause[Any]] = [column("number", Integer), *(column(kind, ARRAY(Integer)) for kind in _FOUND_MAX)]
    rows = [{"number": number, **asdict(keys)} for number, keys in asked.items()]
    given = func.jsonb_to_recordset(cast(rows, JSONB)).table_valued(*columns, name="given").render_derived(with_types=True)
    branches = []
    for kind, at_most in _FOUND_MAX.items():
        # By its keys first, whoever asks: the offset keeps the planner from trying the keys on every customer that one sees.
        keyed = select(KnownName).where(KnownName.keys.overlap(given.c[kind])).offset(0).correlate(given).subquery("keyed")
        in_force = exists().where(
            CustomerName.customer_id == keyed.c.customer_id, CustomerName.normalised_name == keyed.c.normalised_name
        )
        found = select(keyed.c.customer_id, keyed.c.name, in_force.label("in_force"))
        if visible is not true():
            found = found.join(Customer, and_(Customer.id == keyed.c.customer_id, visible))
        branches.append(found.order_by(func.length(keyed.c.name), keyed.c.customer_id).limit(at_most))
    near = union_all(*(select(branch.correlate(given).subquery()) for branch in branches)).lateral("near")
    query = select(given.c.number, near.c.customer_id, near.c.name, near.c.in_force).join(near, literal(value=True))
    names: dict[int, list[FoundName]] = {}
    for number, customer_id, name, is_in_force in session.execute(query):
        names.setdefault(number, []).append(FoundName(customer_id, name, is_in_force))
    return names
