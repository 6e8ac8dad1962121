"""冲销申请 for a bill: it is voided by process, never edited (spec, billing.md, "Bills").

From its start until it ends the bill is reserved: it can be neither reconciled nor invoiced. A bill that is a receivable is
payments' to let go: it is asked once the process is archived, and nothing is voided that money is held or written off for.
"""

from typing import Any
from uuid import UUID

from services.billing.store.adjustments import carriers_of
from services.billing.store.bills import bills_of_void_process, lock_bills
from services.billing.store.processes import lock_process, reopen_process
from services.billing.store.tables import Bill
from services.billing.usecases.close_bill import close_complete
from services.billing.usecases.consume_balances import reverse_consumption
from services.billing.usecases.prepare_reconciliation import customer_of
from services.billing.usecases.snapshots import change_bills
from services.contracts import billing_forms as forms
from services.contracts.billing import BILL_STATE_NAMES
from services.contracts.payments import ReceivableCancelled, ReceivableKept
from services.kit.envelope import Event
from services.kit.errors import Conflict, InvalidInput
from services.kit.money import ZERO
from services.kit.schema import load, load_told
from services.kit.unit_of_work import Begin, UnitOfWork

CODE = "reversal"


def prepare_void(work: UnitOfWork, request: dict[str, Any]) -> dict[str, Any]:
    """Reserve the bill; one that the process reserved before and that is no longer meant is free again.

    :raises InvalidInput: at ``target_id``, for a bill that is not there, or that may not be voided, with its number.
    """
    customer = customer_of(work, request["subject_id"])
    form = load(forms.ReversalForm, request["form"])
    process_id, target_id = request["process_id"], form["target_id"]
    held = bills_of_void_process(work.session, process_id)
    locked = lock_bills(work.session, {*held, target_id})
    bill = locked.get(target_id)
    fault = "bill_not_found" if bill is None or bill.customer_id != customer.id else _fault(work, bill, process_id)
    if bill is None or fault is not None:
        raise InvalidInput(fields={"target_id": [str(fault)]})
    _free(work, [locked[bill_id] for bill_id in sorted(held - {target_id})])
    if bill.void_process_id is None:
        change_bills(work, [(bill, {"void_process_id": process_id})], why="申请冲销账单")
    return {
        "title": f"冲销申请：{customer.name} 账单 {bill.number}",
        "subject": {"type": "bills", "id": str(customer.id), "name": bill.number},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "form": {**request["form"], "bill_number": bill.number, "total": f"{bill.amount:.2f}"},
        "facts": {},
        "product_ids": [] if bill.product_id is None else [bill.product_id],
    }


def void_bill(work: UnitOfWork, event: Event) -> tuple[str, str] | None:
    """Void an open bill; for a receivable ask payments first, whose answer is :func:`finish_void` or :func:`give_up_void`.

    :returns: the effect in Chinese and English; ``None`` while payments is being asked.
    :raises Conflict: ``bill_not_voidable_any_more``, with what has happened to the bill since the process started.
    """
    process_id = UUID(event.data["process_id"])
    form = load(forms.ReversalForm, event.data["form"])
    bill = lock_bills(work.session, [form["target_id"]]).get(form["target_id"])
    fault = "bill_not_found" if bill is None else _fault(work, bill, process_id)
    if bill is None or fault is not None:
        raise Conflict("bill_not_voidable_any_more", fields={"target_id": [str(fault)]})
    if bill.state == "open":
        return _void(work, bill, process_id, form["reason"])
    change_bills(work, [(bill, {"void_process_id": process_id, "void_reason": form["reason"]})], why="冲销已审批，等待应收撤销")
    asked = {
        "bill_id": bill.id,
        "number": bill.number,
        "customer_id": bill.customer_id,
        "process_id": process_id,
        "attempt": event.aggregate_version,
    }
    work.publish("bill_void_asked", bill.id, asked, version=bill.version)
    return None


def release_void(work: UnitOfWork, process_id: UUID) -> None:
    """A rejected or withdrawn reversal: its bill is free again."""
    held = bills_of_void_process(work.session, process_id)
    _free(work, list(lock_bills(work.session, held).values()))


def finish_void(begin: Begin, event: Event) -> None:
    """For payments' ``receivable_cancelled``: nothing is owed for the bill any more, and it is void."""
    answer = load_told(ReceivableCancelled, event.data)
    process_id = answer["process_id"]
    with begin(consuming=event) as work:
        lock_process(work.session, process_id)
        bill = lock_bills(work.session, [answer["bill_id"]]).get(answer["bill_id"])
        if bill is None or bill.state == "void":
            return
        summary_zh, summary_en = _void(work, bill, process_id, bill.void_reason or "")
        applied = {"process_id": process_id, "code": CODE, "summary_zh": summary_zh, "summary_en": summary_en}
        work.publish("process_applied", process_id, applied)


def give_up_void(begin: Begin, event: Event) -> None:
    """For payments' ``receivable_kept``: money is held or written off for the bill. It is free again; the process says why, and
    may be retried once that is released or reversed."""
    answer = load_told(ReceivableKept, event.data)
    process_id = answer["process_id"]
    with begin(consuming=event) as work:
        lock_process(work.session, process_id)
        bill = lock_bills(work.session, [answer["bill_id"]]).get(answer["bill_id"])
        if bill is None or bill.state == "void" or bill.void_process_id != process_id:
            return
        # A retry while payments was being asked came to nothing here; what fails is that one, too.
        attempt = max(answer["attempt"], reopen_process(work.session, process_id))
        _free(work, [bill])
        held, written_off = f"{answer['held']:.2f}", f"{answer['written_off']:.2f}"
        failed = {
            "process_id": process_id,
            "code": CODE,
            "attempt": attempt,
            "reason_zh": f"账单 {bill.number} 有销账占用 {held} 元、已销 {written_off} 元，请先撤回或冲销该销账再重试。",
            "reason_en": f"Of bill {bill.number} {held} is held, {written_off} written off; release or reverse that, then retry.",
        }
        work.publish("process_apply_failed", process_id, failed)


def _fault(work: UnitOfWork, bill: Bill, process_id: UUID) -> str | None:
    """What keeps a bill from being voided by this process. What is held of a receivable only payments knows."""
    if bill.void_process_id not in {None, process_id} and bill.state != "void":
        return f"bill_being_voided|{bill.number}"
    if bill.state not in {"open", "reconciled"}:
        return f"bill_not_voidable|{bill.number}|{'|'.join(BILL_STATE_NAMES[bill.state])}"
    if bill.invoiced + bill.invoice_reserved > ZERO:
        return f"bill_invoiced|{bill.number}"
    if bill.state == "reconciled" and bill.outstanding != bill.owed:
        return f"bill_written_off|{bill.number}"
    if carriers := carriers_of(work.session, bill.id):
        return f"bill_adjusted|{bill.number}|{'、'.join(carriers)}"
    return None


def _void(work: UnitOfWork, bill: Bill, process_id: UUID, reason: str) -> tuple[str, str]:
    values: dict[str, Any] = {"state": "void", "void_process_id": process_id, "void_reason": reason}
    values |= {"covered": ZERO, "agreed_difference": ZERO}
    if bill.outstanding is not None:
        values["outstanding"] = ZERO
    change_bills(work, [(bill, values)], why=reason)
    reverse_consumption(work, bill, process_id=process_id, why=reason)
    return f"账单 {bill.number} 已作废", f"Bill {bill.number} is void"


def _free(work: UnitOfWork, bills: list[Bill]) -> None:
    reserved = [bill for bill in bills if bill.state != "void"]
    change_bills(work, [(bill, {"void_process_id": None, "void_reason": None}) for bill in reserved], why="冲销申请释放")
    close_complete(work, reserved)  # its last money may have come meanwhile
