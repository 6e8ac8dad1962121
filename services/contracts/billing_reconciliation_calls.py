"""The payloads of billing's calls about what can be reconciled, and what somebody has selected of it (spec, billing.md,
"Reconciliation")."""

from marshmallow import fields, validate

from services.contracts.billing_calls import Bill, BillRefusal
from services.contracts.billing_forms import BILLS_MAX
from services.contracts.paging import PageQuery
from services.kit.schema import Id, Instant, Money, MonthField, Schema


class ReconcilableBill(Bill):
    """A bill, and why it cannot be selected: a code (``bill_in_process|<number>``) and its words; null if it can."""

    selectable = fields.Boolean()
    why_not = fields.String(allow_none=True)
    why_not_zh = fields.String(allow_none=True)
    why_not_en = fields.String(allow_none=True)


class BillTotals(Schema):
    """What bills come to: ``covered`` is what balances paid of ``amount``, ``owed`` the rest."""

    bill_count = fields.Integer()
    quantity = fields.Integer()
    amount = Money()
    covered = Money()
    owed = Money()


class ReconcilableBills(Schema):
    """A page of one customer's bills of the last month over, whatever their state, and of those of other months that are open.

    ``open`` adds up all that can be selected, on whichever page; ``refusals`` are what still has no bill, with what mends it: the
    first of them, and ``more_refusals`` if ``GET /bill-refusals`` has more.
    """

    month = MonthField()
    items = fields.List(fields.Nested(ReconcilableBill))
    next_cursor = fields.String(allow_none=True)
    open = fields.Nested(BillTotals)
    refusals = fields.List(fields.Nested(BillRefusal))
    more_refusals = fields.Boolean()


class ReconcilableQuery(PageQuery):
    """Which page."""


class SaveBillSelection(Schema):
    """What is selected so far. ``version`` is that of the selection which was seen last, or ``If-Match``; 0 or none where there
    was nothing."""

    bill_ids = fields.List(Id(), required=True, validate=validate.Length(max=BILLS_MAX))
    version = fields.Integer(load_default=None, allow_none=True)


class BillSelection(Schema):
    """The caller's selection of one customer's bills. ``dropped`` are those of it that cannot be selected any more, each with
    why; ``totals`` are of ``bills`` alone. ``version`` is 0, and ``saved_at`` null, before anything was selected."""

    customer_id = Id()
    bills = fields.List(fields.Nested(ReconcilableBill))
    dropped = fields.List(fields.Nested(ReconcilableBill))
    totals = fields.Nested(BillTotals)
    saved_at = Instant(allow_none=True)
    version = fields.Integer()
