"""The pages that the gateway puts together of several services' parts."""

from marshmallow import fields, validate

from services.contracts import (
    billing_calls,
    billing_invoice_calls,
    customer_funnel_calls,
    customer_overview_calls,
    notify_calls,
    payments_calls,
    payments_commission_calls,
    payments_dashboard_calls,
    payments_receipt_calls,
    startable,
    workflow_list_calls,
)
from services.contracts.workflow_definitions import SUBJECT_TYPES
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


class CustomerOverview(customer_overview_calls.CustomerSections):
    """A customer, what comes next, and of every list about it the first rows and how many there are. What the caller may not see
    of other services, and what is named in ``missing``, is null.

    ``processes``: the one changed last first. ``bills``: the latest month first. ``receivables``: what is not written off in
    full, as it falls due. ``invoices`` and ``receipts``: the latest first. ``links`` has by section its whole list.
    """

    processes = fields.Nested(workflow_list_calls.ProcessSection, allow_none=True)
    bills = fields.Nested(billing_calls.BillSection, allow_none=True)
    invoices = fields.Nested(billing_invoice_calls.InvoiceSection, allow_none=True)
    receivables = fields.Nested(payments_calls.ReceivableSection, allow_none=True)
    receipts = fields.Nested(payments_receipt_calls.ReceiptSection, allow_none=True)
    links = fields.Dict(keys=fields.String(), values=fields.String())
    missing = fields.List(fields.Nested(MissingPart))


class StartableProcess(Schema):
    """A process that the caller's roles may start. ``can_start`` is null where a service that would have to say is away.

    ``subjects``: what of the customer it can be about, the ``subject_id`` of its start; ``refused``: what it cannot be about, and
    why. ``reasons``: why it cannot be started at all. ``is_more``: the customer has more products or accounts than were tried.
    """

    code = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    subject_type = fields.String(validate=validate.OneOf(SUBJECT_TYPES))
    can_start = fields.Boolean(allow_none=True)
    reasons = fields.List(fields.Nested(startable.StartReason))
    subjects = fields.List(fields.Nested(startable.StartSubject))
    refused = fields.List(fields.Nested(startable.RefusedSubject))
    is_more = fields.Boolean()


class StartableProcesses(Schema):
    """In the order of the catalogue; ``missing`` names the services that could not be asked."""

    items = fields.List(fields.Nested(StartableProcess))
    missing = fields.List(fields.Nested(MissingPart))
