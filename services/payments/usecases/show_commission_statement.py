"""Show a month's commission: what was earned, where it came from, and what is still missing (spec, payments.md, "Commission")."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.kit.clock import Month
from services.kit.paging import PageRequest
from services.kit.unit_of_work import Begin
from services.payments.store.commissions import missing_of, page_of_entries, totals_of_entries


def show_commission_statement(
    begin: Begin, *, month: Month, owner_id: UUID | None, page_size: int, cursor: str
) -> dict[str, Any]:
    """As the contract's ``CommissionStatement``: of everybody whom the caller sees, or of one of them."""
    with begin() as work:
        session, caller = work.session, work.caller
        entries = page_of_entries(session, caller, month, owner_id, PageRequest(page_size, "", cursor))
        missing, count = missing_of(session, caller, month, owner_id)
        return {
            "month": month,
            "totals": totals_of_entries(session, caller, month, owner_id),
            "entries": entries.items,
            "next_cursor": entries.next_cursor,
            "missing": [] if cursor else [_missing(row) for row in missing],
            "missing_count": count,
        }


def _missing(row: Row[Any]) -> dict[str, Any]:
    receivable, customer_name, waits_for_confirmation = row[0], row.customer_name, row.waits_for_confirmation
    if receivable.held:
        reason = {"code": "waiting_for_confirmation" if waits_for_confirmation else "in_approval"}
    else:
        reason = receivable.reason or {"code": "not_tried"}
    return {
        "bill_id": receivable.bill_id,
        "bill_number": receivable.number,
        "customer_id": receivable.customer_id,
        "customer_name": customer_name,
        "month": Month.of(receivable.period_start),
        "amount": receivable.amount,
        "not_written_off": receivable.amount - receivable.written_off,
        "reason": reason,
    }
