"""What customer's events say of its rows: the row as it is after the change."""

from typing import Any

from services.customer.store.tables import Customer


def customer_snapshot(customer: Customer) -> dict[str, Any]:
    """For ``customer_added`` and ``customer_changed``."""
    return {
        "id": customer.id,
        "name": customer.name,
        "tier": customer.tier,
        "owner_id": customer.owner_id,
        "owner_name": customer.owner_name,
        "owner_department_id": customer.owner_department_id,
        "invoice_information": customer.invoice_information,
    }
