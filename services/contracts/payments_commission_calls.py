"""The payloads of payments' calls about commission, and what the dashboard draws."""

from typing import Final

from marshmallow import fields, validate

from services.contracts.billing import BILL_STATES
from services.contracts.paging import PageQuery, page_of
from services.contracts.payments import COMMISSION_ORIGINS
from services.contracts.payments_calls import Wording
from services.contracts.payments_interest_calls import InterestOrigin
from services.contracts.payments_wording import COMMISSION_KINDS, MISSING, NEXT_STEPS
from services.contracts.wording import LANGUAGES
from services.kit.paging import PAGE_SIZE, PAGE_SIZE_MAX
from services.kit.schema import Id, Money, MonthField, Schema, UnitPrice

EXPORT_ROWS_MAX: Final = 50_000
"""How many entries a file has at most; more are asked for by salesperson."""


class Missing(Wording):
    """What is missing before a bill brings commission."""

    words = MISSING


class NextStep(Wording):
    """What to do about it, and where: the process to open, or the code of the one to start, for this customer and bill."""

    words = NEXT_STEPS

    process_code = fields.String(allow_none=True)
    process_id = Id(allow_none=True)
    customer_id = Id()
    bill_id = Id()


class SourceReceipt(Schema):
    """Money that was written off, below zero where a reversal gave it back; ``received_on`` is a day in Shanghai."""

    receipt_id = Id()
    payer_name = fields.String()
    bank_account = fields.String()
    reference = fields.String()
    received_on = fields.Date()
    amount = Money()


class TakenBack(Schema):
    """The entry that a reversal takes back."""

    id = Id()
    origin = fields.String(validate=validate.OneOf(COMMISSION_ORIGINS))
    write_off_id = Id(allow_none=True)
    earned_on = fields.Date()


class CommissionSource(Schema):
    """Where an entry comes from. Null and empty is what its kind does not have.

    :param process_id: the write-off, its reversal, the reconciliation of a bill that balances covered, or what voided it.
    :param automatic: whether the write-off started by itself.
    :param reason: why a write-off was reversed, in the words of who asked for it; null where the bill was voided.
    :param month: of interest and penalties: the month that they are for.
    :param base: what ``rate`` was taken of.
    :param details: what interest was computed from, in words.
    """

    process_id = Id(allow_none=True)
    automatic = fields.Boolean(allow_none=True)
    receipts = fields.List(fields.Nested(SourceReceipt))
    takes_back = fields.Nested(TakenBack, allow_none=True)
    reason = fields.String(allow_none=True)
    month = MonthField(allow_none=True)
    base = Money(allow_none=True)
    details = fields.Nested(InterestOrigin, allow_none=True)


class CommissionEntry(Schema):
    """One line of a statement; ``amount`` is what it adds to the month's commission, below zero what it takes.

    ``write_off`` and ``balance``: ``amount`` = (``written_off`` - ``cost``) x ``rate``, of a bill's part that was written off, or
    that prepaid balances had covered when it was reconciled; no ``unit_cost`` where the bill brought its cost. ``reversal`` takes
    one of those back. ``interest_credit`` and ``penalty``: ``base`` x ``rate``; without cost, and a credit without a bill.
    """

    id = Id()
    kind = fields.String(validate=validate.OneOf(COMMISSION_KINDS))
    owner_id = Id()
    owner_name = fields.String()
    customer_id = Id()
    customer_name = fields.String()
    bill_id = Id(allow_none=True)
    bill_number = fields.String(allow_none=True)
    product_type = fields.String(allow_none=True)
    write_off_id = Id(allow_none=True)
    written_off = Money(allow_none=True)
    unit_cost = UnitPrice(allow_none=True)
    cost = Money(allow_none=True)
    rate = UnitPrice()
    amount = Money()
    earned_on = fields.Date()
    reverses = Id(allow_none=True)
    source = fields.Nested(CommissionSource)


class MissingCommission(Schema):
    """A bill whose money, or some of it, is not yet written off: what is missing, and what to do.

    :param not_written_off: what of it would still earn; all of a bill that is not reconciled yet.
    :param expected_commission: what that would earn today; null where the cost is not known before the bill is reconciled.
    """

    bill_id = Id()
    bill_number = fields.String()
    customer_id = Id()
    customer_name = fields.String()
    owner_id = Id(allow_none=True)
    owner_name = fields.String(allow_none=True)
    product_name = fields.String()
    month = MonthField()
    due_on = fields.Date(allow_none=True)
    state = fields.String(validate=validate.OneOf(BILL_STATES))
    amount = Money()
    not_written_off = Money()
    expected_commission = Money(allow_none=True)
    reason = fields.Nested(Missing)
    next_step = fields.Nested(NextStep)


class CommissionTotals(Schema):
    """``earned`` = ``by_write_offs`` + ``by_balances``; ``commission`` = ``earned`` + ``interest_credits`` - ``penalties`` -
    ``reversed``: what the entries' amounts add up to. ``written_off``, ``cost`` and ``profit`` are without what was reversed."""

    entries = fields.Integer()
    written_off = Money()
    cost = Money()
    profit = Money()
    by_write_offs = Money()
    by_balances = Money()
    earned = Money()
    interest_credits = Money()
    penalties = Money()
    reversed = Money()
    commission = Money()


class CommissionScope(Schema):
    """A month's statement: of everybody whom the caller sees, or of one salesperson."""

    month = MonthField(required=True)
    owner_id = Id(load_default=None)


class CommissionQuery(CommissionScope):
    page_size = fields.Integer(load_default=PAGE_SIZE, validate=validate.Range(min=1, max=PAGE_SIZE_MAX))
    cursor = fields.String(load_default="", validate=validate.Length(max=1000))


class MissingQuery(CommissionQuery):
    """The bills of that month and of those before it."""

    customer_id = Id(load_default=None)


MissingPage = page_of(MissingCommission)


class CommissionStatement(Schema):
    """A month's commission: totals, a page of the entries by day, and what is still missing.

    ``missing`` is the first page of ``GET /commission-statements/missing``, which goes on from ``missing_next_cursor``; it comes
    with the first page of entries alone. ``missing_count`` and ``missing_amount`` are of all those bills.
    """

    month = MonthField()
    totals = fields.Nested(CommissionTotals)
    entries = fields.List(fields.Nested(CommissionEntry))
    next_cursor = fields.String(allow_none=True)
    missing = fields.List(fields.Nested(MissingCommission))
    missing_next_cursor = fields.String(allow_none=True)
    missing_count = fields.Integer()
    missing_amount = Money()


class OwnersQuery(PageQuery):
    """``sort``: ``owner``, ``commission`` or ``profit``, ``-`` before it for the largest first."""

    month = MonthField(required=True)


class OwnerCommission(CommissionTotals):
    """A month's totals of one salesperson."""

    owner_id = Id()
    owner_name = fields.String()


OwnerPage = page_of(OwnerCommission)


class ExportCommission(CommissionScope):
    language = fields.String(load_default="zh", validate=validate.OneOf(LANGUAGES))


class CommissionFile(Schema):
    """A file that was made, and where it is kept until it is read."""

    file_key = fields.String()
    file_name = fields.String()


class DashboardQuery(Schema):
    """Without a month, the present one."""

    month = MonthField(load_default=None)


class DayOfProfit(Schema):
    """What one day brought, and what the month had brought by its end. Interest credits and penalties count in ``commission`` on
    the last day of the month in whose run they were booked."""

    day = fields.Date()
    profit = Money()
    commission = Money()
    profit_to_date = Money()
    commission_to_date = Money()


class MonthOfProfit(Schema):
    """The month's ``commission`` is that of its statement."""

    month = MonthField()
    profit = Money()
    commission = Money()
    days = fields.List(fields.Nested(DayOfProfit))


class ProfitAndCommission(Schema):
    """Profit and commission by day: a month to date against the whole month before."""

    month = fields.Nested(MonthOfProfit)
    last_month = fields.Nested(MonthOfProfit)
