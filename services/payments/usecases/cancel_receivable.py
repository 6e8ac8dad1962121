"""Let go of a bill that is to be voided, unless money is held or written off for it (spec, billing.md, "Bills")."""

from services.contracts.billing import BillVoidAsked
from services.kit.envelope import Event
from services.kit.errors import NotYet
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin
from services.payments.store.customers import lock_customers
from services.payments.store.receivables import find_receivables
from services.payments.usecases.start_write_offs import start_write_offs


def cancel_receivable(begin: Begin, event: Event) -> None:
    """For billing's ``bill_void_asked``. What waited behind the cancelled one may be written off now.

    :raises NotYet: ``receivable_not_known_yet``: the bill's own event is still on the way; the bus tries again.
    """
    asked = load_told(BillVoidAsked, event.data)
    bill_id, process_id = asked["bill_id"], asked["process_id"]
    with begin(consuming=event) as work:
        lock_customers(work.session, [asked["customer_id"]])
        receivable = find_receivables(work.session, [bill_id]).get(bill_id)
        if receivable is None:
            raise NotYet("receivable_not_known_yet")
        if receivable.held or receivable.written_off:
            kept = {**asked, "held": receivable.held, "written_off": receivable.written_off}
            work.publish("receivable_kept", bill_id, kept, version=receivable.version)
            return
        if receivable.cancelled_by is None:
            receivable.cancelled_by, receivable.reason = process_id, None
            receivable.version += 1
            work.session.flush()
            work.audit("receivable_cancelled", ("receivable", bill_id), after={"process": str(process_id)}, why="账单作废")
        work.publish("receivable_cancelled", bill_id, asked, version=receivable.version)
        start_write_offs(work, [asked["customer_id"]])
