"""Put an archived process's effect into force, or release what one that came back had reserved (contracts/workflow.py)."""

from collections.abc import Callable
from uuid import UUID

from services.billing.store.processes import end_process
from services.billing.usecases.bill_ecommerce_order import bill_ecommerce_order
from services.billing.usecases.change_billing_cycle import change_billing_cycle
from services.billing.usecases.issue_invoice import issue_invoice, release_invoice
from services.billing.usecases.put_price_in_force import put_price_in_force
from services.billing.usecases.reconcile_bills import reconcile_bills, release_bills
from services.billing.usecases.reversals import apply_reversal, release_reversal
from services.kit.envelope import Event
from services.kit.unit_of_work import Begin, UnitOfWork

EFFECTS: dict[str, Callable[[UnitOfWork, Event], tuple[str, str] | None]] = {
    "price_adjustment": put_price_in_force,
    "reconciliation": reconcile_bills,
    "bill_invoice": issue_invoice,
    "reversal": apply_reversal,
    "billing_cycle_change": change_billing_cycle,
    "ecommerce_order": bill_ecommerce_order,
}
"""Process code → its effect, which answers what it did in Chinese and English; or nothing, if it waits for another service that
has a part in it, and then says itself that it is in force."""

RELEASES: dict[str, Callable[[UnitOfWork, Event], None]] = {
    "price_adjustment": lambda _work, _event: None,  # a price reserves nothing
    "reconciliation": release_bills,
    "bill_invoice": release_invoice,
    "reversal": release_reversal,
    "billing_cycle_change": lambda _work, _event: None,  # nor does a billing cycle
    "ecommerce_order": lambda _work, _event: None,  # nor an order
}


def apply_process(begin: Begin, event: Event) -> None:
    """For ``process_archived``; processes of other owners are not ours to act on."""
    effect = EFFECTS.get(event.data["code"])
    if effect is None or not _is_ours(event):
        return
    with begin(consuming=event) as work:
        if not end_process(work.session, event, "archived"):
            return
        done = effect(work, event)
        if done is None:
            return
        summary_zh, summary_en = done
        process_id = UUID(event.data["process_id"])
        applied = {"process_id": process_id, "code": event.data["code"], "summary_zh": summary_zh, "summary_en": summary_en}
        work.publish("process_applied", process_id, applied)


def release_process(begin: Begin, event: Event) -> None:
    """For ``process_rejected`` and ``process_withdrawn``."""
    release = RELEASES.get(event.data["code"])
    if release is None or not _is_ours(event):
        return
    state = "withdrawn" if event.type == "process_withdrawn" else "released"
    with begin(consuming=event) as work:
        if end_process(work.session, event, state):
            release(work, event)


def _is_ours(event: Event) -> bool:
    # A 冲销申请 is billing's or payments', by what it reverses.
    return bool(event.data["owner_service"] == "billing")
