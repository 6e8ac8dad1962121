"""The payloads of payments' calls for the first page: bills about to be due, and what still blocks commission."""

from marshmallow import fields, validate

from services.contracts.payments_calls import Receivable
from services.contracts.payments_commission_calls import MissingCommission
from services.contracts.payments_wording import MISSING
from services.kit.schema import Money, MonthField, Schema

_FIRST = validate.Range(min=1, max=50)


class DueBillsQuery(Schema):
    """What is due within so many days from today, today included, or was due before; ``first`` of it are shown."""

    within_days = fields.Integer(load_default=7, validate=validate.Range(min=0, max=366))
    first = fields.Integer(load_default=5, validate=_FIRST)


class DueSum(Schema):
    """How many receivables, and what of them is not written off yet."""

    count = fields.Integer()
    amount = Money()


class DueBills(Schema):
    """Receivables that are not written off in full, what was due first standing first: ``overdue`` (due before today) and ``due``
    (from today up to ``due_to``). All of them are ``GET /receivables?unsettled=true&due_to=``."""

    due_to = fields.Date()
    overdue = fields.Nested(DueSum)
    due = fields.Nested(DueSum)
    items = fields.List(fields.Nested(Receivable))


class BlockedQuery(Schema):
    """Bills up to those of the present month; ``first`` of them are shown."""

    first = fields.Integer(load_default=5, validate=_FIRST)


class BlockedFor(Schema):
    """How many bills bring no commission yet for this reason, and how much of them."""

    code = fields.String(validate=validate.OneOf(list(MISSING)))
    count = fields.Integer()
    amount = Money()


class BlockedCommission(Schema):
    """What still blocks commission: by reason, the largest amount first, and the ``first`` bills, the oldest standing first, each
    with what to do about it and where. All of them are ``GET /commission-statements/missing?month=``."""

    month = MonthField()
    count = fields.Integer()
    amount = Money()
    reasons = fields.List(fields.Nested(BlockedFor))
    items = fields.List(fields.Nested(MissingCommission))
