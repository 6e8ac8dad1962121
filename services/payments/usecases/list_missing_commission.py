"""List what still keeps commission back, bill by bill, with what to do about it (spec, payments.md, "Commission")."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from services.kit.clock import Month
from services.kit.database import read_one_moment
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.domain.commission import bill_cost, commission_of, cost_share
from services.payments.store.bill_tables import Bill
from services.payments.store.missing_commission import (
    Waiting,
    bills_with_customers,
    holders_of,
    page_of_missing,
    receivables_with_customers,
)
from services.payments.store.tables import Customer, Receivable
from services.payments.usecases.earn_commission import Terms, cost_of

STEPS: Final[Mapping[str, tuple[str, str | None]]] = {
    "not_reconciled": ("start_reconciliation", "reconciliation"),
    "reconciling": ("open_reconciliation", "reconciliation"),
    "waiting_for_confirmation": ("confirm_write_off", "write_off"),
    "in_approval": ("open_write_off", "write_off"),
    "no_receipt": ("find_receipt", None),
    "older_receivable_first": ("settle_older_first", None),
    "no_owner": ("find_owner", None),
    "not_tried": ("wait", None),
}
"""What is missing → what to do, and the code of the process that it takes. For other reasons a write-off is started by hand."""
BY_HAND: Final = ("start_write_off", "write_off")


def list_missing_commission(
    begin: Begin, *, month: Month, owner_id: UUID | None, customer_id: UUID | None, page_size: int, cursor: str
) -> Page:
    """A page of the bills up to a month's that the caller sees, the oldest first; as the contract's ``MissingCommission``."""
    with begin() as work:
        read_one_moment(work.session)
        waiting = Waiting(work.caller, month, owner_id, customer_id)
        return missing_page(work, waiting, PageRequest(page_size, "", cursor))


def missing_page(work: UnitOfWork, waiting: Waiting, request: PageRequest) -> Page:
    """The same, for who has more to read in this transaction."""
    page = page_of_missing(work.session, waiting, request)
    ids = page.items
    receivables = receivables_with_customers(work.session, ids)
    bills = bills_with_customers(work.session, [bill_id for bill_id in ids if bill_id not in receivables])
    holders = holders_of(work.session, list(receivables))
    types = {one.product_type for one, _ in receivables.values()} | {one.product_type for one, _ in bills.values()}
    terms = Terms.on(work, work.today, types)
    items = [
        _receivable(*receivables[bill_id], holders.get(bill_id), terms)
        if bill_id in receivables
        else _unreconciled(*bills[bill_id], terms)
        for bill_id in ids
    ]
    return Page(items, page.next_cursor)


def _receivable(receivable: Receivable, customer: Customer, holder: Any, terms: Terms) -> dict[str, Any]:
    if holder is not None:
        reason, process_id = {"code": "waiting_for_confirmation" if holder.automatic else "in_approval"}, holder.id
    else:
        reason, process_id = receivable.reason or {"code": "not_tried"}, None
    left = receivable.amount - receivable.written_off
    return _missing(customer, receivable.bill_id, reason, process_id) | {
        "bill_number": receivable.number,
        "product_name": receivable.product_name,
        "month": Month.of(receivable.period_start),
        "due_on": receivable.due_on,
        "state": "reconciled",
        "amount": receivable.amount,
        "not_written_off": left,
        "expected_commission": _expected_of_receivable(receivable, left, terms),
    }


def _unreconciled(bill: Bill, customer: Customer, terms: Terms) -> dict[str, Any]:
    reason = {"code": "not_reconciled" if bill.state == "open" else "reconciling"}
    return _missing(customer, bill.id, reason, bill.process_id) | {
        "bill_number": bill.number,
        "product_name": bill.product_name,
        "month": Month.of(bill.month),
        "due_on": None,
        "state": bill.state,
        "amount": bill.amount,
        "not_written_off": bill.amount,
        "expected_commission": _expected_of_bill(bill, terms),
    }


def _missing(customer: Customer, bill_id: UUID, reason: Mapping[str, Any], process_id: UUID | None) -> dict[str, Any]:
    step, process_code = STEPS.get(reason["code"], BY_HAND)
    return {
        "bill_id": bill_id,
        "customer_id": customer.id,
        "customer_name": customer.name,
        "owner_id": customer.owner_id,
        "owner_name": customer.owner_name,
        "reason": reason,
        "next_step": {
            "code": step,
            "process_code": process_code,
            "process_id": process_id,
            "customer_id": customer.id,
            "bill_id": bill_id,
        },
    }


def _expected_of_receivable(receivable: Receivable, left: Decimal, terms: Terms) -> Decimal:
    _, cost = cost_of(receivable, terms)
    share = cost_share(cost, receivable.amount, left)
    return commission_of(left, share, terms.rate(receivable.product_type)).amount


def _expected_of_bill(bill: Bill, terms: Terms) -> Decimal | None:
    if bill.product_id is None:
        return None  # an e-commerce order's; what it was bought for is told when it is reconciled
    cost = bill_cost(bill.quantity, terms.unit_cost(bill.product_type))
    return commission_of(bill.amount, cost, terms.rate(bill.product_type)).amount
