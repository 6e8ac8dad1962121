"""Show one receipt, with whoever may be its customer and what holds or used it."""

from typing import Any
from uuid import UUID

from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.store.receipts import candidates_of, find_visible_receipt
from services.payments.store.tables import Customer, Receipt
from services.payments.store.write_offs import pairs_of_receipt

ReceiptView = dict[str, Any]
"""A receipt as the contract's ``Receipt`` and ``ReceiptDetail`` dump it."""


def show_receipt(begin: Begin, receipt_id: UUID) -> ReceiptView:
    """
    :raises NotFound: ``receipt_not_found``, also for one that the caller may not see.
    """
    with begin() as work:
        return view_of_receipt(work, find_visible_receipt(work.session, work.caller, receipt_id))


def view_of_receipt(work: UnitOfWork, receipt: Receipt) -> ReceiptView:
    """The whole view of a receipt, for somebody who may see it."""
    work.session.refresh(receipt)  # triggers and set-based statements have moved its sums and its reason along
    customer = work.session.get(Customer, receipt.customer_id) if receipt.customer_id else None
    candidates = candidates_of(work.session, receipt.normalised_payer) if receipt.match == "ambiguous" else []
    return receipt_view(receipt, customer.name if customer else None) | {
        "candidates": [
            {
                "customer_id": candidate.id,
                "customer_name": candidate.name,
                "owner_id": candidate.owner_id,
                "owner_name": candidate.owner_name,
                "matched_by": kind,
            }
            for candidate, kind in candidates
        ],
        "pairs": pairs_of_receipt(work.session, receipt.id),
    }


def receipt_view(receipt: Receipt, customer_name: str | None) -> ReceiptView:
    """A receipt in a list."""
    balance = receipt.amount - receipt.held - receipt.used
    return {
        "id": receipt.id,
        "bank_account": receipt.bank_account,
        "reference": receipt.reference,
        "received_at": receipt.received_at,
        "payer_name": receipt.payer_name,
        "payer_account": receipt.payer_account,
        "amount": receipt.amount,
        "held": receipt.held,
        "used": receipt.used,
        "balance": balance,
        "remark": receipt.remark,
        "state": "used" if receipt.used == receipt.amount else receipt.match,
        "customer_id": receipt.customer_id,
        "customer_name": customer_name,
        "matched_by": receipt.matched_by,
        "reason": receipt.reason if balance else None,
        "created_at": receipt.created_at,
        "version": receipt.version,
    }
