"""Which bills a 对账 may take, and why not others (spec, billing.md, "Reconciliation")."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.billing.store.tables import Bill
from services.contracts.billing import BILL_STATE_NAMES
from services.contracts.wording import LANGUAGES, field_message
from services.kit.money import ZERO


def why_not_reconcilable(bill: Bill, process_id: UUID | None = None) -> str | None:
    """What keeps a bill from being reconciled, as a code of ``FIELD_ERRORS`` with the bill's number; ``None`` if nothing does.

    :param process_id: of the reconciliation that asks, which may hold it already.
    """
    if bill.void_process_id is not None and bill.state != "void":
        return f"bill_being_voided|{bill.number}"
    if bill.state == "reconciling" and bill.process_id != process_id:
        return f"bill_in_process|{bill.number}"
    if bill.state not in {"open", "reconciling"}:
        return f"bill_not_open|{bill.number}|{'|'.join(BILL_STATE_NAMES[bill.state])}"
    return None


def shown(bill: Bill) -> dict[str, Any]:
    """As ``ReconcilableBill`` of the contract."""
    why_not = why_not_reconcilable(bill)
    zh, en = (field_message(why_not, language) if why_not else None for language in LANGUAGES)
    return {
        **{column.key: getattr(bill, column.key) for column in bill.__table__.columns},
        "agreed_amount": bill.agreed_amount,
        "expected_due_on": bill.expected_due_on,
        "selectable": why_not is None,
        "why_not": why_not,
        "why_not_zh": zh,
        "why_not_en": en,
    }


def totals_of(bills: Sequence[Bill]) -> dict[str, Any]:
    """As ``BillTotals`` of the contract."""
    amount, covered = sum((bill.amount for bill in bills), ZERO), sum((bill.covered for bill in bills), ZERO)
    return {
        "bill_count": len(bills),
        "quantity": sum(bill.quantity for bill in bills),
        "amount": amount,
        "covered": covered,
        "owed": amount - covered,
    }
