"""What each story of a run is about, drawn from the run's seed: the same seed, the same stories.

The sums are worked out here by hand; this shares no code with what it checks.
"""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

SELLERS: Final = {
    "zhang.wei": "chen.jing",
    "wang.fang": "chen.jing",
    "li.qiang": "chen.jing",
    "liu.yang": "zhou.min",
    "zhao.lei": "zhou.min",
    "sun.li": "zhou.min",
}
"""Who sells → who leads."""

STEPS: Final = ("customer", "account", "contract", "price", "usage", "bill", "reconciliation", "invoice", "receipt", "commission")
"""What every story goes through, in this order."""

_FEN: Final = Decimal("0.01")
_UNIT_COST: Final = Decimal("0.028")
_COMMISSION_RATE: Final = Decimal("0.10")
_UNIFIED: Final[list[dict[str, Any]]] = [{"up_to": None, "unit_price": "0.042000"}]
_TIERED: Final[list[dict[str, Any]]] = [
    {"up_to": 10_000, "unit_price": "0.034500"},
    {"up_to": 30_000, "unit_price": "0.032800"},
    {"up_to": None, "unit_price": "0.031256"},
]


@dataclass(frozen=True)
class Plan:
    """One story.

    :ivar applies: whether its account comes by 测试账号申请, or is opened by customer care.
    :ivar usage: the way it is reported: ``event``, ``http`` or ``file``.
    :ivar parts: how many receipts the customer pays in.
    :ivar imports: whether finance imports the receipts from a file, or types them in.
    """

    seed: int
    number: int
    seller: str
    applies: bool
    tiers: list[dict[str, Any]]
    quantity: int
    usage: str
    parts: int
    imports: bool

    @classmethod
    def draw(cls, seed: int, number: int) -> "Plan":
        dice = random.Random(f"{seed}/{number}")
        return cls(
            seed=seed,
            number=number,
            seller=dice.choice(list(SELLERS)),
            applies=dice.random() < 0.5,
            tiers=dice.choice([_UNIFIED, _TIERED]),
            quantity=dice.randrange(5_000, 60_000),
            usage=dice.choice(["event", "http", "file"]),
            parts=dice.choice([1, 1, 2]),
            imports=dice.random() < 0.5,
        )

    @property
    def name(self) -> str:
        """The customer's."""
        return f"风雨{self.seed}之{self.number:05d}号科技有限公司"

    @property
    def account(self) -> str:
        return f"chaos-{self.seed}-{self.number:05d}"

    @property
    def amount(self) -> Decimal:
        """Of the bill: each tier's part rounded once."""
        total, below = Decimal("0.00"), 0
        for tier in self.tiers:
            upper = self.quantity if tier["up_to"] is None else min(self.quantity, tier["up_to"])
            total += ((upper - below) * Decimal(tier["unit_price"])).quantize(_FEN, ROUND_HALF_UP)
            below = upper
        return total

    @property
    def receipts(self) -> list[Decimal]:
        """What the customer pays, in one or two parts."""
        if self.parts == 1:
            return [self.amount]
        first = (self.amount / 3).quantize(_FEN, ROUND_HALF_UP)
        return [first, self.amount - first]

    @property
    def commission(self) -> Decimal:
        cost = (self.quantity * _UNIT_COST).quantize(_FEN, ROUND_HALF_UP)
        return ((self.amount - cost) * _COMMISSION_RATE).quantize(_FEN, ROUND_HALF_UP)

    @property
    def processes(self) -> Counter[str]:
        """The approvals that it takes, each archived once."""
        always = ("contract_review", "price_adjustment", "reconciliation", "bill_invoice", "write_off")
        return Counter([*always, "test_account"] if self.applies else always)


@dataclass(frozen=True)
class Days:
    """The stories' days: usage of the month before this one, everything else today."""

    today: date

    @classmethod
    def now(cls) -> "Days":
        return cls(datetime.now(ZoneInfo("Asia/Shanghai")).date())

    @property
    def first_of_last_month(self) -> date:
        return (self.today.replace(day=1) - timedelta(days=1)).replace(day=1)

    @property
    def last_month(self) -> str:
        return f"{self.first_of_last_month:%Y-%m}"

    @property
    def this_month(self) -> str:
        return f"{self.today:%Y-%m}"
