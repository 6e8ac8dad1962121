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
    row = _Reader(cells, texts, header.places, mapping, header.bank_account or bank_account)
    try:
        receipt, fault = row.receipt(today), None
    except _Faulty as faulty:
        receipt, fault = None, faulty.fault
    return ReadRow(line, receipt, fault, row.shown("reference"), row.shown("payer_name"), texts)


class _Reader:
    """One row being read: its cells, and the same as text."""

    def __init__(
        self,
        cells: Row,
        texts: Sequence[str],
        places: Mapping[str, Sequence[Sequence[int]]],
        mapping: ColumnMapping,
        account: str,
    ) -> None:
        self._cells = cells
        self._texts = texts
        self._places = places
        self._mapping = mapping
        self._account = account

    def shown(self, field: str) -> str:
        return "/".join(self._parts(field))[:SHOWN_CHARACTERS_MAX]

    def receipt(self, today: date) -> StatementRow:
        self._require_incoming()
        bank_account = self._text("bank_account") or _required("bank_account", self._account)
        received_at = self._received_at(today)
        payer_name = _required("payer_name", self._text("payer_name"))
        payer_account = self._text("payer_account")
        if self._mapping.split_payer and (both := _PAYER_WITH_ACCOUNT.fullmatch(payer_name)):
            payer_name, payer_account = both[1], _short("payer_account", both[2])
        amount = _amount(self._joined("amount"))
        self._require_currency()
        return StatementRow(
            bank_account=bank_account,
            reference=self._reference(received_at, amount),
            received_at=received_at,
            payer_name=payer_name,
            payer_account=payer_account,
            amount=amount,
            remark=self._text("remark"),
        )

    def _columns(self, field: str) -> list[int]:
        """Where a field stands, one column a part: of those that may hold it the first that is not empty; -1 if all are."""
        texts = self._texts
        return [next((at for at in part if at < len(texts) and texts[at]), -1) for part in self._places.get(field, ())]

    def _parts(self, field: str) -> list[str]:
        return [self._texts[at] for at in self._columns(field) if at >= 0]

    def _joined(self, field: str) -> str:
        return "".join(self._parts(field))

    def _text(self, field: str) -> str:
        there = [at for at in self._columns(field) if at >= 0]
        parts = [self._texts[at] for at in there]
        if any(_is_ruined(self._cells[at]) for at in there) or (field in _NUMBERS and any(map(_LOST_DIGITS.fullmatch, parts))):
            raise _Faulty("number_lost_digits", field=FIELD_NAMES[field])
        return _short(field, "/".join(parts))

    def _received_at(self, today: date) -> datetime:
        cells = [self._cells[at] for at in self._columns("received_at") if at >= 0]
        found = _cell_time(cells) or _text_time(" ".join(self._parts("received_at")), self._mapping.time_formats)
        try:
            require_countable(found)
        except ValueError:
            raise _Faulty("not_a_time", value=found.isoformat(" ")) from None
        instant = found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
        if business_date(instant) > today:
            raise _Faulty("in_the_future", value=found.isoformat(" "))
        return instant

    def _require_incoming(self) -> None:
        marks = self._mapping.incoming
        if marks is not None and "incoming" in self._places and self.shown("incoming") not in marks["values"]:
            raise _Faulty("not_incoming")
        if _is_some(self._joined("outgoing")) and not _is_some(self._joined("amount")):
            raise _Faulty("not_incoming")

    def _require_currency(self) -> None:
        currency = self.shown("currency")
        if currency and currency.upper() not in _OWN_CURRENCY:
            raise _Faulty("foreign_currency", value=currency[:50])

    def _reference(self, received_at: datetime, amount: Decimal) -> str:
        """The bank's number, and behind it what makes it unique for good."""
        number = self._text("reference")
        if "reference" in self._mapping.required:
            _required("reference", number)
        parts = (self._unique_part(part, received_at, amount) for part in self._mapping.unique_by)
        return _short("reference", "/".join(filter(None, (number, *parts))))

    def _unique_part(self, part: str, received_at: datetime, amount: Decimal) -> str:
        if part == "amount":
            return str(amount)
        if part == "balance":
            return str(_number("balance", self._joined("balance")))
        local = received_at.astimezone(SHANGHAI).replace(tzinfo=None)
        if part == "time":
            # A day without a time is told as such, and no bank writes midnight in one file and leaves it out in another.
            return local.isoformat(" ").removesuffix(" 00:00:00")
        return f"{local:%Y}" if part == "year" else f"{local:%Y-%m-%d}"


def text_of(cell: Any) -> str:
    """A cell as text. Banks put a tab behind long numbers in CSV, or write ="123", to keep spreadsheets from rounding them."""
    if cell is None:
        return ""
    if isinstance(cell, float) and not _is_ruined(cell):
        return str(int(cell))
    plain = str(cell).replace("\u3000", " ").strip().strip("\ufeff")
    return plain[2:-1].strip() if plain.startswith('="') and plain.endswith('"') else plain


def _is_ruined(cell: Any) -> bool:
    """Whether a sheet's number has lost what a text would have kept."""
    return isinstance(cell, float) and not (cell.is_integer() and abs(cell) < EXACT_FLOAT_MAX)


def _short(field: str, text: str) -> str:
    if len(text) > TEXT_LIMITS[field]:
        raise _Faulty("too_long", field=FIELD_NAMES[field], max=TEXT_LIMITS[field])
    return text


def _required(field: str, text: str) -> str:
    if not text:
        raise _Faulty("missing", field=FIELD_NAMES[field])
    return text


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


def _is_some(text: str) -> bool:
    """Whether there is an amount, of whatever sign; what is no number is one to be looked at."""
    bare = _bare(text)
    return bool(bare) and (not _NUMBER.fullmatch(bare) or Decimal(bare.replace(",", "")) != ZERO)


def _bare(text: str) -> str:
    return text.replace("，", ",").lstrip("¥￥+").strip()


def _number(field: str, text: str) -> Decimal:
    bare = _bare(_required(field, text))
    if not _NUMBER.fullmatch(bare):
        raise _Faulty("not_an_amount", value=text[:50])
    # A sheet's number comes as a float whose shortest text is what the sheet shows; the float itself is never counted with.
    number = Decimal(bare.replace(",", ""))
    if abs(number) > AMOUNT_MAX:
        raise _Faulty("too_large", value=text[:50])
    if decimal_places(number) > 2:
        raise _Faulty("too_many_places", value=text[:50])
    return number.quantize(FEN)


def _amount(text: str) -> Decimal:
    amount = _number("amount", text)
    if amount <= 0:
        raise _Faulty("not_positive")
    return amount
