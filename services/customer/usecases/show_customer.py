"""Show one customer."""

from typing import Any
from uuid import UUID

from services.customer.store.customers import find_visible
from services.customer.usecases.views import customer_view
from services.kit.unit_of_work import Begin


def show_customer(begin: Begin, customer_id: UUID) -> dict[str, Any]:
    """
    :raises NotFound: also for a customer the caller may not see.
    """
    with begin.asking() as work:
        return customer_view(find_visible(work.session, work.caller, customer_id))
