"""The payloads of payments' calls about commission, and what the dashboard draws."""

from marshmallow import fields, validate

from services.contracts.payments_calls import Wording
from services.contracts.payments_wording import MISSING
from services.kit.schema import Id, Money, MonthField, Schema, UnitPrice


class Missing(Wording):
    """What is missing before a bill brings commission."""

    words = MISSING


class CommissionEntry(Schema):
    """What one bill of one archived write-off earned: ``amount`` = (``written_off`` - ``cost``) x ``rate``.

    One that ``reverses`` another takes it back: its amounts are below zero. No ``unit_cost`` where the bill brought its cost.
    """

    id = Id()
    owner_id = Id()
    owner_name = fields.String()
    customer_id = Id()
    customer_name = fields.String()
    bill_id = Id()
    bill_number = fields.String()
    product_type = fields.String()
    write_off_id = Id()
    written_off = Money()
    unit_cost = UnitPrice(allow_none=True)
    cost = Money()
    rate = UnitPrice()
    amount = Money()
    earned_on = fields.Date()
    reverses = Id(allow_none=True)


class MissingCommission(Schema):
    """A bill whose money, or some of it, is not yet written off."""

    bill_id = Id()
    bill_number = fields.String()
    customer_id = Id()
    customer_name = fields.String()
    month = MonthField()
    amount = Money()
    not_written_off = Money()
    reason = fields.Nested(Missing)


class CommissionTotals(Schema):
    """``commission`` = ``earned`` less ``reversed``."""

    entries = fields.Integer()
    written_off = Money()
    cost = Money()
    profit = Money()
    earned = Money()
    reversed = Money()
    commission = Money()


class CommissionQuery(Schema):
    month = MonthField(required=True)
    owner_id = Id(load_default=None)
    page_size = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    cursor = fields.String(load_default="", validate=validate.Length(max=1000))


class CommissionStatement(Schema):
    """A month's commission: totals, a page of the entries, and (with the first page) what is still missing.

    ``missing`` lists at most 200 bills, the oldest; ``missing_count`` counts all.
    """

    month = MonthField()
    totals = fields.Nested(CommissionTotals)
    entries = fields.List(fields.Nested(CommissionEntry))
    next_cursor = fields.String(allow_none=True)
    missing = fields.List(fields.Nested(MissingCommission))
    missing_count = fields.Integer()


class DashboardQuery(Schema):
    """Without a month, the present one."""

    month = MonthField(load_default=None)


class DayOfProfit(Schema):
    """What one day's archived write-offs brought, and what the month had brought by its end."""

    day = fields.Date()
    profit = Money()
    commission = Money()
    profit_to_date = Money()
    commission_to_date = Money()


class MonthOfProfit(Schema):
    month = MonthField()
    profit = Money()
    commission = Money()
    days = fields.List(fields.Nested(DayOfProfit))


class ProfitAndCommission(Schema):
    """Profit and commission by day: a month to date against the whole month before."""

    month = fields.Nested(MonthOfProfit)
    last_month = fields.Nested(MonthOfProfit)
