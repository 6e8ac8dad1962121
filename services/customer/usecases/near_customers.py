"""Show whoever names a customer which others are called nearly so (spec, customer.md, "Data")."""

from services.customer.store.search_rows import near_names
from services.customer.store.tables import Customer
from services.kit.errors import Conflict
from services.kit.unit_of_work import UnitOfWork

SHOWN_MAX = 5


def refuse_near_name(work: UnitOfWork, customer: Customer) -> None:
    """For a customer whose new name is written and not confirmed.

    :raises Conflict: ``customer_name_near``, with the name, owner's name and tier of those that are near, the nearest first,
        whoever may see them: so that nobody works on another's customer unawares.
    """
    near = near_names(work.session, [customer.name], besides=customer.id).get(customer.name, [])[:SHOWN_MAX]
    if near:
        shown = [{"name": each.name, "owner": each.owner or "公共池", "tier": each.tier} for each in near]
        names = "、".join(f"“{each['name']}”（{each['owner']}）" for each in shown)
        raise Conflict("customer_name_near", name=customer.name, names=names, near=shown)
