"""What payments' events say of its rows: the row as it is after the change."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from services.payments.store.receipts import ReceiptRow
from services.payments.store.tables import Customer, Receipt, WriteOff
from services.payments.store.write_offs import WriteOffRow


def receipt_recorded(receipt: Receipt | ReceiptRow) -> dict[str, Any]:
    """For ``receipt_recorded``; the others begin with it."""
    return {
        "receipt_id": receipt.id,
        "payer_name": receipt.payer_name,
        "amount": receipt.amount,
        "received_at": receipt.received_at,
    }


def receipt_matched(receipt: Receipt | ReceiptRow, customer: Customer) -> dict[str, Any]:
    """For ``receipt_matched``."""
    return receipt_recorded(receipt) | {
        "customer_id": customer.id,
        "customer_name": customer.name,
        "owner_id": customer.owner_id,
        "matched_by": receipt.matched_by,
        "balance": receipt.amount - receipt.held - receipt.used,
    }


def receipt_unmatched(receipt: Receipt | ReceiptRow, candidate_owner_ids: Collection[UUID | None]) -> dict[str, Any]:
    """For ``receipt_unmatched``."""
    owners = sorted(owner for owner in candidate_owner_ids if owner is not None)
    return receipt_recorded(receipt) | {"reason": receipt.match, "candidate_owner_ids": owners}


def match_undone(receipt: Receipt, customer: Customer, by_name: str, why: str) -> dict[str, Any]:
    """For ``receipt_unmatched``, of a receipt that was this customer's until somebody undid it."""
    return receipt_unmatched(receipt, ()) | {
        "undone_customer_id": customer.id,
        "undone_customer_name": customer.name,
        "undone_owner_id": customer.owner_id,
        "undone_by_name": by_name,
        "undone_why": why,
    }


def write_off_started(write_off: WriteOff | WriteOffRow, customer: Customer, pairs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """For ``write_off_started``; ``pairs`` name their payer and bill."""
    return {
        "write_off_id": write_off.id,
        "automatic": write_off.automatic,
        "customer_id": customer.id,
        "customer_name": customer.name,
        "owner_id": write_off.started_by_id,
        "owner_name": write_off.started_by_name,
        "owner_department_id": customer.owner_department_id,
        "amount": write_off.amount,
        "pairs": list(pairs),
    }
