"""What the story is about: its customer, dates, prices and volumes, and the sums as one works them out by hand.

The arithmetic here is the story's own: it shares no code with what it checks.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

CUSTOMER: Final = "上海云帆网络科技有限公司"
TAX_NUMBER: Final = "91310115MA1K3XQ771"
INVOICE_INFORMATION: Final = {
    "company_name": CUSTOMER,
    "tax_number": TAX_NUMBER,
    "address": "上海市浦东新区张江路 88 号 6 幢 301 室",
    "telephone": "021-50800188",
    "bank": "中国工商银行上海张江支行",
    "bank_account": "1001281209016888123",
}
PRODUCT: Final = "行业短信"
SIGNATURE: Final = "云帆科技"
ACCOUNTS: Final = ("yunfan-notice-01", "yunfan-notice-02")
INVOICE_NUMBER_PREFIX: Final = "2531"

TIERS: Final[list[dict[str, Any]]] = [
    {"up_to": 100_000, "unit_price": "0.034500"},
    {"up_to": 500_000, "unit_price": "0.032800"},
    {"up_to": None, "unit_price": "0.031256"},
]
OPERATORS: Final = ("CMCC", "CUCC", "CTCC")
QUANTITY_BY_EVENT: Final = 812_345
QUANTITY_BY_FILE: Final = 422_222

UNIT_COST: Final = Decimal("0.028000")
"""Of industry messages, as the system ships."""
COMMISSION_RATE: Final = Decimal("0.10")

_FEN: Final = Decimal("0.01")
_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def bill_lines() -> list[tuple[int, Decimal]]:
    """Quantity and amount of each tier: 100,000 at 0.0345, the next 400,000 at 0.0328, the rest at 0.031256."""
    rest = QUANTITY_BY_EVENT + QUANTITY_BY_FILE
    parts = [(100_000, Decimal("0.034500")), (400_000, Decimal("0.032800")), (rest - 500_000, Decimal("0.031256"))]
    return [(quantity, (quantity * price).quantize(_FEN, ROUND_HALF_UP)) for quantity, price in parts]


def bill_amount() -> Decimal:
    return sum((amount for _, amount in bill_lines()), Decimal("0.00"))


def cost() -> Decimal:
    return ((QUANTITY_BY_EVENT + QUANTITY_BY_FILE) * UNIT_COST).quantize(_FEN, ROUND_HALF_UP)


def commission() -> Decimal:
    return ((bill_amount() - cost()) * COMMISSION_RATE).quantize(_FEN, ROUND_HALF_UP)


@dataclass(frozen=True)
class Calendar:
    """The story's days: last month up to the first of this one.

    :param today: the real day, in Shanghai.
    """

    today: date

    @classmethod
    def now(cls) -> "Calendar":
        return cls(datetime.now(_SHANGHAI).date())

    @property
    def first_of_this_month(self) -> date:
        return self.today.replace(day=1)

    @property
    def last_day(self) -> date:
        """Of last month."""
        return self.first_of_this_month - timedelta(days=1)

    @property
    def month(self) -> str:
        """Last month, as the interface writes it."""
        return f"{self.last_day:%Y-%m}"

    def day(self, number: int) -> date:
        """A day of last month."""
        return self.last_day.replace(day=number)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """An instant, by the clock in Shanghai."""
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=_SHANGHAI)


def spread(quantity: int, days: list[date]) -> list[tuple[date, str, int]]:
    """A quantity over days and operators, uneven, nothing lost: day, operator, quantity."""
    places = [(day, operator) for day in days for operator in OPERATORS]
    weights = [7 + (3 * index) % 11 for index in range(len(places))]
    shares = [quantity * weight // sum(weights) for weight in weights]
    shares[-1] += quantity - sum(shares)
    return [(day, operator, share) for (day, operator), share in zip(places, shares, strict=True)]
