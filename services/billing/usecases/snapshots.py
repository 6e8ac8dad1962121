"""What billing's events say of its rows: the row as it is after the change."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.billing.domain.differences import share_difference
from services.billing.store.tables import Bill, BillAccount
from services.kit.audit import AuditEntry
from services.kit.money import ZERO
from services.kit.unit_of_work import Fact, UnitOfWork


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
        "covered": bill.covered,
        "agreed_difference": bill.agreed_difference,
        "quantity": bill.quantity,
        "state": bill.state,
        "process_id": bill.process_id,
    }


def differences_by_account(bill: Bill, difference: Decimal, accounts: Sequence[BillAccount]) -> list[Decimal]:
    """Each account's part of what is agreed on beside the bill. They sum to it, but for the part of what no account has sent: an
    order's items, and what is sold once."""
    amounts = [account.amount for account in accounts]
    return share_difference(difference, [*amounts, bill.amount - sum(amounts, ZERO)])[:-1]


def products_of_bills(bills: Iterable[Bill]) -> list[UUID]:
    """What a process about these bills concerns."""
    return sorted({bill.product_id for bill in bills if bill.product_id is not None})


BillChange = tuple[Bill, Mapping[str, Any]]
"""A locked bill, and the values of its columns that change."""


def change_bills(work: UnitOfWork, changes: Sequence[BillChange], *, why: str) -> None:
    """Change bills' states or what hangs on them, and say so. An amount changes while its bill is open, and with its content:
    by ``rerate_bills`` alone."""
    entries = []
    for bill, values in changes:
        before = {key: getattr(bill, key) for key in values}
        entries.append(AuditEntry("bill_changed", ("bill", bill.id), _plain(before), _plain(values), why))
        for key, value in values.items():
            setattr(bill, key, value)
        bill.version += 1
    work.session.flush()
    work.publish_all([Fact("bill_changed", bill.id, bill_snapshot(bill), bill.version) for bill, _ in changes])
    work.audit_all(entries)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value if value is None or isinstance(value, bool | int) else str(value) for key, value in values.items()}
