"""List what of a customer's can be reconciled, and what is missing (spec, billing.md, "Reconciliation")."""

from typing import Any
from uuid import UUID

from services.billing.store.customers import find_visible_customer
from services.billing.store.selections import page_of_reconcilable, totals_of_selectable
from services.billing.usecases.list_bill_refusals import list_bill_refusals
from services.billing.usecases.selectable_bills import shown
from services.kit.clock import Month
from services.kit.paging import PAGE_SIZE_MAX, PageRequest
from services.kit.unit_of_work import Begin


def list_reconcilable_bills(begin: Begin, customer_id: UUID, *, page_size: int, sort: str, cursor: str) -> dict[str, Any]:
    """All the bills of the last month over, whatever their state, and those of any other month that are open: earlier ones, and
    an order's of this month.

    :returns: as ``ReconcilableBills`` of the contract.
    :raises NotFound: ``customer_not_found``, also for one the caller may not see.
    """
    with begin() as work:
        find_visible_customer(work.session, work.caller, customer_id)
        last = Month.of(work.today).plus(-1)
        page = page_of_reconcilable(work.session, PageRequest(page_size, sort, cursor), customer_id, last)
        totals = totals_of_selectable(work.session, customer_id)
    refusals = list_bill_refusals(
        begin, customer_id=customer_id, month=None, reason=None, resolved=False, page_size=PAGE_SIZE_MAX, sort="", cursor=""
    )
    return {
        "month": last,
        "items": [shown(bill) for bill in page.items],
        "next_cursor": page.next_cursor,
        "open": {**totals, "owed": totals["amount"] - totals["covered"]},
        "refusals": refusals.items,
        "more_refusals": refusals.next_cursor is not None,
    }
