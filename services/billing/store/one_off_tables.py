"""The table of one-off sales (spec, billing.md, "Prices")."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.store.columns import MonthColumn
from services.billing.store.tables import Tables
from services.kit.clock import Month


class OneOffSale(Tables):
    """A price that is billed once, and the bill that it is on, if any: one at a time, and another only once that one is void.

    A trigger holds it against hand-written SQL, too (migration 0008).
    """

    __tablename__ = "one_off_sales"

    price_id: Mapped[UUID] = mapped_column(ForeignKey("prices.id"), primary_key=True)
    product_id: Mapped[UUID]
    due_month: Mapped[Month] = mapped_column(MonthColumn)
    bill_id: Mapped[UUID | None] = mapped_column(ForeignKey("bills.id"))

    __table_args__ = (
        Index("ix_one_off_sales_product", "product_id", "due_month"),
        Index("ix_one_off_sales_bill", "bill_id"),
    )
