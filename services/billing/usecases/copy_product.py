"""Keep billing's copy of a product."""

from uuid import UUID

from services.billing.store.customers import copy_product as keep
from services.kit.clock import business_date
from services.kit.envelope import Event
from services.kit.unit_of_work import Begin


def copy_product(begin: Begin, event: Event) -> None:
    """For ``product_added`` and ``product_changed``."""
    product = event.data
    with begin(consuming=event) as work:
        keep(
            work.session,
            {
                "id": UUID(product["id"]),
                "customer_id": UUID(product["customer_id"]),
                "name": product["name"],
                "type": product["type"],
                "payment_mode": product["payment_mode"],
                "billing_cycle_months": product["billing_cycle_months"],
                "needs_invoice": product["needs_invoice"],
                "version": event.aggregate_version,
            },
            heard_on=business_date(event.time),
        )
