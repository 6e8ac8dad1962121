"""Who gets which customer, and how far each comes: pure, from the real day alone."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from dateutil.relativedelta import relativedelta

from deploy.demo.companies import Company, companies
from deploy.people import PEOPLE

COUNTS: Final = {"contract": 12, "trial": 8, "intent": 10, "silent": 5, "pool": 5}
MONTHS: Final = 4

LOGS: Final = (
    ("call", "电话沟通短信通道的到达率与时延，客户对三网覆盖较满意。"),
    ("visit", "上门拜访，了解客户新上线业务的验证码用量。"),
    ("wechat", "微信确认报价，客户在比价，预计下周答复。"),
    ("email", "邮件发送产品方案与资质文件。"),
    ("call", "回访近期发送情况，客户反馈正常，拟增加营销短信。"),
)
PRODUCT_TYPES: Final = ("industry_sms", "industry_sms", "marketing_sms", "voice")
UNIT_PRICES: Final = {"industry_sms": "0.042000", "marketing_sms": "0.046000", "voice": "0.090000"}


@dataclass(frozen=True)
class Planned:
    """A customer of the plan.

    :param owner: a login.
    :param tier: where it shall stand in the end.
    :param added: the day it was added.
    :param monthly_quantity: messages of each month, the oldest first; contract customers only.
    """

    company: Company
    owner: str
    tier: str
    added: date
    product_type: str
    monthly_quantity: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """All of it.

    :param today: the real day.
    """

    today: date
    customers: tuple[Planned, ...]

    @property
    def months(self) -> list[date]:
        """First days of the months of history, the oldest first; the last is last month's."""
        first = self.today.replace(day=1)
        return [first - relativedelta(months=back) for back in range(MONTHS, 0, -1)]

    @property
    def tiers(self) -> list[str]:
        return list(COUNTS)

    def of_tier(self, tier: str) -> list[Planned]:
        return [customer for customer in self.customers if customer.tier == tier]


def make_plan(today: date) -> Plan:
    """The plan as of a day."""
    chance = Random(42)  # noqa: S311  # the same at every run; nothing is kept secret by it
    sellers = [person.login for person in PEOPLE if person.roles == ("sales",)]
    tiers = [tier for tier, count in COUNTS.items() for _ in range(count)]
    planned = []
    for index, (company, tier) in enumerate(zip(companies(len(tiers)), tiers, strict=True)):
        quantities = tuple(chance.randrange(40_000, 900_000) for _ in range(MONTHS)) if tier == "contract" else ()
        planned.append(
            Planned(
                company=company,
                owner=sellers[index % len(sellers)],
                tier=tier,
                added=_added(today, tier, index),
                product_type=PRODUCT_TYPES[index % len(PRODUCT_TYPES)],
                monthly_quantity=quantities,
            )
        )
    return Plan(today, tuple(planned))


def _added(today: date, tier: str, index: int) -> date:
    first = today.replace(day=1)
    match tier:
        case "contract":
            return first - relativedelta(months=MONTHS + 1) + timedelta(days=index % 10)
        case "trial":
            return today - timedelta(days=40 + index % 7)
        case "intent":
            return today - timedelta(days=12 + index % 3)
        case "silent":
            return today - timedelta(days=45)
        case _:
            return today - relativedelta(months=4) - timedelta(days=5)
