"""One-off sales: a unified price and a quantity, billed once (spec, billing.md, "Prices"). Pure.

Software is sold so: its 销售调价 says what it costs and how many are sold; it is due in the month of its first day, its only one,
and prices no usage. (E-commerce orders, which have a form and a bill of their own, are in :mod:`.orders`.)
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from services.billing.domain.charging import Charged, ChargeLine, Refused
from services.billing.domain.orders import AMOUNT_MAX
from services.billing.domain.prices import UNIFIED, Price, PriceRow, check_table
from services.billing.domain.rating import Charge, rate
from services.kit.money import round_to_fen

SOFTWARE: Final = "software"
UNIT_PRICE_MAX: Final = Decimal(999_999)


def is_sold_once(product_type: str) -> bool:
    return product_type == SOFTWARE


def check_sale(
    kind: str, rows: Sequence[PriceRow], quantity: int | None, valid_from: date, valid_to: date | None
) -> dict[str, list[str]]:
    """What is wrong with a one-off sale, by field path; empty when nothing is."""
    wrong = {"kind": ["one_off_is_unified"]} if kind != UNIFIED else check_table(kind, rows, SOFTWARE, UNIT_PRICE_MAX)
    if any(row.segment is not None for row in rows):
        wrong |= {
            f"prices.{number}.segment": ["one_off_is_unified"] for number, row in enumerate(rows) if row.segment is not None
        }
    if quantity is None:
        wrong["quantity"] = ["required"]
    elif not wrong and round_to_fen(quantity * rows[0].tiers[0].unit_price) > AMOUNT_MAX:
        wrong["quantity"] = [f"order_too_large|{AMOUNT_MAX}"]
    if valid_to not in (None, valid_from):
        wrong["valid_to"] = ["one_off_has_one_day"]
    return wrong


def add_one_offs(usage: Charged | Refused, prices: Sequence[Price], due: Sequence[Price]) -> Charged | Refused:
    """A product's month with what is due of its one-off sales.

    :param usage: what its usage came to; software has none, but what is software now may have been something else.
    :param prices: all of the product's.
    :param due: its one-off sales that this bill is to have.
    """
    if isinstance(usage, Charged):
        return replace(usage, lines=(*usage.lines, *map(_line, due)))
    if usage.reason not in ("no_usage", "account_unknown"):
        return usage
    if due:
        return Charged(tuple(map(_line, due)), ())
    latest = max(prices, key=lambda price: price.age, default=None)
    if latest is not None and latest.problem is not None:
        return Refused("price_table_invalid", {"process_id": str(latest.process_id), "errors": dict(latest.problem)})
    return Refused("no_usage", {"sold_once": True}) if usage.reason == "no_usage" else usage


def amount_of(sale: Price) -> Decimal:
    """In CNY: quantity x unit price, rounded half-up to the fen once."""
    return _charge(sale).amount


def _line(sale: Price) -> ChargeLine:
    """No account has sent what is sold once: the line has no shares."""
    return ChargeLine(sale, None, sale.valid_from, sale.valid_from, _charge(sale), ())


def _charge(sale: Price) -> Charge:
    assert sale.quantity is not None, "a one-off sale has a quantity"
    (charge,) = rate(UNIFIED, sale.rows[0].tiers, sale.quantity)
    return charge
