"""Writing what customers are found by, and finding the names that are near others."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Text, Uuid, column, func, select, true
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql import cast

from services.customer.domain.search_terms import near_keys, search_terms
from services.customer.store.tables import Customer, CustomerSearch
from services.kit.company_names import CoreName, normalise_name

_CANDIDATES_MAX = 300
"""So many names are compared with one; a word so common that more are near says nothing anyway."""


def write_search_rows(session: Session, customers: Sequence[Customer]) -> None:
    """Write what these customers' names are found by, new ones and changed ones, in one statement; the customers are flushed."""
    if not customers:
        return
    columns = (
        column("customer_id", Uuid),
        column("letters", Text),
        column("pinyin", Text),
        column("initials", Text),
        column("core", Text),
        column("keys", ARRAY(Integer)),
    )
    given = func.jsonb_to_recordset(cast([_row(customer) for customer in customers], JSONB)).table_valued(*columns, name="given")
    statement = insert(CustomerSearch).from_select(
        [each.name for each in columns], select(*given.render_derived(with_types=True).c)
    )
    written = {each.name: statement.excluded[each.name] for each in columns[1:]}
    session.execute(statement.on_conflict_do_update(index_elements=["customer_id"], set_=written))


def _row(customer: Customer) -> dict[str, Any]:
    terms = search_terms(customer.name)
    return {
        "customer_id": str(customer.id),
        "letters": terms.letters,
        "pinyin": terms.pinyin,
        "initials": terms.initials,
        "core": terms.core,
        "keys": terms.keys,
    }


@dataclass(frozen=True)
class NearName:
    """A customer whose name is near another's. ``owner`` is null in the pool."""

    customer_id: UUID
    name: str
    owner: str | None
    tier: str


def near_names(session: Session, names: Iterable[str], *, besides: Collection[UUID] = ()) -> dict[str, list[NearName]]:
    """The customers whose names are near each of these, the nearest first, whoever sees them; one query for all names.

    A customer of the very same normalised name is not near: that one is a duplicate.

    :param besides: customers that do not count: those whose names these are to be.
    :returns: names that have none are left out.
    """
    cores = {name: CoreName.of(name) for name in names}
    if not cores:
        return {}
    asked = [{"name": name, "core": core.core, "keys": near_keys(core)} for name, core in cores.items()]
    columns = (column("name", Text), column("core", Text), column("keys", ARRAY(Integer)))
    given = func.jsonb_to_recordset(cast(asked, JSONB)).table_valued(*columns, name="given").render_derived(with_types=True)
    candidates = (
        select(CustomerSearch.customer_id)
        .where(CustomerSearch.keys.overlap(given.c["keys"]))
        .order_by((CustomerSearch.core == given.c.core).desc(), func.length(CustomerSearch.letters), CustomerSearch.customer_id)
        .limit(_CANDIDATES_MAX)
        .lateral("candidates")
    )
    query = (
        select(given.c.name, Customer.id, Customer.name, Customer.owner_name, Customer.tier, Customer.normalised_name)
        .select_from(given)
        .join(candidates, true())
        .join(Customer, Customer.id == candidates.c.customer_id)
        .where(Customer.id.not_in(besides))
    )
    near: dict[str, list[NearName]] = {}
    for name, customer_id, other, owner, tier, normalised_name in session.execute(query):
        if normalised_name != normalise_name(name) and cores[name].is_near(CoreName.of(other)):
            near.setdefault(name, []).append(NearName(customer_id, other, owner, tier))
    for name, found in near.items():
        found.sort(key=lambda each: (CoreName.of(each.name).core != cores[name].core, len(each.name), each.name))
    return near
