"""Put an archived process's effect into force, or release what one that came back had reserved (contracts/workflow.py)."""

from collections.abc import Callable
from uuid import UUID

from services.billing.store.processes import end_process
from services.billing.usecases.bill_ecommerce_order import bill_ecommerce_order
from services.billing.usecases.change_billing_cycle import change_billing_cycle
from services.billing.usecases.defer_payment import grant_deferral
from services.billing.usecases.issue_invoice import issue_invoice, release_invoice
from services.billing.usecases.put_price_in_force import put_price_in_force
from services.billing.usecases.recharge_account import credit_recharge
from services.billing.usecases.reconcile_bills import reconcile_bills, release_bills
from services.billing.usecases.reversals import apply_reversal, release_reversal
from services.kit.envelope import Event
from services.kit.unit_of_work import Begin, UnitOfWork

EFFECTS: dict[str, Callable[[UnitOfWork, Event], tuple[str, str] | None]] = {
    "price_adjustment": put_price_in_force,
    "reconciliation": reconcile_bills,
    "bill_invoice": issue_invoice,
    "no_bill_invoice": issue_invoice,
    "recharge": credit_recharge,
    "deferred_payment": grant_deferral,
    "billing_cycle_change": change_billing_cycle,
    "ecommerce_order": bill_ecommerce_order,
    "reversal": apply_reversal,
}
"""Process code → its effect, which answers what it did in Chinese and English; or nothing, if it waits for another service that
has a part in it, and then says itself that it is in force."""


def _nothing_reserved(_work: UnitOfWork, _event: Event) -> None:
    """For processes that only check."""


RELEASES: dict[str, Callable[[UnitOfWork, Event], None]] = {
    "price_adjustment": _nothing_reserved,
    "reconciliation": release_bills,
    "bill_invoice": release_invoice,
    "no_bill_invoice": release_invoice,
    "recharge": _nothing_reserved,
    "deferred_payment": _nothing_reserved,
    "billing_cycle_change": _nothing_reserved,
    "ecommerce_order": _nothing_reserved,
    "reversal": release_reversal,
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
