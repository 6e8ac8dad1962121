"""The payloads of customer's calls about files: imports with the rows they refused, and exports of lists."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from marshmallow import RAISE, fields, validate

from services.contracts.customer_calls import CustomerQuery
from services.contracts.paging import PageQuery, page_of
from services.kit.schema import Id, Instant, Schema

IMPORT_FILE_BYTES_MAX: Final = 20 * 1024 * 1024
IMPORT_ROWS_MAX: Final = 50_000
REFUSALS_SHOWN_MAX: Final = 100
REFUSED_ROWS_AT_ONCE: Final = 200
REFUSED_CELL_CHARACTERS_MAX: Final = 2_500
"""So much of a cell is kept with a refused row: more than any field takes, and so few that no answer becomes too large."""

EXPORT_ROWS_MAX: Final = 1_000_000

IMPORT_STATES = ("queued", "running", "done", "refused", "failed")
EXPORT_STATES = ("queued", "running", "done", "failed")
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class ImportColumn:
    """A column of the file that customers are imported from.

    :param field: where its cell goes: a path in what adds a customer, ``contact.`` or ``department.`` before those of these.
    :param header: Chinese and English; either is read, and the first is written.
    :param note: what is allowed in it, Chinese and English.
    """

    field: str
    header: tuple[str, str]
    note: tuple[str, str] = ("", "")
    width: float = 14


IMPORT_COLUMNS: Final = (
    ImportColumn(
        "name", ("客户名称", "Customer"), ("必填，2–200 字，不能与已有客户重名。", "Required; 2–200 characters, unique."), 32
    ),
    ImportColumn(
        "industry",
        ("行业", "Industry"),
        ("GB/T 4754 门类：字母 A–T 或门类名称。", "Section of GB/T 4754: its letter A–T, or its name."),
        24,
    ),
    ImportColumn("source", ("来源", "Source")),
    ImportColumn("region", ("地区", "Region")),
    ImportColumn("remarks", ("备注", "Remarks"), ("最多 2000 字。", "At most 2,000 characters."), 24),
    ImportColumn("invoice_information.company_name", ("开票公司名称", "Invoice company"), width=32),
    ImportColumn(
        "invoice_information.tax_number",
        ("税务号", "Tax number"),
        (
            "18 位统一社会信用代码（校验位须正确），或 15、20 位旧号；请以文本存储。",
            "18 characters with their check digit, or an older one of 15 or 20; keep it as text.",
        ),
        24,
    ),
    ImportColumn("invoice_information.address", ("公司地址", "Company address"), width=32),
    ImportColumn("invoice_information.telephone", ("联系电话", "Company telephone")),
    ImportColumn("invoice_information.bank", ("开户银行", "Bank"), width=24),
    ImportColumn(
        "invoice_information.bank_account", ("银行账号", "Bank account"), ("请以文本存储。", "Keep it as text."), width=24
    ),
    ImportColumn("department.name", ("部门", "Department")),
    ImportColumn(
        "contact.name", ("联系人", "Contact"), ("填写任一联系方式时必填。", "Required if any of the contact's cells is filled.")
    ),
    ImportColumn("contact.title", ("职务", "Title")),
    ImportColumn(
        "contact.mobile",
        ("手机", "Mobile"),
        ("11 位中国大陆手机号，或 + 开头的国际号码。", "A mainland mobile of 11 digits, or an international number with its +."),
    ),
    ImportColumn("contact.telephone", ("电话", "Telephone")),
    ImportColumn("contact.qq", ("QQ", "QQ")),
    ImportColumn("contact.wechat", ("微信", "WeChat")),
    ImportColumn("contact.email", ("邮箱", "Email"), width=24),
    ImportColumn(
        "contact.is_decision_maker", ("决策人", "Decision-maker"), ("是 或 否；空为否。", "Yes or No; empty is No."), 10
    ),
    ImportColumn(
        "owner",
        ("跟进销售", "Owner"),
        (
            "登录名。销管与系统管理员必填；部门领导可填所辖部门的销售；销售请留空。",
            "A login. Sales administration must name one; a lead may, of the departments led; salespeople leave it empty.",
        ),
    ),
)

REASON_HEADER: Final = ("原因", "Reason")
"""The last column of the refused rows' file; passed over when the file comes again."""

_BY_HEADER: Final = {name.casefold(): column for column in IMPORT_COLUMNS for name in column.header}


def plain_header(header: str) -> str:
    """A header as columns are told by it: people mark what must be filled with a star, and paste full-width characters."""
    return unicodedata.normalize("NFKC", header).strip().rstrip("*").strip().casefold()


def column_headed(header: str) -> ImportColumn | None:
    """The column that goes under a header, as people write it; ``None`` if there is none."""
    return _BY_HEADER.get(plain_header(header))


DECISION_MAKER_WORDS: Final = (("是", "Yes"), ("否", "No"))
"""For true and false; Chinese and English."""


# Imports


class CustomerImportQuery(Schema):
    """``POST /customer-imports``, the file as the body. ``confirm_near_duplicates``: names near to those of other customers are
    meant as they stand."""

    confirm_near_duplicates = fields.Boolean(load_default=False)


class ImportCustomers(CustomerImportQuery):
    """A file that the gateway has stored."""

    file_key = fields.String(required=True, validate=validate.Length(min=1, max=64))
    file_name = fields.String(load_default="", validate=validate.Length(max=255))


class ImportProblem(Schema):
    """What is wrong with a cell, or (``field`` is ``file``) with the file. ``column`` and ``message`` are the gateway's words."""

    field = fields.String()
    code = fields.String()
    params = fields.Dict(keys=fields.String())
    column = fields.String()
    message = fields.String()


class RefusedRow(Schema):
    """A row that was not added; rows count from 1, the header included."""

    row = fields.Integer()
    problems = fields.List(fields.Nested(ImportProblem))


class RefusedRowWithCells(RefusedRow):
    """``cells`` as they were given, the first 2,500 characters of each."""

    cells = fields.List(fields.String())


class RefusedRowQuery(Schema):
    """Those below a row, at most 200."""

    after = fields.Integer(load_default=0)


class RefusedRows(Schema):
    """Refused rows in their order, with the headers of their cells."""

    file_name = fields.String()
    headers = fields.List(fields.String())
    items = fields.List(fields.Nested(RefusedRowWithCells))


class CustomerImportSummary(Schema):
    """A file of customers.

    ``refused`` counts rows; a file refused as a whole is in state ``refused``, and its ``problems`` say why. ``done`` of
    ``row_count`` rows have been looked at; ``row_count`` is null until the file has been read.
    """

    id = Id()
    file_name = fields.String()
    state = fields.String(validate=validate.OneOf(IMPORT_STATES))
    confirm_near_duplicates = fields.Boolean()
    created_by_id = Id()
    created_by_name = fields.String()
    row_count = fields.Integer(allow_none=True)
    done = fields.Integer()
    added = fields.Integer()
    refused = fields.Integer()
    problems = fields.List(fields.Nested(ImportProblem))
    created_at = Instant()
    started_at = Instant(allow_none=True)
    finished_at = Instant(allow_none=True)


class CustomerImport(CustomerImportSummary):
    """With the first 100 ``refusals``; all of them are in ``GET /customer-imports/{id}.xlsx``."""

    refusals = fields.List(fields.Nested(RefusedRow))


CustomerImportPage = page_of(CustomerImportSummary)


class CustomerImportPageQuery(PageQuery):
    """Sorts: created_at."""


# Exports


class CustomerSelection(CustomerQuery):
    """The filters and the sort of ``GET /customers``."""

    class Meta:
        unknown = RAISE
        exclude = ("page_size", "cursor")


class ExportCustomers(CustomerSelection):
    """``language`` is that of the headers and of what has a name in both."""

    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))


class CustomerExport(Schema):
    """An export; its file is there once ``state`` is ``done``, for seven days. ``done`` of ``total`` rows are written."""

    id = Id()
    state = fields.String(validate=validate.OneOf(EXPORT_STATES))
    done = fields.Integer()
    total = fields.Integer(allow_none=True)
    created_at = Instant()
    finished_at = Instant(allow_none=True)


class CustomerFile(Schema):
    """Where the gateway finds a file, and how it is called."""

    file_key = fields.String()
    file_name = fields.String()
