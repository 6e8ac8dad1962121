"""冲销申请 of kind ``invoice``: a wrong invoice is reversed by a red one with a reason (红冲; spec, billing.md, "Invoices").

The wrong one stays, as ``reversed``, and so do its items; what it was for can be invoiced anew. A bill whose cycle was closed
opens again as ``reconciled`` if its product needs an invoice: it closes for good once it is invoiced in full again.
"""

from typing import Any
from uuid import UUID

from services.billing.store.bills import find_visible_bills, lock_bills
from services.billing.store.invoice_tables import Invoice
from services.billing.store.invoices import (
    find_visible_invoice,
    invoice_of_process,
    items_of,
    lock_invoice,
    red_invoice_of,
    set_number,
)
from services.billing.store.tables import Customer
from services.billing.usecases.ask_for_invoice import ask_for_invoice, enter_number, give_back_amounts
from services.billing.usecases.prepare_reconciliation import customer_of
from services.billing.usecases.snapshots import BillChange, change_bills, products_of_bills
from services.contracts import billing_forms as forms
from services.kit.envelope import Event
from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork

RED_FIELDS = ("red_number", "red_issued_on")


def prepare_invoice_reversal(work: UnitOfWork, request: dict[str, Any]) -> dict[str, Any]:
    """Ask for the red invoice: the one it reverses is in no other reversal. At finance's node keep its number and date.

    :raises InvalidInput: by field.
    """
    customer = customer_of(work, request["subject_id"])
    form = load(forms.ReversalForm, request["form"])
    red = invoice_of_process(work.session, request["process_id"])
    if request["phase"] == "node":
        original = None if red is None or red.reverses_id is None else lock_invoice(work.session, red.reverses_id)
        if red is None or original is None:
            raise Conflict("invoice_not_found")
        if request["node"] == "finance":
            entered = load(forms.RedInvoiceForm, request["form"])
            earliest = original.issued_on or work.today
            enter_number(work, red, entered["red_number"], entered["red_issued_on"], earliest=earliest, at=RED_FIELDS)
        return _prepared(work, request["form"], customer, original)
    if red is not None:
        give_back_amounts(work, red)
    original = _to_reverse(work, customer, form["target_id"])
    asked_for = {
        "kind": "red",
        "type": original.type,
        "information": original.information,
        "delivery": original.delivery,
        "reason": form["reason"],
        "amount": -original.amount,
        "reverses_id": original.id,
    }
    ask_for_invoice(work, request["process_id"], customer, red, asked_for)
    return _prepared(work, request["form"], customer, original)


def _to_reverse(work: UnitOfWork, customer: Customer, invoice_id: UUID) -> Invoice:
    try:
        find_visible_invoice(work.session, work.caller, invoice_id)
    except NotFound as error:
        raise InvalidInput(fields={"target_id": [error.code]}) from error
    invoice = lock_invoice(work.session, invoice_id)
    if invoice is None or invoice.customer_id != customer.id:
        raise InvalidInput(fields={"target_id": ["invoice_not_found"]})
    if invoice.kind == "red":
        raise InvalidInput(fields={"target_id": ["invoice_is_red"]})
    if invoice.state != "issued":
        raise InvalidInput(fields={"target_id": [f"invoice_not_issued|{invoice.state}"]})
    if red_invoice_of(work.session, invoice_id) is not None:
        raise InvalidInput(fields={"target_id": [f"invoice_in_reversal|{invoice.number}"]})
    return invoice


def _prepared(work: UnitOfWork, form: dict[str, Any], customer: Customer, original: Invoice) -> dict[str, Any]:
    bills = find_visible_bills(work.session, work.caller, [item.bill_id for item in items_of(work.session, original.id)])
    return {
        "title": f"冲销申请：{customer.name} 红冲发票 {original.number}，{original.amount:.2f} 元",
        "subject": {"type": "invoice", "id": str(original.id), "name": str(original.number)},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_ids": products_of_bills(bills.values()),
        "form": form,
        "facts": {"amount": f"{original.amount:.2f}"},
    }


def reverse_invoice(work: UnitOfWork, event: Event) -> tuple[str, str]:
    """Issue the red invoice, and take back what the other one was for.

    :returns: the effect in Chinese and English.
    :raises Conflict: ``invoice_not_found``, ``invoice_number_not_entered``; the process's page then says so.
    """
    process_id = UUID(event.data["process_id"])
    red = invoice_of_process(work.session, process_id)
    original = None if red is None or red.reverses_id is None else lock_invoice(work.session, red.reverses_id)
    if red is None or red.state != "requested" or original is None or original.state != "issued":
        raise Conflict("invoice_not_found", process_id=str(process_id))
    if red.number is None:
        entered = load(forms.RedInvoiceForm, event.data["form"])
        if not set_number(work.session, red, {"number": entered["red_number"], "issued_on": entered["red_issued_on"]}):
            raise Conflict("invoice_number_not_entered", process_id=str(process_id))
    red.state, original.state = "issued", "reversed"
    red.version += 1
    original.version += 1
    bill_ids = _take_back(work, original, f"红冲发票 {original.number}：{red.reason}")
    _say_reversed(work, original, red, bill_ids)
    return (
        f"发票 {original.number} 已由红字发票 {red.number} 冲销，金额 {original.amount:.2f} 元",
        f"Invoice {original.number} over {original.amount:.2f} CNY reversed by red invoice {red.number}",
    )


def _take_back(work: UnitOfWork, original: Invoice, why: str) -> list[UUID]:
    items = items_of(work.session, original.id)
    bills = lock_bills(work.session, [item.bill_id for item in items])
    changes: list[BillChange] = []
    for item in items:
        bill = bills[item.bill_id]
        opens = bill.state == "closed" and bill.needs_invoice
        values = {"invoiced": bill.invoiced - item.amount, **({"state": "reconciled"} if opens else {})}
        changes.append((bill, values))
    change_bills(work, changes, why=why)
    return [item.bill_id for item in items]


def _say_reversed(work: UnitOfWork, original: Invoice, red: Invoice, bill_ids: list[UUID]) -> None:
    work.session.flush()
    said = {
        "invoice_id": original.id,
        "number": original.number,
        "red_invoice_id": red.id,
        "red_number": red.number,
        "red_issued_on": red.issued_on,
        "type": original.type,
        "customer_id": original.customer_id,
        "customer_name": original.customer_name,
        "amount": original.amount,
        "bill_ids": bill_ids,
        "process_id": red.process_id,
        "reason": red.reason,
    }
    work.publish("invoice_reversed", original.id, said, version=original.version)
    after = {"red_number": red.number, "red_issued_on": str(red.issued_on), "amount": str(red.amount)}
    work.audit("invoice_reversed", ("invoice", original.id), after=after, why=red.reason)


def release_invoice_reversal(work: UnitOfWork, process_id: UUID) -> None:
    """The invoice that was to be reversed stays as it is; the red one's number is free again."""
    red = invoice_of_process(work.session, process_id)
    if red is not None:
        give_back_amounts(work, red)
