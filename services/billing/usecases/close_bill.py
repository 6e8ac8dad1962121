"""Close a bill's billing cycle (spec, billing.md, "Bills": written off and, where needed, invoiced in full)."""

from decimal import Decimal
from uuid import UUID

from services.billing.store.bills import lock_bills
from services.billing.store.tables import Bill
from services.billing.usecases.snapshots import change_bill
from services.kit.envelope import Event
from services.kit.errors import Conflict
from services.kit.money import ZERO
from services.kit.unit_of_work import Begin, UnitOfWork


def settle_bill(begin: Begin, event: Event) -> None:
    """For payments' ``receivable_settled``: keep what is still owed, and close the bill if that was the last of it.

    :raises Conflict: ``bill_not_reconciled``: an event that overtook its cause; the bus tries again.
    """
    bill_id, outstanding = UUID(event.data["bill_id"]), Decimal(event.data["outstanding"])
    with begin(consuming=event) as work:
        bill = lock_bills(work.session, [bill_id]).get(bill_id)
        if bill is None or bill.outstanding is None:
            raise Conflict("bill_not_reconciled", bill_id=str(bill_id))
        if event.aggregate_version < bill.receivable_version:
            return
        change_bill(
            work,
            bill,
            why=f"销账 {event.data['write_off_id']}",
            outstanding=outstanding,
            receivable_version=event.aggregate_version,
        )
        close_if_complete(work, bill)


def close_if_complete(work: UnitOfWork, bill: Bill) -> None:
    """Close a locked bill when nothing is owed for it and, if its product needs invoices, nothing is left to invoice."""
    is_invoiced = not bill.needs_invoice or bill.invoiced == bill.amount
    if bill.state != "reconciled" or bill.outstanding != ZERO or not is_invoiced:
        return
    change_bill(work, bill, why="账单周期结束", state="closed")
    closed = {
        "bill_id": bill.id,
        "number": bill.number,
        "customer_id": bill.customer_id,
        "customer_name": bill.customer_name,
        "amount": bill.amount,
    }
    work.publish("bill_closed", bill.id, closed, version=bill.version)
