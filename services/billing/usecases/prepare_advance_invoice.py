"""无账单开票 before it starts, and when finance enters the number (spec, billing.md, "Invoices")."""

from typing import Any

from services.billing.store.invoice_tables import Invoice
from services.billing.store.invoices import invoice_of_process
from services.billing.store.tables import Customer
from services.billing.usecases.ask_for_invoice import TYPE_NAMES, ask_for_invoice, checked_information, enter_number
from services.billing.usecases.prepare_reconciliation import customer_of
from services.contracts import billing_forms as forms
from services.kit.errors import Conflict, InvalidInput
from services.kit.money import ZERO
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def prepare_advance_invoice(work: UnitOfWork, request: dict[str, Any]) -> dict[str, Any]:
    """Keep what is asked for; at finance's node its number and date. What was received and what is asked need not be equal: they
    are shown side by side.

    :raises InvalidInput: by field: amounts, missing or wrong invoice information, a number in use.
    """
    customer = customer_of(work, request["subject_id"])
    form = load(forms.AdvanceInvoiceForm, request["form"])
    invoice = invoice_of_process(work.session, request["process_id"])
    if request["phase"] == "node":
        if invoice is None:
            raise Conflict("invoice_not_found")
        if request["node"] == "finance":
            entered = load(forms.InvoiceNumberForm, request["form"])
            enter_number(work, invoice, entered["invoice_number"], entered["issued_on"])
        return _prepared(request["form"], customer, invoice)
    information, wrong = checked_information(form, customer)
    if form["amount_received"] < ZERO:
        wrong["amount_received"] = ["range|0|"]
    if form["invoice_amount"] <= ZERO:
        wrong["invoice_amount"] = ["above|0"]
    if wrong:
        raise InvalidInput(fields=wrong)
    asked_for = {
        "kind": "advance",
        "type": form["invoice_type"],
        "information": information,
        "delivery": str(form["delivery"] or ""),
        "reason": form["remarks"],
        "received": form["amount_received"],
        "amount": form["invoice_amount"],
    }
    invoice = ask_for_invoice(work, request["process_id"], customer, invoice, asked_for)
    return _prepared(request["form"], customer, invoice)


def _prepared(form: dict[str, Any], customer: Customer, invoice: Invoice) -> dict[str, Any]:
    received = invoice.received or ZERO
    return {
        "title": f"无账单开票：{customer.name} {TYPE_NAMES[invoice.type]} {invoice.amount:.2f} 元（已收 {received:.2f} 元）",
        "subject": {"type": "customer", "id": str(customer.id), "name": customer.name},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_ids": [],
        "form": {
            **form,
            "invoice_information": invoice.information,
            "difference": f"{received - invoice.amount:.2f}",
        },
        "facts": {"amount_received": f"{received:.2f}", "invoice_amount": f"{invoice.amount:.2f}"},
    }
