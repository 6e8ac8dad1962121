"""账单开票 before it starts, and when finance enters the number (spec, billing.md, "Invoices")."""

from typing import Any

from services.billing.domain.invoicing import AskedAmount, check_amounts
from services.billing.store.bills import find_visible_bills, lock_bills
from services.billing.store.invoice_tables import Invoice
from services.billing.store.invoices import insert_items, invoice_of_process, items_of
from services.billing.store.tables import Bill, Customer
from services.billing.usecases.ask_for_invoice import (
    TYPE_NAMES,
    ask_for_invoice,
    checked_information,
    enter_number,
    give_back_amounts,
)
from services.billing.usecases.prepare_reconciliation import customer_of
from services.billing.usecases.snapshots import change_bills, products_of_bills
from services.contracts import billing_forms as forms
from services.contracts.billing import BILL_STATE_NAMES
from services.kit.errors import Conflict, InvalidInput
from services.kit.money import ZERO
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def prepare_bill_invoice(work: UnitOfWork, request: dict[str, Any]) -> dict[str, Any]:
    """Reserve the amounts under the process; at finance's node keep the invoice's number and date.

    :raises InvalidInput: by field: amounts, missing or wrong invoice information, a number in use.
    """
    customer = customer_of(work, request["subject_id"])
    form = load(forms.BillInvoiceForm, request["form"])
    invoice = invoice_of_process(work.session, request["process_id"])
    if request["phase"] == "node":
        if invoice is None:
            raise Conflict("invoice_not_found")
        if request["node"] == "finance":
            entered = load(forms.InvoiceNumberForm, request["form"])
            enter_number(work, invoice, entered["invoice_number"], entered["issued_on"])
        return _prepared(work, request["form"], customer, invoice)
    _lock_all(work, form, invoice)
    if invoice is not None:
        give_back_amounts(work, invoice)
    information, wrong = checked_information(form, customer)
    bills = _check(work, customer, form, wrong)
    asked_for = {
        "kind": "normal",
        "type": form["invoice_type"],
        "information": information,
        "delivery": str(form["delivery"] or ""),
        "amount": sum((asked["amount"] for asked in form["bills"]), ZERO),
    }
    invoice = ask_for_invoice(work, request["process_id"], customer, invoice, asked_for)
    insert_items(
        work.session,
        [{"invoice_id": invoice.id, "bill_id": asked["bill_id"], "amount": asked["amount"]} for asked in form["bills"]],
    )
    reserved = [(bills[asked["bill_id"]], asked["amount"]) for asked in form["bills"]]
    change_bills(
        work, [(bill, {"invoice_reserved": bill.invoice_reserved + amount}) for bill, amount in reserved], why="申请开票"
    )
    return _prepared(work, request["form"], customer, invoice)


def _lock_all(work: UnitOfWork, form: dict[str, Any], invoice: Invoice | None) -> None:
    # The bills asked for before are locked together with those asked for now: one order of locks for every process.
    asked_before = [item.bill_id for item in items_of(work.session, invoice.id)] if invoice is not None else []
    lock_bills(work.session, {*asked_before, *(asked["bill_id"] for asked in form["bills"])})


def _check(work: UnitOfWork, customer: Customer, form: dict[str, Any], wrong: dict[str, list[str]]) -> dict[Any, Bill]:
    """The bills, if neither they nor their amounts nor anything before is wrong."""
    wanted = [asked["bill_id"] for asked in form["bills"]]
    bills = lock_bills(work.session, wanted)
    amounts = []
    for number, asked in enumerate(form["bills"]):
        path, bill = f"bills.{number}.bill_id", bills.get(asked["bill_id"])
        if bill is None or bill.customer_id != customer.id:
            wrong[path] = ["bill_not_found"]
        elif asked["bill_id"] in wanted[:number]:
            wrong[path] = ["bill_repeated"]
        elif bill.void_process_id is not None and bill.state != "void":
            wrong[path] = [f"bill_being_voided|{bill.number}"]
        elif bill.state not in {"reconciled", "closed"}:
            wrong[path] = [f"bill_not_reconciled|{bill.number}|{'|'.join(BILL_STATE_NAMES[bill.state])}"]
        else:
            amounts.append(AskedAmount(asked["amount"], bill.agreed_amount - bill.invoiced - bill.invoice_reserved))
    if len(amounts) == len(wanted):
        wrong |= check_amounts(amounts)
    if wrong:
        raise InvalidInput(fields=wrong)
    return bills


def _prepared(work: UnitOfWork, form: dict[str, Any], customer: Customer, invoice: Invoice) -> dict[str, Any]:
    items = items_of(work.session, invoice.id)
    bills = find_visible_bills(work.session, work.caller, [item.bill_id for item in items])
    amounts = {item.bill_id: item.amount for item in items}
    completed = {
        **form,
        "bills": [
            {"bill_id": str(bill_id), "number": bill.number, "amount": f"{amounts[bill_id]:.2f}"}
            for bill_id, bill in bills.items()
        ],
        "invoice_information": invoice.information,
        "total": f"{invoice.amount:.2f}",
    }
    return {
        "title": f"账单开票：{customer.name} {TYPE_NAMES[invoice.type]} {invoice.amount:.2f} 元",
        "subject": {"type": "bills", "id": str(customer.id), "name": customer.name},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_ids": products_of_bills(bills.values()),
        "form": completed,
        "facts": {"total": f"{invoice.amount:.2f}"},
    }
