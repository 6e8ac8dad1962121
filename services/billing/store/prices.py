"""Prices and their floors."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.billing.domain.prices import Price, read_rows
from services.billing.store.columns import one_of
from services.billing.store.one_off_tables import OneOffSale
from services.billing.store.tables import Bill, PriceAgreed, PriceFloor
from services.kit.clock import Month

HistoryRow = tuple[PriceAgreed, OneOffSale | None, Bill | None]


def floor_of(session: Session, product_type: str) -> Decimal | None:
    """The unit price below which the director is asked; ``None`` if none is set."""
    return session.scalar(select(PriceFloor.unit_price).where(PriceFloor.product_type == product_type))


def prices_of_month(session: Session, month: Month, product_ids: Iterable[UUID]) -> dict[UUID, list[Price]]:
    """Of each of these products the prices whose dates touch a month; maybe none."""
    prices: dict[UUID, list[Price]] = {product_id: [] for product_id in product_ids}
    query = select(PriceAgreed.__table__).where(
        PriceAgreed.product_id == one_of(prices),
        PriceAgreed.valid_from <= month.last_day,
        or_(PriceAgreed.valid_to.is_(None), PriceAgreed.valid_to >= month.first_day),
    )
    for row in session.execute(query):
        prices[row.product_id].append(as_price(row))
    return prices


def prices_of(session: Session, product_ids: Iterable[UUID]) -> dict[UUID, list[Price]]:
    """Every price of these products, the newest first."""
    query = (
        select(PriceAgreed)
        .where(PriceAgreed.product_id.in_(list(product_ids)))
        .order_by(PriceAgreed.archived_at.desc(), PriceAgreed.id.desc())
    )
    prices: dict[UUID, list[Price]] = defaultdict(list)
    for row in session.scalars(query):
        prices[row.product_id].append(as_price(row))
    return prices


def price_history(session: Session, product_id: UUID) -> list[Row[HistoryRow]]:
    """A product's prices, the newest first, each with its one-off sale and the bill that this is on."""
    query = (
        select(PriceAgreed, OneOffSale, Bill)
        .outerjoin(OneOffSale, OneOffSale.price_id == PriceAgreed.id)
        .outerjoin(Bill, Bill.id == OneOffSale.bill_id)
        .where(PriceAgreed.product_id == product_id)
        .order_by(PriceAgreed.archived_at.desc(), PriceAgreed.id.desc())
    )
    return list(session.execute(query))


def insert_price(session: Session, price: PriceAgreed) -> bool:
    """Put a price in, once for its process.

    :returns: whether it was not there yet.
    """
    values = {column.key: getattr(price, column.key) for column in PriceAgreed.__table__.columns}
    added = insert(PriceAgreed).values(values).on_conflict_do_nothing().returning(PriceAgreed.id)
    return session.execute(added).first() is not None


def bills_of_days(session: Session, product_id: UUID, first: date, last: date | None) -> list[Bill]:
    """The product's bills of the months that these days touch, in order."""
    query = select(Bill).where(Bill.product_id == product_id, Bill.state != "void", Bill.month >= Month.of(first))
    if last is not None:
        query = query.where(Bill.month <= Month.of(last))
    return list(session.scalars(query.order_by(Bill.month)))


def as_price(row: PriceAgreed | Row[Any]) -> Price:
    return Price(
        id=row.id,
        process_id=row.process_id,
        kind=row.kind,
        rows=read_rows(row.rows),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        archived_at=row.archived_at,
        problem=row.problem,
        quantity=row.quantity,
    )
