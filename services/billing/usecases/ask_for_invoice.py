"""What 账单开票 and 无账单开票 have in common, and red invoices with them: the row, its number, its release."""

from datetime import date
from typing import Any
from uuid import UUID

from services.billing.domain.invoicing import complete_information, missing_information
from services.billing.store.bills import lock_bills
from services.billing.store.invoice_tables import Invoice
from services.billing.store.invoices import items_of, set_number
from services.billing.store.tables import Customer
from services.billing.usecases.snapshots import change_bills
from services.contracts.tax_numbers import problem_of_tax_number, tidy_tax_number
from services.kit.errors import InvalidInput
from services.kit.unit_of_work import UnitOfWork

TYPE_NAMES = {"ordinary": "增值税普通发票", "special": "增值税专用发票"}


def checked_information(form: dict[str, Any], customer: Customer) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The invoice information that is entered, completed by the customer's, and what is wrong with it.

    :param form: a loaded one, with ``invoice_type`` and ``invoice_information``.
    :returns: the information, and by field what this type of invoice lacks, or a tax number that cannot be one.
    """
    information = complete_information(form["invoice_information"] or {}, customer.invoice_information)
    information["tax_number"] = tidy_tax_number(information["tax_number"])
    wrong = missing_information(form["invoice_type"], information)
    problem = problem_of_tax_number(information["tax_number"]) if information["tax_number"] else None
    if problem is not None:
        wrong["invoice_information.tax_number"] = [problem]
    return information, wrong


def ask_for_invoice(
    work: UnitOfWork, process_id: UUID, customer: Customer, invoice: Invoice | None, values: dict[str, Any]
) -> Invoice:
    """Keep what a process asks for.

    :param invoice: the process's, locked, if it asked before.
    :param values: of the columns that the process decides.
    """
    asked = {**values, "customer_name": customer.name, "state": "requested", "requested_at": work.now}
    if invoice is None:
        ids = {"id": work.new_id(), "process_id": process_id, "customer_id": customer.id}
        invoice = Invoice(**ids, **asked, number=None, issued_on=None, version=1)
        work.session.add(invoice)
    else:
        for key, value in asked.items():
            setattr(invoice, key, value)
        invoice.version += 1
    work.session.flush()
    return invoice


def enter_number(
    work: UnitOfWork,
    invoice: Invoice,
    number: str,
    issued_on: date,
    *,
    earliest: date = date.min,
    at: tuple[str, str] = ("invoice_number", "issued_on"),
) -> None:
    """Keep the number and the date that finance entered.

    :param at: the form's fields of the two.
    :raises InvalidInput: by field: a number in use, a date to come or before ``earliest``.
    """
    if issued_on > work.today:
        raise InvalidInput(fields={at[1]: [f"after|{work.today}"]})
    if issued_on < earliest:
        raise InvalidInput(fields={at[1]: [f"before|{earliest}"]})
    if not set_number(work.session, invoice, {"number": number, "issued_on": issued_on}):
        raise InvalidInput(fields={at[0]: [f"invoice_number_taken|{number}"]})


def give_back_amounts(work: UnitOfWork, invoice: Invoice) -> None:
    """Undo what an invoice that is only asked for holds."""
    if invoice.state != "requested":
        return
    items = items_of(work.session, invoice.id)
    bills = lock_bills(work.session, [item.bill_id for item in items])
    held = [(bills[item.bill_id], item.amount) for item in items]
    change_bills(
        work, [(bill, {"invoice_reserved": bill.invoice_reserved - amount}) for bill, amount in held], why="开票申请释放"
    )
    for item in items:
        work.session.delete(item)
    invoice.state, invoice.number, invoice.issued_on = "released", None, None
    invoice.version += 1
    work.session.flush()
