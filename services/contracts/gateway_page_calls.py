"""The pages that the gateway puts together of several services' parts."""

from marshmallow import fields, validate

from services.contracts import (
    customer_funnel_calls,
    notify_calls,
    payments_commission_calls,
    payments_dashboard_calls,
    workflow_list_calls,
)
from services.kit.schema import MonthField, Schema


class MissingPart(Schema):
    """A part that could not be had this time, by its name; ``code`` and ``message`` as of the problem of asking for it alone."""

    part = fields.String()
    code = fields.String()
    message = fields.String()


class DashboardQuery(Schema):
    """``month``: whose profit and commission is drawn; without it the present one. ``within_days``: how far ahead falls and due
    bills are shown; ``first``: how many rows of each."""

    month = MonthField(load_default=None)
    within_days = fields.Integer(load_default=7, validate=validate.Range(min=0, max=366))
    first = fields.Integer(load_default=5, validate=validate.Range(min=1, max=50))


class Dashboard(Schema):
    """The first page, of what the caller sees. A part is null where the caller may not see such things, and where it is named in
    ``missing``. ``links`` has by part the path and query of its whole list, where it has one."""

    profit_and_commission = fields.Nested(payments_commission_calls.ProfitAndCommission, allow_none=True)
    to_dos = fields.Nested(workflow_list_calls.ProcessCounts, allow_none=True)
    funnel = fields.Nested(customer_funnel_calls.Funnel, allow_none=True)
    falls = fields.Nested(customer_funnel_calls.Falls, allow_none=True)
    due_bills = fields.Nested(payments_dashboard_calls.DueBills, allow_none=True)
    blocked_commission = fields.Nested(payments_dashboard_calls.BlockedCommission, allow_none=True)
    counters = fields.Nested(notify_calls.Counters, allow_none=True)
    links = fields.Dict(keys=fields.String(), values=fields.String())
    missing = fields.List(fields.Nested(MissingPart))
