"""What customer's events say of its rows: the row as it is after the change."""

from typing import Any

from services.customer.store.tables import Account, Customer, Product


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


def product_snapshot(product: Product) -> dict[str, Any]:
    """For ``product_added`` and ``product_changed``."""
    return {
        "id": product.id,
        "customer_id": product.customer_id,
        "name": product.name,
        "type": product.type,
        "payment_mode": product.payment_mode,
        "billing_cycle_months": product.billing_cycle_months,
        "needs_invoice": product.needs_invoice,
    }


def account_snapshot(account: Account) -> dict[str, Any]:
    """For ``account_opened`` and ``account_changed``."""
    return {
        "id": account.id,
        "identifier": account.identifier,
        "product_id": account.product_id,
        "customer_id": account.customer_id,
        "signature": account.signature,
        "interface": account.interface,
        "status": account.status,
    }
