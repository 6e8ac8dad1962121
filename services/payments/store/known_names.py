"""Queries about every name that customers have or had: those that a payer's name is near."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Integer, and_, column, exists, func, literal, select, true, union_all
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql import cast

from services.kit.planning import plan_for_values
from services.payments.domain.names import normalise_payer
from services.payments.domain.near_names import NameParts, keys_of
from services.payments.store.matching_tables import KnownName
from services.payments.store.tables import Customer, CustomerName

_FOUND_MAX: Final = 200
"""So many names are compared with one; what is common to more distinguishes nobody."""
_NAMESAKES_MAX: Final = 60


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


def names_with_keys(
    session: Session, asked: Mapping[int, tuple[Sequence[int], Sequence[int]]], visible: ColumnElement[bool]
) -> dict[int, list[FoundName]]:
    """Names that may be near, for many askers by one query.

    :param asked: for each asker's number, what :func:`~services.payments.domain.near_names.keys_asked` gave; of the second kind
        fewer are looked at.
    :param visible: a condition on customers.
    """
    plan_for_values(session)
    columns = (column("number", Integer), column("near", ARRAY(Integer)), column("alike", ARRAY(Integer)))
    rows = [{"number": number, "near": list(near), "alike": list(alike)} for number, (near, alike) in asked.items()]
    given = func.jsonb_to_recordset(cast(rows, JSONB)).table_valued(*columns, name="given").render_derived(with_types=True)
    in_force = exists().where(
        CustomerName.customer_id == KnownName.customer_id, CustomerName.normalised_name == KnownName.normalised_name
    )
    branches = []
    for keys, at_most in ((given.c.near, _FOUND_MAX), (given.c.alike, _NAMESAKES_MAX)):
        found = select(KnownName.customer_id, KnownName.name, in_force.label("in_force"))
        if visible is not true():
            found = found.join(Customer, and_(Customer.id == KnownName.customer_id, visible))
        of_one = (
            found.where(KnownName.keys.overlap(keys)).order_by(func.length(KnownName.name), KnownName.customer_id).limit(at_most)
        )
        branches.append(of_one)
    near = union_all(*(select(branch.correlate(given).subquery()) for branch in branches)).lateral("near")
    query = (
        select(given.c.number, near.c.customer_id, near.c.name, near.c.in_force)
        .select_from(given)
        .join(near, literal(value=True))
    )
    names: dict[int, list[FoundName]] = {}
    for number, customer_id, name, is_in_force in session.execute(query):
        names.setdefault(number, []).append(FoundName(customer_id, name, is_in_force))
    return names
