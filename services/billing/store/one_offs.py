"""One-off sales: which are due, and on which bill they are."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from services.billing.domain.prices import Price
from services.billing.store.columns import one_of
from services.billing.store.one_off_tables import OneOffSale
from services.billing.store.prices import as_price
from services.billing.store.tables import Bill, PriceAgreed
from services.kit.clock import Month

_EARLIEST_FIRST: Final = (PriceAgreed.valid_from, PriceAgreed.archived_at, PriceAgreed.id)


def insert_one_off(session: Session, price: PriceAgreed) -> None:
    """A price that is there has become due once."""
    session.add(OneOffSale(price_id=price.id, product_id=price.product_id, due_month=Month.of(price.valid_from), bill_id=None))
    session.flush()


def due_one_offs(session: Session, month: Month, product_ids: Iterable[UUID]) -> dict[UUID, list[Price]]:
    """What of these products is to be billed with the month: what is due and on no bill, the earliest first.

    What was on a bill that is void is due when that bill's month is billed again, and not with the next one: whoever voided it
    may have meant to.
    """
    wanted = list(product_ids)
    if not wanted:
        return {}
    query = (
        select(PriceAgreed)
        .join(OneOffSale, OneOffSale.price_id == PriceAgreed.id)
        .outerjoin(Bill, Bill.id == OneOffSale.bill_id)
        .where(
            OneOffSale.product_id == one_of(wanted),
            OneOffSale.due_month <= month,
            or_(OneOffSale.bill_id.is_(None), and_(Bill.state == "void", Bill.month == month)),
        )
        .order_by(*_EARLIEST_FIRST)
    )
    due: dict[UUID, list[Price]] = defaultdict(list)
    for row in session.scalars(query):
        due[row.product_id].append(as_price(row))
    return due


def one_offs_on(session: Session, bill_ids: Iterable[UUID]) -> dict[UUID, list[Price]]:
    """What was sold once and is on these bills, by bill, in the order in which it was put there."""
    query = (
        select(OneOffSale.bill_id, PriceAgreed)
        .join(PriceAgreed, PriceAgreed.id == OneOffSale.price_id)
        .where(OneOffSale.bill_id.in_(list(bill_ids)))
        .order_by(*_EARLIEST_FIRST)
    )
    sold: dict[UUID, list[Price]] = defaultdict(list)
    for bill_id, row in session.execute(query):
        assert bill_id is not None, "it is among those asked for"
        sold[bill_id].append(as_price(row))
    return sold


def put_on_bills(session: Session, month: Month, price_ids: Iterable[UUID]) -> None:
    """Note of one-off sales that they are on their product's bill of the month, which was just made."""
    billed = list(price_ids)
    if not billed:
        return
    bill = select(Bill.id).where(Bill.product_id == OneOffSale.product_id, Bill.month == month, Bill.state != "void")
    statement = update(OneOffSale).where(OneOffSale.price_id.in_(billed)).values(bill_id=bill.scalar_subquery())
    session.execute(statement, execution_options={"synchronize_session": False})
