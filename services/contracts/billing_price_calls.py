"""The payloads of billing's calls about prices: what the gateway sends and gets (spec, billing.md, "Prices")."""

from marshmallow import fields, validate

from services.contracts.billing import PRICE_KINDS
from services.contracts.billing_forms import PRICE_ROWS, QUANTITY_MAX, PriceRow
from services.kit.schema import Id, Instant, Money, Schema, UnitPrice


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


class Price(Schema):
    """A price; ``in_force`` are the days on which no newer one has won over it."""

    id = Id()
    process_id = Id()
    kind = fields.String(validate=validate.OneOf(PRICE_KINDS))
    prices = fields.List(fields.Nested(AgreedRow), attribute="rows")
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    archived_at = Instant()
    in_force = fields.List(fields.Nested(RangeInForce))
    problem = fields.Dict(keys=fields.String(), allow_none=True)


class ProductPrices(Schema):
    """A product's prices on a time line, the newest first."""

    product_id = Id()
    product_name = fields.String()
    floor = UnitPrice(allow_none=True)
    items = fields.List(fields.Nested(Price))


class Volume(Schema):
    segment = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=10))
    quantity = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=QUANTITY_MAX))


class PriceQuoteRequest(Schema):
    """What volumes would cost: under the product's price on ``day`` (today, unless said), or under a proposed one."""

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


class PriceQuote(Schema):
    product_id = Id()
    price_id = Id(allow_none=True)
    kind = fields.String()
    below_floor = fields.Boolean()
    lines = fields.List(fields.Nested(QuoteLine))
    quantity = fields.Integer()
    amount = Money()
