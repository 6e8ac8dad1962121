"""The payloads of payments' calls about bank statements: their column mappings, and imports with what became of every row."""

from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from services.contracts.paging import PageQuery, page_of
from services.contracts.payments_calls import Wording
from services.contracts.payments_wording import REFUSALS, ROW_FAULTS
from services.kit.schema import MAY_LACK, Id, Instant, Money, Schema, not_blank

IMPORT_OUTCOMES = ("new", "known", "skipped", "wrong")
IMPORT_STATES = ("queued", "running", "done", "refused", "failed")
UNIQUE_BY = ("year", "date", "time", "amount", "balance")

STATEMENT_FILE_BYTES_MAX: Final = 64 * 1024 * 1024
STATEMENT_LINES_NOW_MAX: Final = 5_000
"""A file of so many lines is imported while its asker waits."""
STATEMENT_LINES_MAX: Final = 200_000
WRONG_CELL_CHARACTERS_MAX: Final = 2_500
"""So much of a cell is kept with a wrong row: more than any field takes, and so few that no answer becomes too large."""
WRONG_ROWS_AT_ONCE: Final = 200

ROW_HEADER: Final = ("行号", "Row")
REASON_HEADER: Final = ("原因", "Reason")
"""The last columns of the wrong rows' file; no mapping reads them when the file comes again."""


# Column mappings


def _not_empty(values: list[Any]) -> None:
    if not values:
        raise ValidationError("required")


def _header() -> fields.String:
    return fields.String(validate=[validate.Length(min=1, max=100), not_blank])


def _headers(*, most: int = 20) -> fields.List[Any]:
    return fields.List(_header(), load_default=list, validate=validate.Length(max=most))


def _some_headers() -> fields.List[Any]:
    return fields.List(_header(), required=True, validate=[_not_empty, validate.Length(max=20)])


def _column(*, required: bool = False) -> fields.List[Any]:
    """A field's parts, each with the headers that may name it."""
    part = fields.List(_header(), validate=[_not_empty, validate.Length(max=20)])
    may_lack = {} if required else MAY_LACK
    return fields.List(part, required=required, validate=[_not_empty, validate.Length(max=5)], metadata=may_lack)


class MappedColumns(Schema):
    """Field → its parts, each a list of headers that may name it; of these the first counts whose cell is not empty. The parts
    are joined by "/", those of the time by a blank. ``reference`` may be missing where ``unique_by`` has ``time``;
    ``bank_account`` where the file says it above the header, or whoever imports it."""

    bank_account = _column()
    reference = _column()
    received_at = _column(required=True)
    payer_name = _column(required=True)
    payer_account = _column()
    amount = _column(required=True)
    balance = _column()
    currency = _column()
    remark = _column()


class IncomingMark(Schema):
    """Rows whose cell under one of these headers is none of the values are money that went out."""

    headers = _some_headers()
    values = _some_headers()


class MappingContent(Schema):
    """How a bank's statement is read.

    ``time_formats``: as strptime has them (``%Y%m%d %H:%M:%S``), in Shanghai time; ISO 8601 needs none. ``outgoing``: headers of
    the column of money that went out. ``passed_over``: how lines begin that are no rows, such as totals. ``account_labels``: what
    stands before the bank account above the header. ``unique_by``: what is put behind the bank's number where it comes again.
    ``split_payer``: the payer's cell may hold the account too, in brackets.
    """

    name_zh = fields.String(required=True, validate=[validate.Length(min=1, max=50), not_blank])
    name_en = fields.String(required=True, validate=[validate.Length(min=1, max=50), not_blank])
    columns = fields.Nested(MappedColumns, required=True)
    time_formats = _headers()
    incoming = fields.Nested(IncomingMark, load_default=None, allow_none=True)
    outgoing = _headers()
    passed_over = _headers(most=50)
    account_labels = _headers()
    unique_by = fields.List(fields.String(validate=validate.OneOf(UNIQUE_BY)), load_default=list, validate=validate.Length(max=5))
    split_payer = fields.Boolean(load_default=False)


class SetBankMapping(MappingContent):
    """A mapping as it is to be. ``version`` is that of the mapping that was seen, 0 (or none) for a new one."""

    version = fields.Integer(load_default=0, validate=validate.Range(min=0, max=1_000_000))
    why = fields.String(load_default="", validate=validate.Length(max=500))

    @validates_schema
    def _once(self, mapping: dict[str, Any], **_: Any) -> None:
        if len(set(mapping["unique_by"])) < len(mapping["unique_by"]):
            raise ValidationError("repeated", "unique_by")


class BankMappingCode(Schema):
    """A mapping's name in addresses."""

    code = fields.String(required=True, validate=validate.Regexp(r"[a-z0-9][a-z0-9_-]{0,49}\Z"))


class BankMapping(MappingContent):
    """A saved mapping; one as it was delivered has never been changed."""

    code = fields.String()
    version = fields.Integer()
    changed_at = Instant(allow_none=True)
    changed_by_name = fields.String(allow_none=True)


class BankMappingList(Schema):
    items = fields.List(fields.Nested(BankMapping))


# Imports


class RowFault(Wording):
    """What is wrong with a row, or why it is skipped."""

    words = ROW_FAULTS


class FileProblem(Wording):
    """Why a file was refused as a whole."""

    words = REFUSALS


class ImportQuery(Schema):
    """``POST /receipt-imports?mapping=icbc``; the body is the file itself, its name in ``X-Filename`` or here. Without
    ``mapping`` it is read by the one saved mapping that fits. ``bank_account``: for files that do not name the account."""

    file_name = fields.String(load_default="", validate=validate.Length(max=255))
    mapping = fields.String(load_default="", validate=validate.Length(max=50))
    bank_account = fields.String(load_default="", validate=validate.Length(max=64))


class ImportReceipts(ImportQuery):
    """A bank statement that the gateway has stored."""

    file_key = fields.String(required=True, validate=validate.Length(min=1, max=64))


class ImportedRow(Schema):
    """What became of one row. ``row`` counts the file's lines from 1."""

    row = fields.Integer()
    outcome = fields.String(validate=validate.OneOf(IMPORT_OUTCOMES))
    reference = fields.String()
    payer_name = fields.String()
    receipt_id = Id(allow_none=True)
    state = fields.String(attribute="match", allow_none=True)
    fault = fields.Nested(RowFault, allow_none=True)


class ReceiptImportSummary(Schema):
    """An import.

    ``new`` to ``wrong`` count rows, ``amount`` adds those that are new. ``done_lines`` of ``line_count`` lines below the header
    were looked at; the latter is null until they are counted. A file refused as a whole has its ``problem``; nothing of it was
    recorded.
    """

    id = Id()
    file_name = fields.String()
    mapping = fields.String()
    bank_account = fields.String()
    state = fields.String(validate=validate.OneOf(IMPORT_STATES))
    problem = fields.Nested(FileProblem, allow_none=True)
    created_by_name = fields.String()
    line_count = fields.Integer(allow_none=True)
    done_lines = fields.Integer()
    new = fields.Integer()
    known = fields.Integer()
    skipped = fields.Integer()
    wrong = fields.Integer()
    amount = Money()
    created_at = Instant()
    finished_at = Instant(allow_none=True)


class ReceiptImport(ReceiptImportSummary):
    """With its rows, where it was done at once: at most 5,000 lines. Those of a longer file are in
    ``GET /receipt-imports/{id}/rows``."""

    rows = fields.List(fields.Nested(ImportedRow))


ReceiptImportPage = page_of(ReceiptImportSummary)


class ReceiptImportQuery(PageQuery):
    """Imports, the newest first. Sorts: created_at."""


class ImportedRowQuery(PageQuery):
    """Rows in the file's order. Sorts: row."""

    outcome = fields.String(load_default=None, validate=validate.OneOf(IMPORT_OUTCOMES))


ImportedRowPage = page_of(ImportedRow)


class PreviewedRow(Schema):
    """What a row would be: ``new``, ``known`` already, ``skipped`` or ``wrong``; and how it was read."""

    row = fields.Integer()
    outcome = fields.String(validate=validate.OneOf(IMPORT_OUTCOMES))
    bank_account = fields.String(allow_none=True)
    reference = fields.String()
    received_at = Instant(allow_none=True)
    payer_name = fields.String()
    payer_account = fields.String(allow_none=True)
    amount = Money(allow_none=True)
    remark = fields.String(allow_none=True)
    fault = fields.Nested(RowFault, allow_none=True)


class ReceiptImportPreview(Schema):
    """What an import would bring; nothing is recorded. ``is_whole``: false where the file has more than the 5,000 lines told."""

    mapping = fields.String()
    is_whole = fields.Boolean()
    new = fields.Integer()
    known = fields.Integer()
    skipped = fields.Integer()
    wrong = fields.Integer()
    amount = Money()
    rows = fields.List(fields.Nested(PreviewedRow))


class WrongRowQuery(Schema):
    """Those below a row, at most 200."""

    after = fields.Integer(load_default=0)


class WrongRow(Schema):
    """A wrong row with its cells as they were given, the first 2,500 characters of each."""

    row = fields.Integer()
    cells = fields.List(fields.String())
    fault = fields.Nested(RowFault)


class WrongRows(Schema):
    """Wrong rows in their order, with the headers of their cells."""

    file_name = fields.String()
    headers = fields.List(fields.String())
    items = fields.List(fields.Nested(WrongRow))
