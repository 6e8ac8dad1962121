"""Keep billing's copy of a customer."""

from uuid import UUID

from services.billing.store.customers import copy_customer as keep
from services.kit.envelope import Event
from services.kit.unit_of_work import Begin


def copy_customer(begin: Begin, event: Event) -> None:
    """For ``customer_added`` and ``customer_changed``."""
    customer = event.data
    with begin(consuming=event) as work:
        keep(
            work.session,
            {
                "id": UUID(customer["id"]),
                "name": customer["name"],
                "owner_id": customer["owner_id"] and UUID(customer["owner_id"]),
                "owner_name": customer["owner_name"],
                "owner_department_id": customer["owner_department_id"] and UUID(customer["owner_department_id"]),
                "invoice_information": customer["invoice_information"],
                "version": event.aggregate_version,
            },
        )
