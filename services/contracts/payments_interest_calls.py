"""The payloads of payments' calls about interest and penalty: rates, exemptions, and what was accrued."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from marshmallow import ValidationError, fields, pre_dump, validate

from services.contracts.paging import PageQuery, page_of
from services.contracts.payments_calls import Wording
from services.contracts.payments_wording import INTEREST_ORIGINS
from services.kit.schema import Id, Instant, Money, MonthField, Schema, UnitPrice, not_blank

INTEREST_KINDS = ("penalty", "credit")
PERIODS_MAX: Final = 24
RATE_MAX: Final = Decimal("0.1")
"""The highest rate of a month: a tenth."""
_REASON: Final[list[Callable[[str], object]]] = [validate.Length(min=1, max=2000), not_blank]


def _at_most_a_tenth(rate: Decimal) -> None:
    # Not a ``Range``: its bounds would stand in OpenAPI as the texts that this field's values travel as.
    if rate > RATE_MAX:
        raise ValidationError(f"range|0|{RATE_MAX}")


# Rates


class SetInterestRate(Schema):
    """The monthly rate for penalty and credit, from a month on until the next month that one is set for.

    ``version`` is that of the rates as the caller saw them; 0 while nobody has set any.
    """

    version = fields.Integer(required=True, validate=validate.Range(min=0))
    from_month = MonthField(required=True)
    rate = UnitPrice(required=True, validate=_at_most_a_tenth)
    reason = fields.String(required=True, validate=_REASON)


class InterestRate(Schema):
    """A rate as it was set; of two for one month the later version holds."""

    version = fields.Integer()
    from_month = MonthField()
    rate = UnitPrice()
    reason = fields.String()
    set_by_id = Id(allow_none=True)
    set_by_name = fields.String()
    set_at = Instant()


class InterestRates(Schema):
    """The rates: what holds this month (null without any), which months are accrued and so keep theirs, and a page of all that
    were set, the newest first."""

    version = fields.Integer()
    rate = UnitPrice(allow_none=True)
    accrued_from = MonthField(allow_none=True)
    accrued_through = MonthField(allow_none=True)
    items = fields.List(fields.Nested(InterestRate))
    next_cursor = fields.String(allow_none=True)


# Exemptions


class ExemptPeriod(Schema):
    """The first and the last month in which an account is left out; null for no end yet."""

    from_month = MonthField(required=True)
    to_month = MonthField(load_default=None, allow_none=True)


class SetInterestExemption(Schema):
    """In which months an account is left out of both penalty and credit: all its periods anew, none for not at all.

    ``version`` is that of the account's exemption as the caller saw it; 0 while it has none.
    """

    account_id = Id(required=True)
    version = fields.Integer(required=True, validate=validate.Range(min=0))
    periods = fields.List(fields.Nested(ExemptPeriod), required=True, validate=validate.Length(max=PERIODS_MAX))
    reason = fields.String(required=True, validate=_REASON)


class InterestExemption(Schema):
    """An account with the months in which it is left out; ``is_exempt`` in the present month."""

    account_id = Id()
    identifier = fields.String()
    customer_id = Id()
    customer_name = fields.String()
    periods = fields.List(fields.Nested(ExemptPeriod))
    is_exempt = fields.Boolean()
    version = fields.Integer()
    reason = fields.String(allow_none=True)
    set_by_id = Id(allow_none=True)
    set_by_name = fields.String(allow_none=True)
    set_at = Instant(allow_none=True)


class InterestExemptionQuery(PageQuery):
    """Accounts that were ever left out; with ``all`` every account, to find one by its identifier or customer.

    ``q`` is any part of the identifier or of the customer's name; ``month`` one in which they are left out.
    """

    customer_id = Id(load_default=None)
    account_id = Id(load_default=None)
    q = fields.String(load_default="", validate=validate.Length(max=200))
    month = MonthField(load_default=None)
    all = fields.Boolean(load_default=False)


InterestExemptionPage = page_of(InterestExemption)

# What was accrued


class OriginReceipt(Schema):
    """A receipt that counts, or (below zero) no longer counts, as received before the month."""

    receipt_id = Id()
    payer_name = fields.String()
    received_on = fields.String()
    amount = fields.String()


class InterestOrigin(Wording):
    """What an entry was computed from, in words; of a correction, what came to light."""

    words = INTEREST_ORIGINS

    receipts = fields.List(fields.Nested(OriginReceipt))

    @pre_dump
    def put_into_words(self, reason: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        return {**super().put_into_words(reason, **more), "receipts": reason["receipts"]}


class InterestEntry(Schema):
    """A penalty of one bill, or a credit for a customer's prepaid money, of a month: ``amount`` = ``base`` x ``rate``.

    ``number`` counts the entries of that bill (or customer) and month: the first is the accrual, the others correct it, and their
    base and amount are the change. Whose commission bears it is ``owner_id``; nobody's for a customer of the pool.
    """

    id = Id()
    kind = fields.String(validate=validate.OneOf(INTEREST_KINDS))
    month = MonthField()
    number = fields.Integer()
    booked_on = fields.Date()
    customer_id = Id()
    customer_name = fields.String()
    bill_id = Id(allow_none=True)
    bill_number = fields.String(allow_none=True)
    owner_id = Id(allow_none=True)
    owner_name = fields.String(allow_none=True)
    base = Money()
    rate = UnitPrice()
    amount = Money()
    origin = fields.Nested(InterestOrigin)


class InterestQuery(PageQuery):
    """``month`` is the one that entries are for, ``booked_month`` the one whose commission statement has them."""

    month = MonthField(load_default=None)
    booked_month = MonthField(load_default=None)
    kind = fields.String(load_default=None, validate=validate.OneOf(INTEREST_KINDS))
    customer_id = Id(load_default=None)
    bill_id = Id(load_default=None)
    owner_id = Id(load_default=None)


InterestPage = page_of(InterestEntry)
