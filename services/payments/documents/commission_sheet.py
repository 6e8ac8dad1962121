"""A month's commission statement as xlsx: every entry with its source, and the sums by salesperson; in Chinese or English."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.contracts.customer import PRODUCT_TYPE_NAMES
from services.contracts.payments_wording import COMMISSION_KINDS, INTEREST_ORIGINS
from services.contracts.wording import LANGUAGES
from services.kit.sheets import SheetColumn

TITLE: Final = ("提成明细", "Commission")
OWNERS_TITLE: Final = ("按销售汇总", "By salesperson")

_PRODUCT_TYPES: Final = {**PRODUCT_TYPE_NAMES, "ecommerce": ("电商购销", "E-commerce order")}
_VOIDED: Final = ("账单已作废，抵扣的余额已退回。", "The bill was voided, and the balances have their money again.")
_DAY: Final = "yyyy-mm-dd"
_AMOUNT: Final = "#,##0.00"
_PRICE: Final = "0.000000"
_RATE: Final = "0.00####%"

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class _Column:
    """
    :param value: what stands in it, of an entry (or an owner's sums) and the language's place in words.
    """

    header: tuple[str, str]
    value: Callable[[Entry, int], Any]
    width: float = 14
    number_format: str = ""


def _receipts(entry: Entry, _language: int) -> str:
    source = entry["source"]
    receipts = source["details"]["receipts"] if source["details"] else source["receipts"]
    return "；".join(f"{one['received_on']:%Y-%m-%d} {one['payer_name']} {one['amount']:.2f}" for one in receipts)


def _taken_back_from(entry: Entry, _language: int) -> date | None:
    taken_back = entry["source"]["takes_back"]
    return None if taken_back is None else taken_back.earned_on


def _month(entry: Entry, _language: int) -> str | None:
    month = entry["source"]["month"]
    return month and str(month)


def _details(entry: Entry, language: int) -> str:
    details = entry["source"]["details"]
    if entry["kind"] == "reversal" and entry["write_off_id"] is None:
        return _VOIDED[language]
    return INTEREST_ORIGINS[details["code"]][language].format(**details["params"]) if details else ""


def _product_type(entry: Entry, language: int) -> str:
    return _PRODUCT_TYPES[entry["product_type"]][language] if entry["product_type"] else ""


_ENTRY_COLUMNS: Final = (
    _Column(("日期", "Day"), lambda entry, _: entry["earned_on"], 12, _DAY),
    _Column(("销售", "Salesperson"), lambda entry, _: entry["owner_name"]),
    _Column(("类型", "Kind"), lambda entry, language: COMMISSION_KINDS[entry["kind"]][language]),
    _Column(("客户", "Customer"), lambda entry, _: entry["customer_name"], 32),
    _Column(("账单", "Bill"), lambda entry, _: entry["bill_number"], 36),
    _Column(("产品类型", "Product type"), _product_type),
    _Column(("销账/抵扣金额", "Written off or covered"), lambda entry, _: entry["written_off"], 16, _AMOUNT),
    _Column(("成本单价", "Unit cost"), lambda entry, _: entry["unit_cost"], 12, _PRICE),
    _Column(("成本", "Cost"), lambda entry, _: entry["cost"], 14, _AMOUNT),
    _Column(("计息基数", "Base of interest"), lambda entry, _: entry["source"]["base"], 16, _AMOUNT),
    _Column(("比例/息率", "Rate"), lambda entry, _: entry["rate"], 12, _RATE),
    _Column(("提成", "Commission"), lambda entry, _: entry["amount"], 14, _AMOUNT),
    _Column(("到款", "Receipts"), _receipts, 48),
    _Column(("计息月份", "Month of interest"), _month, 12),
    _Column(("说明", "Details"), _details, 48),
    _Column(("冲销原提成日期", "Takes back of"), _taken_back_from, 16, _DAY),
    _Column(("冲销原因", "Reason"), lambda entry, _: entry["source"]["reason"], 32),
)


def _sum(header: tuple[str, str], name: str) -> _Column:
    return _Column(header, lambda sums, _: sums[name], 16, _AMOUNT)


_OWNER_COLUMNS: Final = (
    _Column(("销售", "Salesperson"), lambda sums, _: sums["owner_name"]),
    _Column(("笔数", "Entries"), lambda sums, _: sums["entries"], 8),
    _sum(("销账与抵扣金额", "Written off and covered"), "written_off"),
    _sum(("成本", "Cost"), "cost"),
    _sum(("利润", "Profit"), "profit"),
    _sum(("销账提成", "By write-offs"), "by_write_offs"),
    _sum(("余额抵扣提成", "By balances"), "by_balances"),
    _sum(("计息", "Interest credits"), "interest_credits"),
    _sum(("罚息", "Penalties"), "penalties"),
    _sum(("冲销扣回", "Reversed"), "reversed"),
    _sum(("应发提成", "Commission"), "commission"),
)


def entry_columns(language: str) -> list[SheetColumn]:
    return _headed(_ENTRY_COLUMNS, language)


def owner_columns(language: str) -> list[SheetColumn]:
    return _headed(_OWNER_COLUMNS, language)


def entry_row(entry: Entry, language: str) -> list[Any]:
    """An entry's cells; ``entry`` as the contract's ``CommissionEntry``, not yet dumped."""
    return [column.value(entry, LANGUAGES.index(language)) for column in _ENTRY_COLUMNS]


def owner_row(sums: Entry, language: str) -> list[Any]:
    """A salesperson's cells; ``sums`` as the contract's ``OwnerCommission``."""
    return [column.value(sums, LANGUAGES.index(language)) for column in _OWNER_COLUMNS]


def _headed(columns: tuple[_Column, ...], language: str) -> list[SheetColumn]:
    at = LANGUAGES.index(language)
    return [SheetColumn(column.header[at], column.width, column.number_format) for column in columns]
