"""An archived 账单开票 or 无账单开票 issues its invoice (spec, billing.md, "Invoices"). The latter has no bills yet."""

from uuid import UUID

from services.billing.store.bills import lock_bills
from services.billing.store.invoice_tables import Invoice
from services.billing.store.invoices import invoice_of_process, items_of, set_number
from services.billing.usecases.ask_for_invoice import give_back_amounts
from services.billing.usecases.close_bill import close_complete
from services.billing.usecases.snapshots import change_bills
from services.contracts import billing_forms as forms
from services.kit.envelope import Event
from services.kit.errors import Conflict
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def issue_invoice(work: UnitOfWork, event: Event) -> tuple[str, str]:
    """
    :returns: the effect in Chinese and English.
    :raises Conflict: ``invoice_not_found``, ``invoice_number_not_entered``; the process's page then says so.
    """
    process = event.data
    invoice = invoice_of_process(work.session, UUID(process["process_id"]))
    if invoice is None or invoice.state != "requested":
        raise Conflict("invoice_not_found", process_id=process["process_id"])
    if invoice.number is None:
        entered = load(forms.InvoiceNumberForm, process["form"])
        if not set_number(work.session, invoice, {"number": entered["invoice_number"], "issued_on": entered["issued_on"]}):
            raise Conflict("invoice_number_not_entered", process_id=process["process_id"])
    invoice.state = "issued"
    invoice.version += 1
    items = items_of(work.session, invoice.id)
    bills = lock_bills(work.session, [item.bill_id for item in items])
    used = [(bills[item.bill_id], item.amount) for item in items]
    change_bills(
        work,
        [
            (bill, {"invoice_reserved": bill.invoice_reserved - amount, "invoiced": bill.invoiced + amount})
            for bill, amount in used
        ],
        why=f"发票 {invoice.number}",
    )
    close_complete(work, list(bills.values()))
    _say_issued(work, invoice, [item.bill_id for item in items])
    return (
        f"发票 {invoice.number} 已开具，金额 {invoice.amount:.2f} 元",
        f"Invoice {invoice.number} issued over {invoice.amount:.2f} CNY",
    )


def _say_issued(work: UnitOfWork, invoice: Invoice, bill_ids: list[UUID]) -> None:
    work.session.flush()
    issued = {
        "invoice_id": invoice.id,
        "number": invoice.number,
        "type": invoice.type,
        "customer_id": invoice.customer_id,
        "customer_name": invoice.customer_name,
        "company_name": invoice.information["company_name"],
        "amount": invoice.amount,
        "issued_on": invoice.issued_on,
        "bill_ids": bill_ids,
        "process_id": invoice.process_id,
    }
    work.publish("invoice_issued", invoice.id, issued, version=invoice.version)
    after = {"number": invoice.number, "amount": str(invoice.amount), "issued_on": str(invoice.issued_on)}
    work.audit("invoice_issued", ("invoice", invoice.id), after=after)


def release_invoice(work: UnitOfWork, event: Event) -> None:
    """A rejected or withdrawn 账单开票 or 无账单开票: what it held is free again, and so is its number."""
    invoice = invoice_of_process(work.session, UUID(event.data["process_id"]))
    if invoice is not None:
        give_back_amounts(work, invoice)
