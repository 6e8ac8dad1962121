"""The tables of e-commerce orders (电商购销单)."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, PrimaryKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.store.columns import Amount, UnitPrice
from services.billing.store.tables import Tables


class BillItem(Tables):
    """A line of an e-commerce order on its bill: ``amount`` is ``quantity`` x ``sale_price``, rounded half-up once."""

    __tablename__ = "bill_items"

    bill_id: Mapped[UUID] = mapped_column(ForeignKey("bills.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    quantity: Mapped[int] = mapped_column(BigInteger)
    purchase_price: Mapped[Decimal] = mapped_column(UnitPrice)
    sale_price: Mapped[Decimal] = mapped_column(UnitPrice)
    amount: Mapped[Decimal] = mapped_column(Amount)

    __table_args__ = (
        PrimaryKeyConstraint("bill_id", "number"),
        CheckConstraint("quantity > 0 AND purchase_price >= 0 AND sale_price >= 0 AND amount >= 0", name="not_below_zero"),
    )
