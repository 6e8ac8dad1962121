"""Show what comes next for a customer: the fall that is near, and what would lift it."""

from typing import Any
from uuid import UUID

from services.customer.domain.outlook import outlook_of
from services.customer.store.customers import find_visible
from services.customer.usecases.moves import facts_of, funnel_policy
from services.kit.unit_of_work import Begin


def show_outlook(begin: Begin, customer_id: UUID) -> dict[str, Any]:
    """
    :raises NotFound: for a customer the caller may not see.
    """
    with begin.asking() as work:
        customer = find_visible(work.session, work.caller, customer_id)
        facts = facts_of(work, [customer])[customer.id]
        outlook = outlook_of(facts, funnel_policy(work), work.today)
        return {
            "customer_id": customer.id,
            "customer_name": customer.name,
            "tier": customer.tier,
            "fall": outlook.fall,
            "lifts": outlook.lifts,
        }
