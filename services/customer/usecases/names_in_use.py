"""When a customer's name is another's already, or nearly so: what whoever enters it is told (spec, customer.md, "Data").

Whoever may see those others: so that nobody works on another's customer unawares.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from services.customer.domain.search_terms import near_keys
from services.customer.store.search_rows import NearName, near_names
from services.customer.store.tables import Customer
from services.kit.company_names import CoreName
from services.kit.errors import Conflict
from services.kit.unit_of_work import UnitOfWork

SHOWN_MAX: Final = 5
_POOL: Final = "公共池"


def name_taken(holder: Customer) -> Conflict:
    """The refusal of a name that a customer has, with who looks after that one."""
    return Conflict("customer_name_taken", name=holder.name, owner=holder.owner_name or _POOL)


def names_near(work: UnitOfWork, customers: Sequence[Customer]) -> dict[UUID, Conflict]:
    """For customers whose new names are not confirmed; also near each other, where the first in their order may have its name.

    :returns: of those that others are called nearly like, by their ids, ``customer_name_near``: with the name, owner's name and
        tier of these others, the nearest first.
    """
    near = near_names(work.session, {customer.name for customer in customers}, besides={customer.id for customer in customers})
    refused: dict[UUID, Conflict] = {}
    free: dict[int, list[tuple[CoreName, Customer]]] = {}
    for customer in customers:
        core = CoreName.of(customer.name)
        keys = near_keys(core)
        beside = [other for key in keys for other_core, other in free.get(key, ()) if core.is_near(other_core)]
        others = [*near.get(customer.name, ()), *map(_as_near, dict.fromkeys(beside))][:SHOWN_MAX]
        if others:
            refused[customer.id] = _name_near(customer, others)
        else:
            for key in keys:
                free.setdefault(key, []).append((core, customer))
    return refused


def _as_near(customer: Customer) -> NearName:
    return NearName(customer.id, customer.name, customer.owner_name, customer.tier)


def _name_near(customer: Customer, others: Sequence[NearName]) -> Conflict:
    shown = [{"name": each.name, "owner": each.owner or _POOL, "tier": each.tier} for each in others]
    names = "、".join(f"“{each['name']}”（{each['owner']}）" for each in shown)
    return Conflict("customer_name_near", name=customer.name, names=names, near=shown)
