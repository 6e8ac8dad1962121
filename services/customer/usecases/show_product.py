"""Show a product."""

from typing import Any
from uuid import UUID

from services.customer.store.products import find_product
from services.customer.usecases.views import product_view
from services.kit.unit_of_work import Begin


def show_product(begin: Begin, product_id: UUID) -> dict[str, Any]:
    """
    :raises NotFound: also for a product whose customer the caller may not see.
    """
    with begin.asking() as work:
        product, customer, accounts = find_product(work.session, work.caller, product_id)
        return product_view(customer, product, accounts)
