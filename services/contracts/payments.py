"""Payments' contract: its events and the payloads of its calls."""

from marshmallow import fields, validate

from services.contracts.workflow import ProcessApplied, ProcessApplyFailed
from services.kit.outbox import EventContract
from services.kit.schema import Id, Instant, Money, MonthField, Schema

COMMISSION_ORIGINS = ("write_off", "balance")
RECEIPT_STATES = ("unmatched", "ambiguous", "matched", "used")

# Events


class ReceiptRecorded(Schema):
    """Money came in."""

    receipt_id = Id(required=True)
    payer_name = fields.String(required=True)
    amount = Money(required=True)
    received_at = Instant(required=True)


class ReceiptMatched(ReceiptRecorded):
    """Whose it is. ``matched_by`` is ``name``, ``invoice_name``, ``alias``, ``bank_account`` or ``assignment``."""

    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    owner_id = Id(required=True, allow_none=True)
    matched_by = fields.String(required=True)
    balance = Money(required=True)


class ReceiptUnmatched(ReceiptRecorded):
    """Nobody's yet, or no longer. ``reason`` is ``unmatched`` or ``ambiguous``; then the candidates' owners are told.

    Of a match that somebody undid: whose it was, who undid it, and why.
    """

    reason = fields.String(required=True, validate=validate.OneOf(("unmatched", "ambiguous")))
    candidate_owner_ids = fields.List(Id(), required=True)
    undone_customer_id = Id(load_default=None, allow_none=True)
    undone_customer_name = fields.String(load_default=None, allow_none=True)
    undone_owner_id = Id(load_default=None, allow_none=True)
    undone_by_name = fields.String(load_default=None, allow_none=True)
    undone_why = fields.String(load_default=None, allow_none=True)


class WriteOffPair(Schema):
    """How much of one receipt goes to one receivable."""

    receipt_id = Id(required=True)
    bill_id = Id(required=True)
    amount = Money(required=True)
    payer_name = fields.String(required=True)
    bill_number = fields.String(required=True)


class WriteOffStarted(Schema):
    """A write-off holds its amounts. An ``automatic`` one has no process yet: workflow starts it, under the write-off's id."""

    write_off_id = Id(required=True)
    automatic = fields.Boolean(required=True)
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    owner_id = Id(required=True)
    owner_name = fields.String(required=True)
    owner_department_id = Id(required=True, allow_none=True)
    amount = Money(required=True)
    pairs = fields.List(fields.Nested(WriteOffPair), required=True)


CANCEL_CAUSES = ("match_undone", "owner_changed")


class WriteOffCancelled(Schema):
    """An automatic write-off that waited for confirmation is over. Its process in workflow ends; one that is archived already is
    refused its effect.

    ``cause``: ``match_undone``, of its receipt, by somebody, for a ``reason``; or ``owner_changed``: the customer is
    ``next_owner_name``'s now (nobody's: null), who is asked by one that starts anew.
    """

    write_off_id = Id(required=True)
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    owner_id = Id(required=True)
    amount = Money(required=True)
    receipt_id = Id(required=True)
    payer_name = fields.String(required=True)
    by_id = Id(required=True, allow_none=True)
    by_name = fields.String(required=True)
    reason = fields.String(required=True)
    cause = fields.String(load_default="match_undone", validate=validate.OneOf(CANCEL_CAUSES))
    next_owner_name = fields.String(load_default=None, allow_none=True)


class ReceivableSettled(Schema):
    """A final write-off reached a receivable. ``outstanding`` is 0.00 when it is written off in full."""

    bill_id = Id(required=True)
    number = fields.String(required=True)
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    write_off_id = Id(required=True)
    amount = Money(required=True)
    outstanding = Money(required=True)


class ReceivableCancelled(Schema):
    """Nothing is owed for a bill any more, as it is voided by this process; nothing can be held of it."""

    bill_id = Id(required=True)
    number = fields.String(required=True)
    customer_id = Id(required=True)
    process_id = Id(required=True)
    attempt = fields.Integer(required=True)


class ReceivableKept(ReceivableCancelled):
    """A bill cannot be voided: so much is held and written off for it."""

    held = Money(required=True)
    written_off = Money(required=True)


class ReopenedBill(Schema):
    """What of a bill is owed again; ``receivable_version`` orders it among what ``receivable_settled`` says of it."""

    bill_id = Id(required=True)
    number = fields.String(required=True)
    amount = Money(required=True)
    outstanding = Money(required=True)
    receivable_version = fields.Integer(required=True)


class WriteOffReversed(Schema):
    """A final write-off is undone: its receipts have their balance again, its bills are owed again.

    ``commission`` is what was taken back from ``owner_id``, who had earned it; ``numbers`` are the bills' in words.
    """

    write_off_id = Id(required=True)
    reversal_id = Id(required=True)
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    owner_id = Id(required=True, allow_none=True)
    amount = Money(required=True)
    commission = Money(required=True)
    reason = fields.String(required=True)
    numbers = fields.String(required=True)
    bills = fields.List(fields.Nested(ReopenedBill), required=True)


class CommissionTakenBack(Schema):
    """What balances had earned on a bill is taken back from ``owner_id``: the bill is void, and they have their money again."""

    commission_id = Id(required=True)
    owner_id = Id(required=True)
    owner_name = fields.String(required=True)
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    bill_id = Id(required=True)
    bill_number = fields.String(required=True)
    amount = Money(required=True)
    month = MonthField(required=True)


class CommissionEarned(Schema):
    """What an archived write-off earned its owner; or, by ``balance`` and without a write-off, what prepaid balances had covered
    of a reconciled bill, which is ``written_off`` then.

    ``amount`` = (``written_off`` - ``cost``) x ``rate``, rounded half-up to fen.
    """

    commission_id = Id(required=True)
    owner_id = Id(required=True)
    owner_name = fields.String(required=True)
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    bill_id = Id(required=True)
    bill_number = fields.String(required=True)
    origin = fields.String(load_default="write_off", validate=validate.OneOf(COMMISSION_ORIGINS))
    write_off_id = Id(required=True, allow_none=True)
    written_off = Money(required=True)
    cost = Money(required=True)
    rate = fields.Decimal(required=True, as_string=True)
    amount = Money(required=True)
    earned_on = fields.Date(required=True)
    month = MonthField(required=True)


class InterestAccrued(Schema):
    """What a month's run came to for one owner, told once when all of it is booked.

    :param month: the newest month of the run; earlier months' corrections are among the sums.
    :param penalty: what is charged, and ``credit`` what is gained; ``corrected`` is what corrections of earlier months brought of
        it, above zero in the owner's favour.
    """

    month = MonthField(required=True)
    owner_id = Id(required=True)
    owner_name = fields.String(required=True)
    customers = fields.Integer(required=True)
    penalty = Money(required=True)
    credit = Money(required=True)
    corrected = Money(required=True)


EVENTS = {
    "receipt_recorded": EventContract(1, ReceiptRecorded),
    "receipt_matched": EventContract(1, ReceiptMatched),
    "receipt_unmatched": EventContract(1, ReceiptUnmatched),
    "write_off_started": EventContract(1, WriteOffStarted),
    "write_off_cancelled": EventContract(1, WriteOffCancelled),
    "receivable_settled": EventContract(1, ReceivableSettled),
    "receivable_cancelled": EventContract(1, ReceivableCancelled),
    "receivable_kept": EventContract(1, ReceivableKept),
    "write_off_reversed": EventContract(1, WriteOffReversed),
    "commission_earned": EventContract(1, CommissionEarned),
    "interest_accrued": EventContract(1, InterestAccrued),
    "commission_taken_back": EventContract(1, CommissionTakenBack),
    "process_applied": EventContract(1, ProcessApplied),
    "process_apply_failed": EventContract(1, ProcessApplyFailed),
}
