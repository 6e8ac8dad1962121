"""Reading a bank's statement: from rows of cells and a saved column mapping to receipts, row by row. Pure.

The header row is the first that names every required field of the mapping; what stands above it (the bank's own preamble) is
passed over, but for the account it may tell. Below it every row is a receipt, skipped (money that went out), wrong, or no row at
all: empty, a total, a comment, the header once more.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from services.kit.clock import SHANGHAI, business_date, require_countable
from services.kit.money import FEN, ZERO, decimal_places
from services.payments.domain.bank_mappings import ACCOUNT_HEADER, FIELD_NAMES, ColumnMapping

Cell = str | float | int | bool | date | datetime | time | None
Row = Sequence[Any]

TEXT_LIMITS: Final = {"bank_account": 64, "reference": 128, "payer_name": 200, "payer_account": 64, "remark": 500}
EXACT_FLOAT_MAX: Final = 10**15
AMOUNT_MAX: Final = Decimal("999999999999.99")
SHOWN_CHARACTERS_MAX: Final = 200

# Commas only before three digits; no exponent, as 1.2E+05 is what a narrow column leaves of 123,456.78.
_NUMBER: Final = re.compile(r"-?(([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]*)?|\.[0-9]+)", re.ASCII)
_LOST_DIGITS: Final = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]+", re.ASCII | re.IGNORECASE)
"""What a spreadsheet makes of a long number when a CSV is opened and saved in it."""
_OWN_CURRENCY: Final = ("CNY", "RMB", "人民币", "人民币元")
_NUMBERS: Final = ("bank_account", "reference", "payer_account")
_PAYER_WITH_ACCOUNT: Final = re.compile(r"(.*\S)\s*[(（]([^()（）]*(?:@|[0-9*]{5})[^()（）]*)[)）]")
_LABELLED: Final = re.compile(r"#?\s*([^:：]+)[:：]\s*\[?([^\]]*)\]?\s*")


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
    :param cells: as given, as text, so that what is wrong can be given back to be mended.
    """

    line: int
    receipt: StatementRow | None
    fault: Fault | None
    reference: str
    payer_name: str
    cells: Sequence[str] = ()


@dataclass(frozen=True)
class Header:
    """Where the columns are.

    :param line: of the header row, from 1.
    :param cells: of the header row, as text.
    :param places: field → parts → columns that may hold it.
    :param bank_account: as the preamble tells it; empty where it does not.
    """

    line: int
    cells: Sequence[str]
    places: Mapping[str, Sequence[Sequence[int]]]
    bank_account: str


class ColumnsMissing(Exception):
    """No row names all that the mapping needs; ``fields`` are what the best one lacks."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = list(fields)


class _Faulty(Exception):
    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.fault = Fault(code, params)


def find_header(rows: Sequence[Row], mapping: ColumnMapping) -> Header:
    """The first row that names all that the mapping needs.

    :param rows: the file's first.
    :raises ColumnsMissing: there is none.
    """
    least: Sequence[str] = mapping.required
    bank_account = ""
    for index, cells in enumerate(rows):
        texts = [text_of(cell) for cell in cells]
        places = _places([_folded(text) for text in texts], mapping)
        missing = [field for field in mapping.required if not places.get(field)]
        if not missing:
            return Header(index + 1, texts, places, bank_account)
        least = missing if len(missing) < len(least) else least
        bank_account = bank_account or _labelled(texts, mapping.account_labels)
    raise ColumnsMissing(least)


def _places(headers: Sequence[str], mapping: ColumnMapping) -> dict[str, list[list[int]]]:
    marks = [mapping.incoming["headers"]] if mapping.incoming else []
    asked: dict[str, Sequence[Sequence[str]]] = {**mapping.columns, "incoming": marks, "outgoing": [mapping.outgoing]}
    places = {field: [_columns(headers, names) for names in parts] for field, parts in asked.items()}
    needed = {*mapping.required, "bank_account"}
    found = {
        field: [columns for columns in parts if columns]
        for field, parts in places.items()
        if (all(parts) if field in needed else any(parts))
    }
    if "bank_account" not in found and (columns := _columns(headers, [ACCOUNT_HEADER])):
        found["bank_account"] = [columns]
    return found


def _columns(headers: Sequence[str], names: Sequence[str]) -> list[int]:
    return [headers.index(folded) for name in names if (folded := _folded(name)) in headers]


def _folded(header: str) -> str:
    return "".join(unicodedata.normalize("NFKC", header).casefold().split())


def _labelled(texts: Sequence[str], labels: Sequence[str]) -> str:
    wanted = {_folded(label) for label in labels}
    for at, text in enumerate(texts):
        named = _LABELLED.fullmatch(text)
        if named and named[2] and _folded(named[1]) in wanted:
            return named[2].strip()
        if _folded(text).rstrip(":").lstrip("#") in wanted:
            return next((other for other in texts[at + 1 :] if other), "")
    return ""


def read_row(line: int, cells: Row, header: Header, mapping: ColumnMapping, *, bank_account: str, today: date) -> ReadRow | None:
    """What a row below the header is; ``None`` for none.

    :param bank_account: of the whole file, where neither a column nor the preamble says.
    """
    texts = [text_of(cell) for cell in cells]
    first = next(filter(None, texts), "")
    if not first or first.startswith(tuple(mapping.passed_over)) or texts == header.cells:
        return None
    row = _Reader(cells, header.places, mapping, header.bank_account or bank_account)
    try:
        receipt, fault = row.receipt(today), None
    except _Faulty as faulty:
        receipt, fault = None, faulty.fault
    return ReadRow(line, receipt, fault, row.shown("reference"), row.shown("payer_name"), texts)


class _Reader:
    """One row being read."""

    def __init__(self, cells: Row, places: Mapping[str, Sequence[Sequence[int]]], mapping: ColumnMapping, account: str) -> None:
        self._cells = cells
        self._places = places
        self._mapping = mapping
        self._account = account

    def values(self, field: str) -> list[Any]:
        """A field's cells, one a part."""
        return [self._value(columns) for columns in self._places.get(field, ())]

    def shown(self, field: str) -> str:
        return "/".join(text_of(value) for value in self.values(field))[:SHOWN_CHARACTERS_MAX]

    def receipt(self, today: date) -> StatementRow:
        self._require_incoming()
        bank_account = _text("bank_account", self.values("bank_account")) or _required("bank_account", self._account)
        received_at = _instant(self.values("received_at"), self._mapping.time_formats, today)
        payer_name = _required("payer_name", _text("payer_name", self.values("payer_name")))
        payer_account = _text("payer_account", self.values("payer_account"))
        if self._mapping.split_payer and (both := _PAYER_WITH_ACCOUNT.fullmatch(payer_name)):
            payer_name, payer_account = both[1], _text("payer_account", [both[2]])
        amount = _amount(self.values("amount"))
        self._require_currency()
        return StatementRow(
            bank_account=bank_account,
            reference=self._reference(received_at, amount),
            received_at=received_at,
            payer_name=payer_name,
            payer_account=payer_account,
            amount=amount,
            remark=_text("remark", self.values("remark")),
        )

    def _value(self, columns: Sequence[int]) -> Any:
        there = [self._cells[column] for column in columns if column < len(self._cells)]
        return next((cell for cell in there if text_of(cell)), None)

    def _require_incoming(self) -> None:
        marks = self._mapping.incoming
        if marks is not None and "incoming" in self._places and self.shown("incoming") not in marks["values"]:
            raise _Faulty("not_incoming")
        if _is_some(self.values("outgoing")) and not _is_some(self.values("amount")):
            raise _Faulty("not_incoming")

    def _require_currency(self) -> None:
        currency = self.shown("currency")
        if currency and currency.upper() not in _OWN_CURRENCY:
            raise _Faulty("foreign_currency", value=currency[:50])

    def _reference(self, received_at: datetime, amount: Decimal) -> str:
        """The bank's number, and behind it what makes it unique for good."""
        number = _text("reference", self.values("reference"))
        if "reference" in self._mapping.required:
            _required("reference", number)
        local = received_at.astimezone(SHANGHAI).replace(tzinfo=None)
        parts = {
            "year": f"{local:%Y}",
            "date": f"{local:%Y-%m-%d}",
            # A day without a time is told as such, and no bank writes midnight in one file and leaves it out in another.
            "time": local.isoformat(" ").removesuffix(" 00:00:00"),
            "amount": str(amount),
            "balance": str(_number("balance", self.values("balance"))) if "balance" in self._mapping.unique_by else "",
        }
        return _text("reference", [number, *(parts[part] for part in self._mapping.unique_by)])


def text_of(cell: Any) -> str:
    """A cell as text. Banks put a tab behind long numbers in CSV, or write ="123", to keep spreadsheets from rounding them."""
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
    parts = [part for part in map(text_of, cells) if part]
    if field in _NUMBERS and any(map(_LOST_DIGITS.fullmatch, parts)):
        raise _Faulty("number_lost_digits", field=FIELD_NAMES[field])
    plain = "/".join(parts)
    if len(plain) > TEXT_LIMITS[field]:
        raise _Faulty("too_long", field=FIELD_NAMES[field], max=TEXT_LIMITS[field])
    return plain


def _required(field: str, text: str) -> str:
    if not text:
        raise _Faulty("missing", field=FIELD_NAMES[field])
    return text


def _instant(cells: Sequence[Any], formats: Sequence[str], today: date) -> datetime:
    found = _cell_time(cells) or _text_time(" ".join(filter(None, map(text_of, cells))), formats)
    try:
        require_countable(found)
    except ValueError:
        raise _Faulty("not_a_time", value=found.isoformat(" ")) from None
    instant = found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
    if business_date(instant) > today:
        raise _Faulty("in_the_future", value=found.isoformat(" "))
    return instant


def _cell_time(cells: Sequence[Any]) -> datetime | None:
    """What a sheet's own dates say: one cell of both, or a day and a time of it in two."""
    day = cells[0] if cells else None
    if not isinstance(day, date):
        return None
    if len(cells) > 1 and isinstance(cells[1], time):
        return datetime.combine(day, cells[1])
    if len(cells) > 1 and (clock := text_of(cells[1])):
        return _text_time(f"{day:%Y-%m-%d} {clock}", ["%Y-%m-%d %H%M%S"])
    return day if isinstance(day, datetime) else datetime.combine(day, time())


def _text_time(text: str, formats: Sequence[str]) -> datetime:
    plain = _required("received_at", text)
    try:
        return datetime.fromisoformat(plain)
    except ValueError:
        parsed = (_parsed(plain, one) for one in formats)
    found = next((one for one in parsed if one is not None), None)
    if found is None:
        raise _Faulty("not_a_time", value=plain[:50])
    return found


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007  (its zone is the bank's, Shanghai, unless the format has one)
    except ValueError:
        return None


def _is_some(cells: Sequence[Any]) -> bool:
    """Whether there is an amount, of whatever sign; what is no number is one to be looked at."""
    bare = _bare("".join(map(text_of, cells)))
    return bool(bare) and (not _NUMBER.fullmatch(bare) or Decimal(bare.replace(",", "")) != ZERO)


def _bare(text: str) -> str:
    return text.replace("，", ",").lstrip("¥￥+").strip()


def _number(field: str, cells: Sequence[Any]) -> Decimal:
    plain = _required(field, "".join(map(text_of, cells)))
    bare = _bare(plain)
    if not _NUMBER.fullmatch(bare):
        raise _Faulty("not_an_amount", value=plain[:50])
    # A sheet's number comes as a float whose shortest text is what the sheet shows; the float itself is never counted with.
    number = Decimal(bare.replace(",", ""))
    if abs(number) > AMOUNT_MAX:
        raise _Faulty("too_large", value=plain[:50])
    if decimal_places(number) > 2:
        raise _Faulty("too_many_places", value=plain[:50])
    return number.quantize(FEN)


def _amount(cells: Sequence[Any]) -> Decimal:
    amount = _number("amount", cells)
    if amount <= 0:
        raise _Faulty("not_positive")
    return amount
