"""The payloads of billing's calls about statements: what the gateway sends and gets (spec, billing.md, "Reconciliation")."""

from marshmallow import fields, validate

from services.contracts.billing_calls import JOB_STATES
from services.contracts.billing_forms import BILL_IDS
from services.contracts.paging import PageQuery, page_of
from services.kit.schema import Id, Instant, Money, MonthField, Schema


class MakeStatement(Schema):
    bill_ids = fields.List(Id(), **BILL_IDS)


class StatementQuery(PageQuery):
    customer_id = Id(load_default=None)


class StatementRow(Schema):
    """A statement (电子对账单) in a list: what it is of, and how far its files are.

    ``done`` of ``total`` are the PDF's rows and the usage detail's accounts, ``total`` null until a worker has begun; each file
    can be had as soon as its flag says so. ``owed`` is what was owed of ``amount`` when it was asked for: with what was agreed
    beside it, less what balances had paid.
    """

    id = Id()
    customer_id = Id()
    customer_name = fields.String()
    bill_count = fields.Integer()
    first_month = MonthField()
    last_month = MonthField()
    amount = Money()
    owed = Money()
    state = fields.String(validate=validate.OneOf(JOB_STATES))
    done = fields.Integer()
    total = fields.Integer(allow_none=True)
    has_pdf = fields.Boolean()
    has_xlsx = fields.Boolean()
    created_by_name = fields.String()
    created_at = Instant()


class Statement(StatementRow):
    """One statement; ``pdf_sha256`` is of the PDF, which is the same to the byte however often it is made."""

    bill_ids = fields.List(Id())
    pdf_sha256 = fields.String(allow_none=True)
    errors = fields.List(fields.String())


StatementPage = page_of(StatementRow)


class StatementPdfQuery(Schema):
    """``preview`` shows the statement in the page; else it is a download."""

    preview = fields.Boolean(load_default=False)


class StatementFileQuery(Schema):
    form = fields.String(required=True, validate=validate.OneOf(("pdf", "xlsx")))


class StatementFile(Schema):
    """Where the gateway finds a statement's file, and how it is called. Of one made before sizes were kept those are null."""

    file_key = fields.String()
    file_name = fields.String()
    size_bytes = fields.Integer(allow_none=True)
    sha256 = fields.String(allow_none=True)
