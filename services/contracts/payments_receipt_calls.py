"""The payloads of payments' calls about receipts: recorded, imported, matched."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import fields, pre_load, validate

from services.contracts.paging import PageQuery, page_of
from services.contracts.payments import RECEIPT_STATES
from services.contracts.payments_calls import AMOUNT_MAX, PairSide, Reason, Wording
from services.contracts.payments_matching_calls import Suggestion
from services.contracts.payments_wording import ROW_FAULTS
from services.kit.schema import Id, Instant, Money, Schema

IMPORT_OUTCOMES = ("new", "known", "skipped", "wrong")
STATEMENT_FILE_BYTES_MAX = 10 * 1024 * 1024
STATEMENT_ROWS_MAX = 5_000


class RowFault(Wording):
    """What is wrong with a row."""

    words = ROW_FAULTS


class RecordReceipt(Schema):
    """A receipt typed in, or posted by another system. Repeated with the same values it is the receipt there is.

    Blanks around a value are nobody's intention, and would make another reference of it: they are taken off.
    """

    bank_account = fields.String(required=True, validate=validate.Length(min=1, max=64))
    reference = fields.String(required=True, validate=validate.Length(min=1, max=128))
    received_at = Instant(required=True)
    payer_name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    payer_account = fields.String(load_default="", validate=validate.Length(max=64))
    amount = Money(required=True, validate=validate.Range(min=Decimal("0.01"), max=AMOUNT_MAX))
    remark = fields.String(load_default="", validate=validate.Length(max=500))

    @pre_load
    def take_off_blanks(self, receipt: Any, **_: Any) -> Any:
        if not isinstance(receipt, Mapping):
            return receipt
        return {name: value.strip() if isinstance(value, str) else value for name, value in receipt.items()}


class ImportReceipts(Schema):
    """A stored bank statement to import.

    :param mapping: which saved column mapping reads it.
    :param bank_account: for files that do not name the account they are of.
    """

    file_key = fields.String(required=True, validate=validate.Length(min=1, max=64))
    file_name = fields.String(load_default="", validate=validate.Length(max=255))
    mapping = fields.String(load_default="generic", validate=validate.Length(max=50))
    bank_account = fields.String(load_default="", validate=validate.Length(max=64))


class ImportQuery(Schema):
    """``POST /receipt-imports?mapping=icbc``; the body is the file itself, its name in ``X-Filename`` or here."""

    file_name = fields.String(load_default="", validate=validate.Length(max=255))
    mapping = fields.String(load_default="generic", validate=validate.Length(max=50))
    bank_account = fields.String(load_default="", validate=validate.Length(max=64))


class ImportedRow(Schema):
    """What became of one row. ``row`` counts the file's lines from 1."""

    row = fields.Integer()
    outcome = fields.String(validate=validate.OneOf(IMPORT_OUTCOMES))
    reference = fields.String()
    payer_name = fields.String()
    receipt_id = Id(allow_none=True)
    state = fields.String(allow_none=True)
    fault = fields.Nested(RowFault, allow_none=True)


class ReceiptImport(Schema):
    """The report of an import, row by row."""

    mapping = fields.String()
    new = fields.Integer()
    known = fields.Integer()
    skipped = fields.Integer()
    wrong = fields.Integer()
    amount = Money()
    rows = fields.List(fields.Nested(ImportedRow))


class Receipt(RecordReceipt):
    id = Id()
    held = Money()
    used = Money()
    balance = Money()
    state = fields.String(validate=validate.OneOf(RECEIPT_STATES))
    customer_id = Id(allow_none=True)
    customer_name = fields.String(allow_none=True)
    matched_by = fields.String(allow_none=True)
    reason = fields.Nested(Reason, allow_none=True)
    created_at = Instant()
    version = fields.Integer()


class Candidate(Schema):
    """A customer that an ambiguous receipt may be of. Of one whom the caller does not see, nothing but who looks after it."""

    customer_id = Id(allow_none=True)
    customer_name = fields.String(allow_none=True)
    owner_id = Id(allow_none=True)
    owner_name = fields.String(allow_none=True)
    matched_by = fields.String(allow_none=True)


class ReceiptDetail(Receipt):
    """With the ``candidates`` of an ambiguous one, and who is suggested for one that is nobody's."""

    candidates = fields.List(fields.Nested(Candidate))
    suggestions = fields.List(fields.Nested(Suggestion))
    pairs = fields.List(fields.Nested(PairSide))


class ReceiptQuery(PageQuery):
    """The receipt pool: those with a balance, unless ``pool=false`` or ``state=used`` asks for others."""

    payer = fields.String(load_default="", validate=validate.Length(max=200))
    amount_from = Money(load_default=None)
    amount_to = Money(load_default=None)
    received_from = fields.Date(load_default=None)
    received_to = fields.Date(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(RECEIPT_STATES))
    customer_id = Id(load_default=None)
    pool = fields.Boolean(load_default=True)


class AssignReceipt(Schema):
    """``remember``: whether the payer's name becomes an alias of the customer's; null for yes, unless it is another customer's
    own name. Then ``why`` is required."""

    customer_id = Id(required=True)
    why = fields.String(load_default="", validate=validate.Length(max=500))
    remember = fields.Boolean(load_default=None, allow_none=True)


class UnmatchReceipt(Schema):
    """``withdraw_alias``: the payer's name is no longer remembered as the customer's either."""

    why = fields.String(required=True, validate=validate.Length(min=1, max=500))
    withdraw_alias = fields.Boolean(load_default=False)


ReceiptPage = page_of(Receipt)
