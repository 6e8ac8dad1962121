"""How a bank's statement is read: a saved column mapping (spec, payments.md, "Receipts"). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Self

FIELD_NAMES: Final = {
    "bank_account": "收款账号 / bank account",
    "reference": "流水号 / reference",
    "received_at": "到款时间 / time",
    "payer_name": "付款人 / payer",
    "payer_account": "付款账号 / payer's account",
    "amount": "金额 / amount",
    "balance": "余额 / balance",
    "currency": "币种 / currency",
    "remark": "备注 / remark",
}
UNIQUE_BY: Final = ("year", "date", "time", "amount", "balance")

ACCOUNT_HEADER: Final = "收款账号"
"""What every mapping reads as the bank account, should a file have it: so do files of wrong rows, which have no preamble."""

_SAMPLE: Final = datetime(2026, 11, 28, 13, 45, 59)  # noqa: DTZ001  (only its digits matter)


@dataclass(frozen=True)
class ColumnMapping:
    """A saved column mapping. Headers are compared without white space, case and full- or half-width form.

    :param columns: field → its parts, each a list of headers that may name it. Of a part's headers the first whose cell is not
        empty counts; the parts are joined by "/". A required field needs a column of each part.
    :param time_formats: strptime formats, tried in order, in Shanghai time; ISO 8601 is read without one.
    :param incoming: ``{"headers": [...], "values": [...]}``: rows whose cell has none of these values are skipped; or ``None``.
    :param outgoing: headers of the column of money that went out: rows with an amount there and none coming in are skipped.
    :param passed_over: how lines begin that are the bank's own words: totals, comments. They are no rows at all.
    :param account_labels: what stands before the bank account above the header ("账号：6222…", or in the next cell).
    :param unique_by: what makes a reference unique for good where the bank's numbers come again: ``year``, ``date`` or ``time``
        of the receipt, its ``amount``, the ``balance`` behind it; they are put behind the bank's own number. A bank that has none
        needs the ``time`` at least.
    :param split_payer: the payer's cell may hold the account too, as in ``陈晶 (chen@example.com)``.
    """

    columns: Mapping[str, Sequence[Sequence[str]]]
    time_formats: Sequence[str]
    incoming: Mapping[str, Sequence[str]] | None
    outgoing: Sequence[str] = ()
    passed_over: Sequence[str] = ()
    account_labels: Sequence[str] = ()
    unique_by: Sequence[str] = ()
    split_payer: bool = False

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        return cls(**content)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def required(self) -> tuple[str, ...]:
        """The fields without whose columns there is no header; the bank account may also stand elsewhere."""
        reference = ("reference",) if "reference" in self.columns or "time" not in self.unique_by else ()
        balance = ("balance",) if "balance" in self.unique_by else ()
        return (*reference, "received_at", "payer_name", "amount", *balance)


def wrong_fields(mapping: ColumnMapping) -> dict[str, list[str]]:
    """What no mapping can do without, and what it does not make sense with: field path → error codes."""
    wrong: dict[str, list[str]] = {
        f"columns.{field}": ["required"] for field in mapping.required if not mapping.columns.get(field)
    }
    wrong |= {
        f"time_formats.{at}": ["not_a_time_format"] for at, form in enumerate(mapping.time_formats) if not _tells_a_day(form)
    }
    return wrong


def _tells_a_day(form: str) -> bool:
    """Whether a strptime format reads what it writes, a whole date at least."""
    try:
        return datetime.strptime(_SAMPLE.strftime(form), form).date() == _SAMPLE.date()  # noqa: DTZ007  (as above)
    except ValueError:
        return False
