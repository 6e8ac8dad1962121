"""Search customers: what the search box answers as one types."""

from typing import Any

from services.customer.domain.search_terms import SearchText
from services.customer.store.search import search_hits
from services.kit.unit_of_work import Begin


def search_customers(begin: Begin, text: str) -> dict[str, Any]:
    """The visible customers that the text could mean, the best first; none for white space."""
    with begin() as work:
        hits = search_hits(work.session, work.caller, SearchText.of(text))
        return {
            "items": [
                {
                    "customer_id": customer.id,
                    "customer_name": customer.name,
                    "tier": customer.tier,
                    "owner_name": customer.owner_name,
                    "matched_by": matched_by,
                    "matched": matched,
                }
                for customer, matched_by, matched in hits
            ]
        }
