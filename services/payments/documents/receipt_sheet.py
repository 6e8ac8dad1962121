"""The receipt pool as xlsx: what is shown of each receipt, as people read it, in Chinese or English."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from services.contracts.payments_wording import REASONS
from services.kit.clock import SHANGHAI
from services.kit.sheets import SheetColumn
from services.payments.store.tables import Receipt

TITLE: Final = ("到款池", "Receipts")

_STATES: Final = {
    "unmatched": ("未匹配", "Unmatched"),
    "ambiguous": ("待确认客户", "Ambiguous"),
    "matched": ("已匹配", "Matched"),
    "used": ("已销完", "Used"),
}
_SECOND: Final = "yyyy-mm-dd hh:mm:ss"
_MONEY: Final = "#,##0.00"


@dataclass(frozen=True)
class _Column:
    """
    :param value: what stands in it, of a receipt, its customer's name, and the language's place in words.
    """

    header: tuple[str, str]
    value: Callable[[Receipt, str | None, int], Any]
    width: float = 14
    number_format: str = ""


def _balance(receipt: Receipt, *_: Any) -> Any:
    return receipt.amount - receipt.held - receipt.used


def _state(receipt: Receipt, _customer: str | None, language: int) -> str:
    return _STATES["used" if receipt.used == receipt.amount else receipt.match][language]


def _reason(receipt: Receipt, _customer: str | None, language: int) -> str:
    reason = receipt.reason if _balance(receipt) else None
    return REASONS[reason["code"]][language].format(**(reason.get("params") or {})) if reason else ""


_COLUMNS: Final = (
    # A cell knows no zone: it shows Shanghai's clock.
    _Column(
        ("到款时间", "Received at"),
        lambda receipt, *_: receipt.received_at.astimezone(SHANGHAI).replace(tzinfo=None),
        20,
        _SECOND,
    ),
    _Column(("收款账号", "Bank account"), lambda receipt, *_: receipt.bank_account, 24),
    _Column(("流水号", "Reference"), lambda receipt, *_: receipt.reference, 28),
    _Column(("付款人", "Payer"), lambda receipt, *_: receipt.payer_name, 32),
    _Column(("付款账号", "Payer's account"), lambda receipt, *_: receipt.payer_account, 24),
    _Column(("金额", "Amount"), lambda receipt, *_: receipt.amount, 14, _MONEY),
    _Column(("已占用", "Held"), lambda receipt, *_: receipt.held, 14, _MONEY),
    _Column(("已销", "Used"), lambda receipt, *_: receipt.used, 14, _MONEY),
    _Column(("余额", "Balance"), _balance, 14, _MONEY),
    _Column(("状态", "State"), _state),
    _Column(("客户", "Customer"), lambda _receipt, customer, _language: customer, 32),
    _Column(("未自动销账原因", "Why nothing started"), _reason, 40),
    _Column(("备注", "Remark"), lambda receipt, *_: receipt.remark, 32),
)


def columns_in(language: int) -> list[SheetColumn]:
    """The columns, with headers in a language: 0 for Chinese, 1 for English."""
    return [SheetColumn(column.header[language], column.width, column.number_format) for column in _COLUMNS]


def row_of(receipt: Receipt, customer_name: str | None, language: int) -> list[Any]:
    """A receipt's cells, in the order of the columns."""
    return [column.value(receipt, customer_name, language) for column in _COLUMNS]
