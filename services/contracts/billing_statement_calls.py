"""The payloads of billing's calls about statements: what the gateway sends and gets (spec, billing.md, "Reconciliation")."""

from marshmallow import fields, validate

from services.contracts.billing_calls import JOB_STATES
from services.contracts.billing_forms import BILL_IDS
from services.kit.schema import Id, Instant, Money, Schema


class MakeStatement(Schema):
    bill_ids = fields.List(Id(), **BILL_IDS)


class Statement(Schema):
    """A statement (电子对账单); its files are there once ``state`` is ``done``."""

    id = Id()
    customer_id = Id()
    bill_ids = fields.List(Id())
    amount = Money()
    state = fields.String(validate=validate.OneOf(JOB_STATES))
    errors = fields.List(fields.String())
    created_at = Instant()


class StatementFileQuery(Schema):
    form = fields.String(required=True, validate=validate.OneOf(("pdf", "xlsx")))


class StatementFile(Schema):
    """Where the gateway finds a statement's file, and how it is called."""

    file_key = fields.String()
    file_name = fields.String()
