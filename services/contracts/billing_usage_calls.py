"""The payloads of billing's calls about usage: what the gateway sends and gets (spec, billing.md, "Usage")."""

from marshmallow import fields, validate

from services.contracts.external import UsageReported
from services.contracts.paging import PageQuery, page_of
from services.kit.schema import Id, Instant, MonthField, Schema

USAGE_FILE_BYTES_MAX = 200 * 1024 * 1024

IMPORT_STATES = ("queued", "counted", "refused")

ReportUsage = UsageReported


class UsageCounted(Schema):
    """What became of a report. ``repeated``: it was counted before and this time changed nothing. ``unknown_accounts``: at most
    100 of those that nobody knows yet; their usage is kept and counts as soon as they are."""

    id = Id()
    source = fields.String()
    report_id = fields.String()
    repeated = fields.Boolean()
    line_count = fields.Integer()
    quantity = fields.Integer()
    unknown_accounts = fields.List(fields.String())


class UsageImportQuery(Schema):
    """``POST /usage-imports?source=…``, the file as the body. Without ``report_id`` the file's content names the report, so that
    the same file counts once."""

    source = fields.String(load_default="file", validate=validate.Length(min=1, max=64))
    report_id = fields.String(load_default="", validate=validate.Length(max=128))
    replaces = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=128))
    file_name = fields.String(load_default="", validate=validate.Length(max=255))


class ImportUsage(UsageImportQuery):
    """A file that the gateway has stored."""

    file_key = fields.String(required=True, validate=validate.Length(min=1, max=64))
    sha256 = fields.String(required=True, validate=validate.Length(equal=64))


class RowError(Schema):
    """What is wrong in a row of a file; rows count from 1, the header included."""

    row = fields.Integer()
    field = fields.String()
    code = fields.String()
    value = fields.String()


class UsageImport(Schema):
    """A file: counted whole as one report, or refused whole with the errors by row (at most 1,000)."""

    id = Id()
    file_name = fields.String()
    source = fields.String()
    report_id = fields.String()
    replaces = fields.String(allow_none=True)
    state = fields.String(validate=validate.OneOf(IMPORT_STATES))
    row_count = fields.Integer(allow_none=True)
    errors = fields.List(fields.Nested(RowError))
    result = fields.Nested(UsageCounted, allow_none=True)
    created_at = Instant()
    finished_at = Instant(allow_none=True)


class UsageQuery(PageQuery):
    """Daily sums; ``unknown=true`` for the accounts that nobody knows (then ``customer_id`` and ``product_id`` mean nothing)."""

    month = MonthField(load_default=None)
    customer_id = Id(load_default=None)
    product_id = Id(load_default=None)
    unknown_accounts = fields.Boolean(load_default=False, data_key="unknown")


class Usage(Schema):
    account = fields.String()
    account_id = Id(allow_none=True)
    product_id = Id(allow_none=True)
    customer_id = Id(allow_none=True)
    day = fields.Date()
    operator = fields.String()
    quantity = fields.Integer()


UsagePage = page_of(Usage)
