"""E-commerce orders (spec, workflow.md, "The catalogue": a one-off bill with its cost). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from services.kit.money import ZERO, round_to_fen

NAME: Final = "电商购销"
"""What an order's bill is for, where others name a product."""
PRODUCT_TYPE: Final = "ecommerce"
PAYMENT_MODE: Final = "postpaid"
BILLING_CYCLE_MONTHS: Final = 1
AMOUNT_MAX: Final = Decimal("999999999.99")


@dataclass(frozen=True)
class OrderItem:
    """One kind of goods: how many, at which unit price bought and sold, in CNY with at most six decimals."""

    name: str
    quantity: int
    purchase_price: Decimal
    sale_price: Decimal

    @property
    def amount(self) -> Decimal:
        """What it is sold for, rounded half-up to the fen once."""
        return round_to_fen(self.quantity * self.sale_price)

    @property
    def cost(self) -> Decimal:
        """What it was bought for, rounded half-up to the fen once."""
        return round_to_fen(self.quantity * self.purchase_price)


def total_of(items: Iterable[OrderItem]) -> Decimal:
    """What the order is sold for: its lines added up."""
    return sum((item.amount for item in items), ZERO)


def cost_of(items: Iterable[OrderItem]) -> Decimal:
    """What the order was bought for: its lines added up."""
    return sum((item.cost for item in items), ZERO)


def check_order(items: Iterable[OrderItem]) -> dict[str, list[str]]:
    """What is wrong with an order, by field; a bill is for something, and no larger than its column."""
    items = tuple(items)
    if total_of(items) <= ZERO:
        return {"items": ["above|0"]}
    if max(total_of(items), cost_of(items)) > AMOUNT_MAX:
        return {"items": [f"order_too_large|{AMOUNT_MAX}"]}
    return {}
