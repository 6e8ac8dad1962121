"""Close a bill's billing cycle (spec, billing.md, "Bills": written off and, where needed, invoiced in full)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.billing.store.bills import lock_bills
from services.billing.store.tables import Bill
from services.billing.usecases.snapshots import change_bills
from services.kit.envelope import Event
from services.kit.errors import NotYet
from services.kit.money import ZERO
from services.kit.unit_of_work import Begin, Fact, UnitOfWork


def settle_bill(begin: Begin, event: Event) -> None:
    """For payments' ``receivable_settled``: keep what is still owed, and close the bill if that was the last of it.

    :raises NotYet: ``bill_not_reconciled``: an event that overtook its cause; the bus tries again.
    """
    bill_id, outstanding = UUID(event.data["bill_id"]), Decimal(event.data["outstanding"])
    with begin(consuming=event) as work:
        bill = lock_bills(work.session, [bill_id]).get(bill_id)
        if bill is None or bill.outstanding is None:
            raise NotYet("bill_not_reconciled", bill_id=str(bill_id))
        if event.aggregate_version < bill.receivable_version:
            return
        values = {"outstanding": outstanding, "receivable_version": event.aggregate_version}
        change_bills(work, [(bill, values)], why=f"销账 {event.data['write_off_id']}")
        close_complete(work, [bill])


def close_complete(work: UnitOfWork, bills: Sequence[Bill]) -> None:
    """Close those of the locked bills for which nothing is owed and, if the product needs invoices, nothing left to invoice. One
    that a reversal would void waits for its end."""
    complete = [bill for bill in bills if _is_complete(bill)]
    change_bills(work, [(bill, {"state": "closed"}) for bill in complete], why="账单周期结束")
    work.publish_all([Fact("bill_closed", bill.id, _closed(bill), bill.version) for bill in complete])


def _is_complete(bill: Bill) -> bool:
    is_invoiced = not bill.needs_invoice or bill.invoiced == bill.agreed_amount
    return bill.state == "reconciled" and bill.outstanding == ZERO and is_invoiced and bill.void_process_id is None


def _closed(bill: Bill) -> dict[str, Any]:
    return {
        "bill_id": bill.id,
        "number": bill.number,
        "customer_id": bill.customer_id,
        "customer_name": bill.customer_name,
        "amount": bill.agreed_amount,
    }
