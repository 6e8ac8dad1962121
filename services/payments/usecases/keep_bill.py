"""Keep a copy of a bill (spec, payments.md, "Commission"): one that is not reconciled yet brings none, one that is void none any
more."""

from services.contracts.billing import Bill
from services.kit.clock import business_date
from services.kit.envelope import Event
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin
from services.payments.store.bills import copy_bill, note_reconciled
from services.payments.store.customers import note_customer
from services.payments.store.receivables import find_receivables
from services.payments.usecases.earn_commission import take_back_balances


def keep_bill(begin: Begin, event: Event) -> None:
    """For ``bill_made`` and ``bill_changed``. Older news than what is kept changes nothing.

    A bill that is void has given its balances back what they had covered; what that earned is taken back.
    """
    snapshot = load_told(Bill, event.data)
    with begin(consuming=event) as work:
        # First the customer, then the bill: the order of whoever opens receivables.
        note_customer(work.session, snapshot["customer_id"], snapshot["customer_name"])
        if not copy_bill(work.session, snapshot, event.aggregate_version):
            return
        bill_id = snapshot["bill_id"]
        receivable = find_receivables(work.session, [bill_id]).get(bill_id)
        if receivable is None:
            return
        note_reconciled(work.session, [bill_id])
        if snapshot["state"] == "void" and receivable.cancelled_by is not None:
            take_back_balances(work, bill_id, receivable.cancelled_by, business_date(event.time))
