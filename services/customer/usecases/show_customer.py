"""Show one customer."""

from uuid import UUID

from services.customer.store.customers import find_visible
from services.customer.store.tables import Customer
from services.kit.unit_of_work import Begin


def show_customer(begin: Begin, customer_id: UUID) -> Customer:
    """
    :raises NotFound: also for a customer the caller may not see.
    """
    with begin() as work:
        return find_visible(work.session, work.caller, customer_id)
