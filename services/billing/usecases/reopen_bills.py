"""A write-off was reversed: its bills are owed again (spec, payments.md, "Write-off")."""

from services.billing.store.bills import lock_bills
from services.billing.usecases.snapshots import BillChange, change_bills
from services.contracts.payments import WriteOffReversed
from services.kit.envelope import Event
from services.kit.errors import NotYet
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin


def reopen_bills(begin: Begin, event: Event) -> None:
    """For payments' ``write_off_reversed``: keep what is owed, and open a billing cycle again that was closed.

    :raises NotYet: ``bill_not_reconciled``: an event that overtook its cause; the bus tries again.
    """
    told = load_told(WriteOffReversed, event.data)
    reopened = {bill["bill_id"]: bill for bill in told["bills"]}
    with begin(consuming=event) as work:
        bills = lock_bills(work.session, reopened)
        changes: list[BillChange] = []
        for bill_id, owed in reopened.items():
            bill = bills.get(bill_id)
            if bill is None or bill.outstanding is None:
                raise NotYet("bill_not_reconciled", bill_id=str(bill_id))
            if bill.state == "void" or owed["receivable_version"] < bill.receivable_version:
                continue
            values = {"outstanding": owed["outstanding"], "receivable_version": owed["receivable_version"]}
            changes.append((bill, values | ({"state": "reconciled"} if bill.state == "closed" else {})))
        change_bills(work, changes, why=f"冲销销账 {told['write_off_id']}：{told['reason']}")
