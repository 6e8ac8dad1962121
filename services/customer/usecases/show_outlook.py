"""Show what comes next for a customer: the fall that is near, and what would lift it."""

from typing import Any
from uuid import UUID

from services.customer.domain.outlook import outlook_of
from services.customer.store.customers import find_visible
from services.customer.store.tables import Customer
from services.customer.usecases.moves import facts_of, funnel_policy
from services.kit.unit_of_work import Begin, UnitOfWork


def show_outlook(begin: Begin, customer_id: UUID) -> dict[str, Any]:
    """
    :raises NotFound: for a customer the caller may not see.
    """
    with begin.asking() as work:
        return outlook_view(work, find_visible(work.session, work.caller, customer_id))


def outlook_view(work: UnitOfWork, customer: Customer) -> dict[str, Any]:
    """As the contract's ``CustomerOutlook``."""
    facts = facts_of(work, [customer])[customer.id]
    outlook = outlook_of(facts, funnel_policy(work), work.today)
    return {
        "customer_id": customer.id,
        "customer_name": customer.name,
        "tier": customer.tier,
        "fall": outlook.fall,
        "lifts": outlook.lifts,
    }
