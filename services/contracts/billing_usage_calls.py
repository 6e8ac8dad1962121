"""The payloads of billing's calls about usage: what the gateway sends and gets (spec, billing.md, "Usage")."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, pre_dump, validate

from services.contracts.external import UsageReported
from services.contracts.paging import PageQuery, page_of
from services.contracts.wording import LANGUAGES, field_message, refusal_message
from services.kit.schema import Id, Instant, MonthField, Schema

USAGE_FILE_BYTES_MAX = 200 * 1024 * 1024

WAYS = ("event", "http", "file")
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
    """What is wrong in a row of a file; rows count from 1, the header included, and 0 is the file as a whole.

    The words are put in when dumped.
    """

    row = fields.Integer()
    field = fields.String()
    code = fields.String()
    value = fields.String()
    words_zh = fields.String()
    words_en = fields.String()

    @pre_dump
    def put_into_words(self, error: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        code, params = error["code"], error.get("params")
        zh, en = (refusal_message(code, params, each) if params else field_message(code, each) for each in LANGUAGES)
        return {**error, "words_zh": zh, "words_en": en}


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


class UsageImportListQuery(PageQuery):
    """Files, the latest first; sorted by ``created_at``."""

    state = fields.String(load_default=None, validate=validate.OneOf(IMPORT_STATES))


UsageImportPage = page_of(UsageImport)


class UsageReportQuery(PageQuery):
    """Reports, the latest first; sorted by ``recorded_at``. ``counted=false`` for those that a correction has replaced."""

    source = fields.String(load_default=None, validate=validate.Length(min=1, max=64))
    way = fields.String(load_default=None, validate=validate.OneOf(WAYS))
    counted = fields.Boolean(load_default=None)


class UsageReport(Schema):
    """A report that came. ``counted`` is false once a correction has taken its place, whichever of the two came first."""

    id = Id()
    source = fields.String()
    report_id = fields.String()
    replaces = fields.String(allow_none=True)
    way = fields.String(validate=validate.OneOf(WAYS))
    line_count = fields.Integer()
    quantity = fields.Integer()
    first_day = fields.Date()
    last_day = fields.Date()
    counted = fields.Boolean(attribute="is_counted")
    recorded_at = Instant()


UsageReportPage = page_of(UsageReport)


class UsageQuery(PageQuery):
    """Daily sums: of a customer's or a product's the latest first, of all by account. ``unknown=true`` for the accounts that
    nobody knows (then ``customer_id`` and ``product_id`` mean nothing)."""

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


class ProductUsageQuery(Schema):
    customer_id = Id(required=True)
    month = MonthField(required=True)


class ProductUsage(Schema):
    """What a product sent in the month over an operator (or to a country). One not known here yet has no name."""

    product_id = Id()
    product_name = fields.String(allow_none=True)
    operator = fields.String()
    quantity = fields.Integer()


class ProductUsageList(Schema):
    items = fields.List(fields.Nested(ProductUsage))


class UnknownAccountQuery(PageQuery):
    """Names with usage that belong to no account, by name; of a month or of all time."""

    month = MonthField(load_default=None)


class AlikeAccount(Schema):
    """An account whose identifier a name is like. Product and customer have no names while they are not known."""

    account_id = Id()
    identifier = fields.String()
    product_id = Id()
    product_name = fields.String(allow_none=True)
    customer_id = Id()
    customer_name = fields.String(allow_none=True)


class UnknownAccount(Schema):
    """A name that nobody knows, and what came under it; ``alike``: at most 5 accounts that may be meant."""

    name = fields.String()
    first_day = fields.Date()
    last_day = fields.Date()
    quantity = fields.Integer()
    alike = fields.List(fields.Nested(AlikeAccount))


UnknownAccountPage = page_of(UnknownAccount)


class AssignUsageName(Schema):
    """Whose usage it is that came, and comes, under a name that nobody knows."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=64))
    account_id = Id(required=True)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class ReleaseUsageName(Schema):
    """Take an assignment back. The name is nobody's then."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=64))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class AssignedName(Schema):
    """A name in usage that was assigned to an account by hand. Should an account turn up that has the name, it is that one's."""

    name = fields.String()
    account_id = Id()
    identifier = fields.String()
    product_id = Id()
    customer_id = Id()
    customer_name = fields.String()
    assigned_at = Instant()
    assigned_by = fields.String()
    reason = fields.String()


AssignedNamePage = page_of(AssignedName)
