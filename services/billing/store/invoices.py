"""Invoices, from asked for to issued."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from services.billing.store.customers import visible_to
from services.billing.store.invoice_tables import Invoice, InvoiceItem
from services.billing.store.tables import Bill, Customer
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, Sorts, fetch_page

SORTS: Sorts = {
    "requested_at": Invoice.requested_at,
    "amount": Invoice.amount,
    "customer": Invoice.customer_name,
}


def invoice_of_process(session: Session, process_id: UUID) -> Invoice | None:
    """The process's invoice, locked. Whoever asks holds the process's row."""
    return session.scalar(select(Invoice).where(Invoice.process_id == process_id).with_for_update())


def lock_invoice(session: Session, invoice_id: UUID) -> Invoice | None:
    query = select(Invoice).where(Invoice.id == invoice_id).with_for_update()
    return session.scalar(query, execution_options={"populate_existing": True})


def red_invoice_of(session: Session, invoice_id: UUID) -> Invoice | None:
    """The red invoice that reverses this one, or is asked for to do so."""
    return session.scalar(select(Invoice).where(Invoice.reverses_id == invoice_id, Invoice.state != "released"))


def lock_open_advances(session: Session, customer_id: UUID) -> list[Invoice]:
    """The customer's advance invoices with something left, the oldest first; without those that are being reversed."""
    red = aliased(Invoice)
    reversal = select(red.id).where(red.reverses_id == Invoice.id, red.state != "released")
    query = (
        select(Invoice)
        .where(
            Invoice.customer_id == customer_id,
            Invoice.kind == "advance",
            Invoice.state == "issued",
            Invoice.allocated < Invoice.amount,
        )
        .order_by(Invoice.issued_on, Invoice.id)
        .with_for_update()
    )
    locked = list(session.scalars(query, execution_options={"populate_existing": True}))
    # Asked in a statement of its own: it sees a reversal that was committed while the first one waited for the locks.
    reversed_ids = set(session.scalars(select(Invoice.id).where(Invoice.id.in_([row.id for row in locked]), reversal.exists())))
    return [row for row in locked if row.id not in reversed_ids]


def items_of(session: Session, invoice_id: UUID) -> list[InvoiceItem]:
    query = select(InvoiceItem).where(InvoiceItem.invoice_id == invoice_id).order_by(InvoiceItem.bill_id)
    return list(session.scalars(query))


def insert_items(session: Session, items: list[dict[str, Any]]) -> None:
    session.execute(insert(InvoiceItem), items)


def set_number(session: Session, invoice: Invoice, values: dict[str, Any]) -> bool:
    """Enter number and date.

    :returns: ``False`` if the number is another invoice's; the database decides between two at the same moment.
    """
    try:
        with session.begin_nested():
            session.execute(update(Invoice).where(Invoice.id == invoice.id).values(values))
    except IntegrityError as error:
        if "uq_invoices_number" not in str(error.orig):
            raise
        return False
    session.refresh(invoice)
    return True


def find_visible_invoice(session: Session, caller: Caller, invoice_id: UUID) -> Invoice:
    """
    :raises NotFound: ``invoice_not_found``, also for one the caller may not see.
    """
    query = select(Invoice).join(Customer, Customer.id == Invoice.customer_id).where(Invoice.id == invoice_id, visible_to(caller))
    invoice = session.scalar(query)
    if invoice is None:
        raise NotFound("invoice_not_found")
    return invoice


def billed_items(session: Session, invoice_id: UUID) -> list[dict[str, Any]]:
    """An invoice's items with their bills' numbers."""
    query = (
        select(InvoiceItem.bill_id, Bill.number, InvoiceItem.amount)
        .join(Bill, Bill.id == InvoiceItem.bill_id)
        .where(InvoiceItem.invoice_id == invoice_id)
        .order_by(Bill.number)
    )
    return [{"bill_id": row.bill_id, "bill_number": row.number, "amount": row.amount} for row in session.execute(query)]


def page_of_invoices(
    session: Session,
    caller: Caller,
    request: PageRequest,
    *,
    customer_id: UUID | None,
    kind: str | None,
    state: str | None,
    number: str,
    issued_from: date | None,
    issued_to: date | None,
) -> Page:
    """The invoices that the caller sees, the latest first; released ones only when asked for. ``number`` is how it begins."""
    query = select(Invoice).join(Customer, Customer.id == Invoice.customer_id).where(visible_to(caller))
    query = query.where(Invoice.state == state) if state else query.where(Invoice.state != "released")
    if customer_id is not None:
        query = query.where(Invoice.customer_id == customer_id)
    if kind:
        query = query.where(Invoice.kind == kind)
    if number:
        query = query.where(Invoice.number.startswith(number, autoescape=True))
    if issued_from is not None:
        query = query.where(Invoice.issued_on >= issued_from)
    if issued_to is not None:
        query = query.where(Invoice.issued_on <= issued_to)
    return fetch_page(session, query, request, sorts=SORTS, default_sort="-requested_at", key=Invoice.id)


def invoices_of_customer(caller: Caller, customer_id: UUID) -> Select[UUID]:
    """The ids of a customer's invoices, without those that were released; of none that the caller may not see."""
    query = select(Invoice.id).join(Customer, Customer.id == Invoice.customer_id)
    return query.where(Invoice.customer_id == customer_id, Invoice.state != "released", visible_to(caller))
