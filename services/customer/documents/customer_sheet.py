"""A list of customers as xlsx: what is shown of each, as people read it, in Chinese or English."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.contracts.customer import INDUSTRY_NAMES
from services.contracts.customer_import_calls import LANGUAGES
from services.customer.domain.completeness import share
from services.customer.domain.outlook import TIER_NAMES
from services.customer.store.tables import Customer
from services.kit.clock import SHANGHAI
from services.kit.sheets import SheetColumn

TITLE: Final = ("客户", "Customers")

_DAY: Final = "yyyy-mm-dd"
_MINUTE: Final = "yyyy-mm-dd hh:mm"


@dataclass(frozen=True)
class _Column:
    """
    :param value: what stands in it, of a customer, its owner's department's name, and the language's place in words.
    """

    header: tuple[str, str]
    value: Callable[[Customer, str | None, int], Any]
    width: float = 14
    number_format: str = ""


def _invoice(name: str) -> Callable[[Customer, str | None, int], Any]:
    return lambda customer, _department, _language: customer.invoice_information.get(name, "")


def _shanghai(instant: datetime) -> datetime:
    # A cell knows no zone.
    return instant.astimezone(SHANGHAI).replace(tzinfo=None)


def _industry(section: str, language: int) -> str:
    return INDUSTRY_NAMES[section][language] if section else ""


_COLUMNS: Final = (
    _Column(("客户名称", "Customer"), lambda customer, *_: customer.name, 32),
    _Column(("客户级别", "Tier"), lambda customer, _department, language: TIER_NAMES[customer.tier][language]),
    _Column(("跟进销售", "Owner"), lambda customer, *_: customer.owner_name),
    _Column(("所属部门", "Department"), lambda _customer, department, _language: department),
    _Column(("申请人", "Claimed by"), lambda customer, *_: customer.claimant_name),
    _Column(("进入级别时间", "Tier since"), lambda customer, *_: _shanghai(customer.tier_since), 18, _MINUTE),
    _Column(("最近联系", "Last contact"), lambda customer, *_: customer.last_log_on, 12, _DAY),
    _Column(("完整度", "Completeness"), lambda customer, *_: share(customer.filled_items), 10, "0%"),
    _Column(("合同到期", "Contract ends"), lambda customer, *_: customer.contract_ends_on, 12, _DAY),
    _Column(("最近用量", "Last usage"), lambda customer, *_: customer.last_usage_on, 12, _DAY),
    _Column(("行业", "Industry"), lambda customer, _department, language: _industry(customer.industry, language), 28),
    _Column(("来源", "Source"), lambda customer, *_: customer.source),
    _Column(("地区", "Region"), lambda customer, *_: customer.region),
    _Column(("开票公司名称", "Invoice company"), _invoice("company_name"), 32),
    _Column(("税务号", "Tax number"), _invoice("tax_number"), 24),
    _Column(("公司地址", "Company address"), _invoice("address"), 32),
    _Column(("联系电话", "Company telephone"), _invoice("telephone")),
    _Column(("开户银行", "Bank"), _invoice("bank"), 24),
    _Column(("银行账号", "Bank account"), _invoice("bank_account"), 24),
    _Column(("备注", "Remarks"), lambda customer, *_: customer.remarks, 24),
    _Column(("创建时间", "Added"), lambda customer, *_: _shanghai(customer.created_at), 18, _MINUTE),
)


def columns_in(language: str) -> list[SheetColumn]:
    """The columns with their headers in a language."""
    at = LANGUAGES.index(language)
    return [SheetColumn(column.header[at], column.width, column.number_format) for column in _COLUMNS]


def row_of(customer: Customer, department_name: str | None, language: str) -> list[Any]:
    """A customer's cells."""
    at = LANGUAGES.index(language)
    return [column.value(customer, department_name, at) for column in _COLUMNS]
