"""What users have selected for reconciliation, and what there is to select."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, RowMapping, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.billing.store.bills import SORTS
from services.billing.store.columns import Amount
from services.billing.store.selection_tables import BillSelection
from services.billing.store.tables import Bill
from services.kit.clock import Month
from services.kit.paging import Page, PageRequest, fetch_page


def find_selection(session: Session, user_id: UUID, customer_id: UUID) -> BillSelection | None:
    return session.get(BillSelection, (user_id, customer_id))


def lock_selection(session: Session, user_id: UUID, customer_id: UUID, now: datetime) -> BillSelection:
    """The selection, made empty (its version 0) if there was none, and locked: two who change it at once wait for each other."""
    empty = {"user_id": user_id, "customer_id": customer_id, "bill_ids": [], "saved_at": now, "version": 0}
    session.execute(insert(BillSelection).values(empty).on_conflict_do_nothing())
    return session.get_one(BillSelection, (user_id, customer_id), with_for_update=True, populate_existing=True)


def bills_of_customer(session: Session, customer_id: UUID, bill_ids: Iterable[UUID]) -> list[Bill]:
    """Those of the bills that are the customer's, in the order in which they are shown."""
    query = select(Bill).where(Bill.customer_id == customer_id, Bill.id.in_(list(bill_ids)))
    return list(session.scalars(query.order_by(Bill.month, Bill.number)))


def page_of_reconcilable(session: Session, request: PageRequest, customer_id: UUID, last: Month) -> Page:
    """A customer's bills of the month ``last``, and those of any other that are open; the latest month first."""
    query = select(Bill).where(Bill.customer_id == customer_id, or_(Bill.month == last, Bill.state == "open"))
    return fetch_page(session, query, request, sorts=SORTS, default_sort="-month", key=Bill.id)


def totals_of_selectable(session: Session, customer_id: UUID) -> RowMapping:
    """How many of a customer's bills can be selected, and what they come to."""
    query = select(
        func.count().label("bill_count"),
        func.coalesce(func.sum(Bill.quantity), 0).cast(BigInteger).label("quantity"),
        func.coalesce(func.sum(Bill.amount), 0).cast(Amount).label("amount"),
        func.coalesce(func.sum(Bill.covered), 0).cast(Amount).label("covered"),
    )
    return session.execute(query.where(Bill.customer_id == customer_id, is_selectable())).mappings().one()


def is_selectable() -> ColumnElement[bool]:
    """The condition on :class:`Bill` under which a new reconciliation may take it."""
    return and_(Bill.state == "open", Bill.void_process_id.is_(None))
