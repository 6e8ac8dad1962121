"""Bills: their making, locking and reading."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, any_, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from services.billing.domain.orders import OrderItem
from services.billing.store.customers import visible_to
from services.billing.store.invoice_tables import Invoice, InvoiceItem
from services.billing.store.order_tables import BillItem
from services.billing.store.tables import (
    Bill,
    BillAccount,
    BillLine,
    BillLineShare,
    Customer,
)
from services.kit.bulk import insert_rows
from services.kit.caller import Caller
from services.kit.clock import Month
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, Sorts, fetch_page

SORTS: Sorts = {
    "month": Bill.month,
    "number": Bill.number,
    "amount": Bill.amount,
    "customer": Bill.customer_name,
    "created_at": Bill.created_at,
}


def taken_numbers(session: Session, numbers: Iterable[str]) -> set[str]:
    """Those of the numbers that a bill has."""
    return set(session.scalars(select(Bill.number).where(Bill.number == any_(literal(list(numbers), ARRAY(Text))))))


def insert_bills(session: Session, bills: Sequence[dict[str, Any]]) -> None:
    """
    :raises sqlalchemy.exc.IntegrityError: if one of the products has a bill for the month already.
    """
    insert_rows(session, Bill.__table__, bills)


def insert_contents(
    session: Session, lines: Sequence[dict[str, Any]], shares: Sequence[dict[str, Any]], accounts: Sequence[dict[str, Any]]
) -> None:
    """How bills' amounts came about."""
    for table, rows in ((BillLine, lines), (BillLineShare, shares), (BillAccount, accounts)):
        insert_rows(session, table.__table__, rows)


def lock_bills(session: Session, bill_ids: Iterable[UUID]) -> dict[UUID, Bill]:
    """These bills, locked in the order of their ids; those that do not exist are left out."""
    query = select(Bill).where(Bill.id.in_(list(bill_ids))).order_by(Bill.id).with_for_update()
    return {bill.id: bill for bill in session.scalars(query, execution_options={"populate_existing": True})}


def unreconciled_bills_of(session: Session, customer_id: UUID, account_id: UUID | None = None) -> set[UUID]:
    """The prepaid bills, not yet receivables, that the account has a share of; without one, all of the customer's. Whoever holds
    the customer's row sees them all: no billing run makes another meanwhile."""
    query = select(Bill.id).where(
        Bill.customer_id == customer_id, Bill.payment_mode == "prepaid", Bill.state.in_(("open", "reconciling"))
    )
    if account_id is not None:
        query = query.join(BillAccount, BillAccount.bill_id == Bill.id).where(BillAccount.account_id == account_id)
    return set(session.scalars(query))


def bill_ids_of_process(session: Session, process_id: UUID) -> set[UUID]:
    """The bills that a reconciliation holds or has reconciled. They change only for whoever holds the process's row."""
    return set(session.scalars(select(Bill.id).where(Bill.process_id == process_id)))


def bills_of_void_process(session: Session, process_id: UUID) -> set[UUID]:
    """The bills that a reversal has reserved or voided. They change only for whoever holds the process's row."""
    return set(session.scalars(select(Bill.id).where(Bill.void_process_id == process_id)))


def bill_of_order(session: Session, process_id: UUID) -> Bill | None:
    """The bill of an e-commerce order, if it is made."""
    return session.scalar(select(Bill).where(Bill.order_process_id == process_id))


def insert_order_bill(session: Session, bill: Bill, items: Sequence[OrderItem]) -> None:
    """
    :raises sqlalchemy.exc.IntegrityError: if the order has a bill already.
    """
    session.add(bill)
    session.flush()
    rows = [
        {
            "bill_id": bill.id,
            "number": number,
            "name": item.name,
            "quantity": item.quantity,
            "purchase_price": item.purchase_price,
            "sale_price": item.sale_price,
            "amount": item.amount,
        }
        for number, item in enumerate(items, start=1)
    ]
    session.execute(insert(BillItem), rows)


def items_of_bills(session: Session, bill_ids: Iterable[UUID]) -> list[BillItem]:
    """The lines of e-commerce orders' bills."""
    query = select(BillItem).where(BillItem.bill_id.in_(list(bill_ids))).order_by(BillItem.bill_id, BillItem.number)
    return list(session.scalars(query))


def find_visible_bills(session: Session, caller: Caller, bill_ids: Iterable[UUID]) -> dict[UUID, Bill]:
    """Those of the bills that the caller sees."""
    query = select(Bill).join(Customer, Customer.id == Bill.customer_id).where(Bill.id.in_(list(bill_ids)), visible_to(caller))
    return {bill.id: bill for bill in session.scalars(query.order_by(Bill.month, Bill.number))}


def find_visible_bill(session: Session, caller: Caller, bill_id: UUID) -> Bill:
    """
    :raises NotFound: ``bill_not_found``, also for one the caller may not see.
    """
    bill = find_visible_bills(session, caller, [bill_id]).get(bill_id)
    if bill is None:
        raise NotFound("bill_not_found")
    return bill


def page_of_bills(
    session: Session,
    caller: Caller,
    request: PageRequest,
    *,
    customer_id: UUID | None,
    product_id: UUID | None,
    month: Month | None,
    state: str | None,
    number: str | None,
    overdue_on: date | None,
    owner_id: UUID | None = None,
    department_ids: Sequence[UUID] | None = None,
    product_type: str | None = None,
) -> Page:
    """The bills that the caller sees, the latest month first.

    :param owner_id: who looks after their customers now; ``department_ids``: where that one stands.
    :param number: what the number begins with.
    :param overdue_on: a day on which they are due no more, and something of them is owed.
    """
    query = select(Bill).join(Customer, Customer.id == Bill.customer_id).where(visible_to(caller))
    for column, wanted in (
        (Bill.customer_id, customer_id),
        (Bill.product_id, product_id),
        (Bill.month, month),
        (Bill.state, state),
        (Bill.product_type, product_type),
        (Customer.owner_id, owner_id),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if department_ids is not None:
        query = query.where(Customer.owner_department_id.in_(department_ids))
    if number is not None:
        query = query.where(Bill.number.startswith(number, autoescape=True))
    if overdue_on is not None:
        query = query.where(Bill.state == "reconciled", Bill.due_on < overdue_on, Bill.outstanding > 0)
    return fetch_page(session, query, request, sorts=SORTS, default_sort="-month", key=Bill.id)


def bills_of_customer(caller: Caller, customer_id: UUID) -> Select[UUID]:
    """The ids of a customer's bills; of none that the caller may not see."""
    query = select(Bill.id).join(Customer, Customer.id == Bill.customer_id)
    return query.where(Bill.customer_id == customer_id, visible_to(caller))


def lines_of(session: Session, bill_ids: Iterable[UUID]) -> list[BillLine]:
    query = select(BillLine).where(BillLine.bill_id.in_(list(bill_ids))).order_by(BillLine.bill_id, BillLine.number)
    return list(session.scalars(query))


def shares_of(session: Session, bill_id: UUID) -> list[BillLineShare]:
    query = select(BillLineShare).where(BillLineShare.bill_id == bill_id)
    return list(session.scalars(query.order_by(BillLineShare.line_number, BillLineShare.account_id)))


def accounts_of_bills(session: Session, bill_ids: Iterable[UUID]) -> list[BillAccount]:
    query = select(BillAccount).where(BillAccount.bill_id.in_(list(bill_ids)))
    return list(session.scalars(query.order_by(BillAccount.bill_id, BillAccount.identifier)))


def invoices_of(session: Session, bill_id: UUID) -> list[dict[str, Any]]:
    """The invoices that are, or are asked to be, for a part of the bill."""
    query = (
        select(Invoice.id, Invoice.kind, Invoice.number, Invoice.state, InvoiceItem.amount)
        .join(InvoiceItem, InvoiceItem.invoice_id == Invoice.id)
        .where(InvoiceItem.bill_id == bill_id, Invoice.state != "released")
        .order_by(Invoice.requested_at)
    )
    return [
        {"invoice_id": row.id, "kind": row.kind, "number": row.number, "state": row.state, "amount": row.amount}
        for row in session.execute(query)
    ]
