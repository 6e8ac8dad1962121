"""What billing's events say of its rows: the row as it is after the change."""

from typing import Any

from services.billing.store.tables import Bill
from services.kit.unit_of_work import UnitOfWork


def bill_snapshot(bill: Bill) -> dict[str, Any]:
    """For ``bill_made`` and ``bill_changed``."""
    return {
        "bill_id": bill.id,
        "number": bill.number,
        "customer_id": bill.customer_id,
        "customer_name": bill.customer_name,
        "product_id": bill.product_id,
        "product_name": bill.product_name,
        "product_type": bill.product_type,
        "payment_mode": bill.payment_mode,
        "month": bill.month,
        "amount": bill.amount,
        "quantity": bill.quantity,
        "state": bill.state,
    }


def change_bill(work: UnitOfWork, bill: Bill, *, why: str, **changes: Any) -> None:
    """Change a locked bill's state or what hangs on it, and say so; its amounts never change."""
    before = {key: getattr(bill, key) for key in changes}
    for key, value in changes.items():
        setattr(bill, key, value)
    bill.version += 1
    work.session.flush()
    work.publish("bill_changed", bill.id, bill_snapshot(bill), version=bill.version)
    work.audit("bill_changed", ("bill", bill.id), before=_plain(before), after=_plain(changes), why=why)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value if value is None or isinstance(value, bool | int) else str(value) for key, value in values.items()}
