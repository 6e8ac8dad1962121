"""Reading a bank's statement: from a sheet of cells and a saved column mapping to receipts, row by row. Pure.

A mapping (spec, payments.md, "Receipts") is data::

    columns:       field → list of parts, each a list of headers that may name it; parts are joined by "/"
    time_formats:  strptime formats, tried in order, in Shanghai time
    incoming:      {"headers": [...], "values": [...]}: rows whose cell is none of these values are skipped; or null

The header row is the first that names every required field; what stands above it (the bank's own preamble) is passed over.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from services.kit.clock import SHANGHAI, business_date, require_countable
from services.kit.money import FEN, decimal_places

Cell = str | float | int | bool | date | datetime | time | None
Sheet = Sequence[Sequence[Any]]

REQUIRED: Final = ("bank_account", "reference", "received_at", "payer_name", "amount")
TEXT_LIMITS: Final = {"bank_account": 64, "reference": 128, "payer_name": 200, "payer_account": 64, "remark": 500}
FIELD_NAMES: Final = {
    "bank_account": "收款账号 / bank account",
    "reference": "流水号 / reference",
    "received_at": "到款时间 / time",
    "payer_name": "付款人 / payer",
    "payer_account": "付款账号 / payer's account",
    "amount": "金额 / amount",
    "remark": "备注 / remark",
}
EXACT_FLOAT_MAX: Final = 10**15
AMOUNT_MAX: Final = Decimal("999999999999.99")

# Commas only before three digits; no exponent, as 1.2E+05 is what a narrow column leaves of 123,456.78.
_NUMBER: Final = re.compile(r"-?(([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]*)?|\.[0-9]+)", re.ASCII)


@dataclass(frozen=True)
class ColumnMapping:
    """A saved column mapping, as described above."""

    columns: Mapping[str, Sequence[Sequence[str]]]
    time_formats: Sequence[str]
    incoming: Mapping[str, Sequence[str]] | None


@dataclass(frozen=True)
class StatementRow:
    """A receipt as the bank states it."""

    bank_account: str
    reference: str
    received_at: datetime
    payer_name: str
    payer_account: str
    amount: Decimal
    remark: str


@dataclass(frozen=True)
class Fault:
    """Why a row is not a receipt; the words stand in the contract."""

    code: str
    params: dict[str, Any]


@dataclass(frozen=True)
class ReadRow:
    """One row of the file: its line (from 1) and either a receipt or a fault.

    :param reference, payer_name: as far as they could be read, for the report.
    """

    line: int
    receipt: StatementRow | None
    fault: Fault | None
    reference: str
    payer_name: str


class ColumnsMissing(Exception):
    """No row of the sheet names all that the mapping needs; ``fields`` are what the best one lacks."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = list(fields)


class _Faulty(Exception):
    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.fault = Fault(code, params)


def read_statement(sheet: Sheet, mapping: ColumnMapping, *, bank_account: str, today: date) -> list[ReadRow]:
    """Every row below the header that is not empty.

    :param bank_account: of the whole file, where the file does not say; empty otherwise.
    :raises ColumnsMissing: no header row.
    """
    header, places = _find_header(sheet, mapping, bank_account)
    rows = []
    for index in range(header + 1, len(sheet)):
        cells = sheet[index]
        if any(_plain(cell) for cell in cells):
            rows.append(_read_row(index + 1, cells, places, mapping, bank_account, today))
    return rows


def _find_header(sheet: Sheet, mapping: ColumnMapping, bank_account: str) -> tuple[int, dict[str, list[int]]]:
    least = list(REQUIRED)
    for index, cells in enumerate(sheet):
        headers = [_plain(cell) for cell in cells]
        places = {field: found for field, parts in mapping.columns.items() if (found := _places(headers, parts)) is not None}
        if mapping.incoming is not None:
            marks = _places(headers, [mapping.incoming["headers"]])
            places |= {"incoming": marks} if marks else {}
        missing = [field for field in REQUIRED if field not in places and not (field == "bank_account" and bank_account)]
        if not missing:
            return index, places
        least = missing if len(missing) < len(least) else least
    raise ColumnsMissing(least)


def _places(headers: Sequence[str], parts: Sequence[Sequence[str]]) -> list[int] | None:
    found = []
    for names in parts:
        place = next((headers.index(name) for name in names if name in headers), None)
        if place is None:
            return None
        found.append(place)
    return found


def _read_row(
    line: int, cells: Sequence[Any], places: Mapping[str, list[int]], mapping: ColumnMapping, bank_account: str, today: date
) -> ReadRow:
    def values(field: str) -> list[Any]:
        return [cells[place] if place < len(cells) else None for place in places.get(field, [])]

    def shown(field: str) -> str:
        return "/".join(_plain(value) for value in values(field))[:200]

    def result(receipt: StatementRow | None, fault: Fault | None) -> ReadRow:
        return ReadRow(line, receipt, fault, shown("reference"), shown("payer_name"))

    if mapping.incoming is not None and "incoming" in places and shown("incoming") not in mapping.incoming["values"]:
        return result(None, Fault("not_incoming", {}))
    try:
        receipt = StatementRow(
            bank_account=_text("bank_account", values("bank_account")) or _required("bank_account", bank_account),
            reference=_required("reference", _text("reference", values("reference"))),
            received_at=_instant(values("received_at"), mapping.time_formats, today),
            payer_name=_required("payer_name", _text("payer_name", values("payer_name"))),
            payer_account=_text("payer_account", values("payer_account")),
            amount=_amount(values("amount")),
            remark=_text("remark", values("remark")),
        )
    except _Faulty as faulty:
        return result(None, faulty.fault)
    return result(receipt, None)


def _plain(cell: Any) -> str:
    # Banks put a tab behind long numbers in CSV, or write ="123", to keep spreadsheets from rounding them.
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT_FLOAT_MAX:
        return str(int(cell))
    plain = str(cell).replace("\u3000", " ").strip().strip("\ufeff")
    return plain[2:-1].strip() if plain.startswith('="') and plain.endswith('"') else plain


def _text(field: str, cells: Sequence[Any]) -> str:
    for cell in cells:
        if isinstance(cell, float) and not (cell.is_integer() and abs(cell) < EXACT_FLOAT_MAX):
            raise _Faulty("number_lost_digits", field=FIELD_NAMES[field])
    plain = "/".join(part for part in map(_plain, cells) if part)
    if len(plain) > TEXT_LIMITS[field]:
        raise _Faulty("too_long", field=FIELD_NAMES[field], max=TEXT_LIMITS[field])
    return plain


def _required(field: str, text: str) -> str:
    if not text:
        raise _Faulty("missing", field=FIELD_NAMES[field])
    return text


def _instant(cells: Sequence[Any], formats: Sequence[str], today: date) -> datetime:
    cell = cells[0] if len(cells) == 1 else " ".join(map(_plain, cells))
    if isinstance(cell, datetime):
        found = cell
    elif isinstance(cell, date):
        found = datetime.combine(cell, time())
    else:
        plain = _required("received_at", _plain(cell))
        parsed = (_parsed(plain, one) for one in formats)
        first = next((one for one in parsed if one is not None), None)
        if first is None:
            raise _Faulty("not_a_time", value=plain[:50])
        found = first
    try:
        require_countable(found)
    except ValueError:
        raise _Faulty("not_a_time", value=found.isoformat(" ")) from None
    instant = found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
    if business_date(instant) > today:
        raise _Faulty("in_the_future", value=found.isoformat(" "))
    return instant


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007  (its zone is the bank's, Shanghai, unless the format has one)
    except ValueError:
        return None


def _amount(cells: Sequence[Any]) -> Decimal:
    plain = _required("amount", "".join(map(_plain, cells)))
    bare = plain.replace("，", ",").lstrip("¥￥+").strip()
    if not _NUMBER.fullmatch(bare):
        raise _Faulty("not_an_amount", value=plain[:50])
    # A sheet's number comes as a float whose shortest text is what the sheet shows; the float itself is never counted with.
    amount = Decimal(bare.replace(",", ""))
    if amount <= 0:
        raise _Faulty("not_positive")
    if amount > AMOUNT_MAX:
        raise _Faulty("too_large", value=plain[:50])
    if decimal_places(amount) > 2:
        raise _Faulty("too_many_places", value=plain[:50])
    return amount.quantize(FEN)
