"""The payloads of billing's calls about prices: what the gateway sends and gets (spec, billing.md, "Prices")."""

from marshmallow import fields, validate

from services.contracts.billing import BILL_STATES, PRICE_KINDS
from services.contracts.billing_forms import PRICE_ROWS, QUANTITY_MAX, PriceRow
from services.kit.clock import FIRST_YEAR, LAST_YEAR
from services.kit.schema import Id, Instant, Money, MonthField, Schema, UnitPrice


class AgreedTier(Schema):
    up_to = fields.Integer(allow_none=True)
    unit_price = fields.String()


class AgreedRow(Schema):
    """A row as it was agreed: unit prices with six decimals, as in the process's form."""

    segment = fields.String(allow_none=True)
    tiers = fields.List(fields.Nested(AgreedTier))


class RangeInForce(Schema):
    first_day = fields.Date()
    last_day = fields.Date(allow_none=True)


class Stretch(RangeInForce):
    """Days in a row, and the price that holds on them; null where none does."""

    price_id = Id(allow_none=True)


class SoldOnce(Schema):
    """What is sold once: how many, for how much, from which month on it is due, and the bill that it was put on, if it was."""

    quantity = fields.Integer()
    amount = Money()
    due_month = MonthField()
    bill_id = Id(allow_none=True)
    bill_number = fields.String(allow_none=True)
    bill_state = fields.String(allow_none=True, validate=validate.OneOf(BILL_STATES))


class Price(Schema):
    """A price, and who asked for it by the process; ``in_force`` are the days on which no newer one has won over it.

    One with ``problem`` failed its check when it was archived and never holds; one with ``sold_once`` prices no usage.
    """

    id = Id()
    process_id = Id()
    kind = fields.String(validate=validate.OneOf(PRICE_KINDS))
    prices = fields.List(fields.Nested(AgreedRow), attribute="rows")
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    initiated_by = fields.String(allow_none=True)
    archived_at = Instant()
    sold_once = fields.Nested(SoldOnce, allow_none=True)
    in_force = fields.List(fields.Nested(RangeInForce))
    problem = fields.Dict(keys=fields.String(), allow_none=True)


class ProductPricesQuery(Schema):
    """``year`` for those that touch it, and its days alone on the time line."""

    year = fields.Integer(load_default=None, validate=validate.Range(min=FIRST_YEAR, max=LAST_YEAR))


class ProductPrices(Schema):
    """A product's prices, the newest first; and in ``timeline``, by day and without a gap, which of them holds when."""

    product_id = Id()
    product_name = fields.String()
    floor = UnitPrice(allow_none=True)
    items = fields.List(fields.Nested(Price))
    timeline = fields.List(fields.Nested(Stretch))


class Volume(Schema):
    """A volume of one operator or country; under a price that makes no difference of them they count together."""

    segment = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=10))
    quantity = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=QUANTITY_MAX))


class PriceQuoteRequest(Schema):
    """What volumes would cost: under the product's price on ``day`` (today, unless said), or under a proposed one beside it."""

    product_id = Id(required=True)
    day = fields.Date(load_default=None, allow_none=True)
    kind = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(PRICE_KINDS))
    prices = fields.List(fields.Nested(PriceRow), load_default=None, allow_none=True, **PRICE_ROWS)
    volumes = fields.List(fields.Nested(Volume), required=True, validate=validate.Length(min=1, max=300))


class QuoteLine(Schema):
    segment = fields.String(allow_none=True)
    tier = fields.Integer()
    above = fields.Integer()
    up_to = fields.Integer(allow_none=True)
    quantity = fields.Integer()
    unit_price = UnitPrice()
    amount = Money()


class PriceInForceQuote(Schema):
    """The same volumes under the price that holds; ``lacking`` names what its table has no row for: then there is no amount."""

    price_id = Id()
    kind = fields.String(validate=validate.OneOf(PRICE_KINDS))
    lines = fields.List(fields.Nested(QuoteLine))
    amount = Money(allow_none=True)
    lacking = fields.List(fields.String())


class PriceQuote(Schema):
    """What volumes would cost. Beside a proposed price stands the one that it would follow (``in_force``), if there is one;
    ``difference`` is what the proposed one costs more, below zero if it costs less."""

    product_id = Id()
    price_id = Id(allow_none=True)
    kind = fields.String(validate=validate.OneOf(PRICE_KINDS))
    day = fields.Date()
    below_floor = fields.Boolean()
    lines = fields.List(fields.Nested(QuoteLine))
    quantity = fields.Integer()
    amount = Money()
    in_force = fields.Nested(PriceInForceQuote, allow_none=True)
    difference = Money(allow_none=True)
