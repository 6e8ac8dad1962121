"""Show one receipt, with whoever may be, or is suggested as, its customer and what holds or used it."""

from typing import Any
from uuid import UUID

from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.store.customers import find_visible_customers
from services.payments.store.matching_policies import policy_in_force
from services.payments.store.receipts import candidates_of, find_visible_receipt
from services.payments.store.receivables import OWES_NOTHING, owed_by_customers
from services.payments.store.tables import Customer, Receipt
from services.payments.store.write_offs import pairs_of_receipt
from services.payments.usecases.suggest_customers import suggest_customers

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
    return receipt_view(receipt, customer.name if customer else None) | {
        "candidates": _candidates(work, receipt) if receipt.match == "ambiguous" else [],
        "suggestions": suggest_customers(work, [receipt]).get(receipt.id, []),
        "pairs": pairs_of_receipt(work.session, work.caller, receipt.id),
    }


def _candidates(work: UnitOfWork, receipt: Receipt) -> list[dict[str, Any]]:
    """Whose it may be. Of customers whom the caller does not see only who looks after them is told: with whom to settle it."""
    by_account = policy_in_force(work.session).match_bank_account
    candidates = candidates_of(work.session, receipt, by_account=by_account)
    seen = find_visible_customers(work.session, work.caller, [candidate.id for candidate, _ in candidates])
    owed = owed_by_customers(work.session, seen)
    views = []
    for candidate, kind in candidates:
        is_seen = candidate.id in seen
        views.append(
            {
                "customer_id": candidate.id if is_seen else None,
                "customer_name": candidate.name if is_seen else None,
                "owner_id": candidate.owner_id,
                "owner_name": candidate.owner_name,
                "matched_by": kind if is_seen else None,
                "owed": owed.get(candidate.id, OWES_NOTHING)._asdict() if is_seen else None,
            }
        )
    return sorted(views, key=lambda view: view["customer_id"] is None)


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
