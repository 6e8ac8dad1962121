"""Count what somebody looks after."""

from uuid import UUID

from services.customer.store.owners import count_in_hands_of
from services.kit.unit_of_work import Begin


def count_held_customers(begin: Begin, user_id: UUID) -> dict[str, int]:
    """As :class:`services.contracts.holdings.CustomersHeld` wants it; of nobody whom we know, nothing."""
    with begin() as work:
        customers, claims = count_in_hands_of(work.session, user_id)
    return {"customers": customers, "claims": claims}
