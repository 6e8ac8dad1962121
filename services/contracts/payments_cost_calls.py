"""The payloads of payments' calls about unit costs and commission rates, which people keep."""

from decimal import Decimal
from typing import Final

from marshmallow import fields, validate

from services.contracts.billing import BILLED_TYPES
from services.contracts.customer import PRODUCT_TYPES
from services.contracts.paging import PageQuery, page_of
from services.kit.schema import Id, Instant, Schema, UnitPrice, not_blank

UNIT_COST_MAX: Final = Decimal("999999.999999")


class SetValue(Schema):
    """A value from a day on, today at the earliest: what has been earned by then stays as it is.

    ``version`` is that of the list as the caller saw it; ``reason`` is kept with the value.
    """

    valid_from = fields.Date(required=True)
    version = fields.Integer(required=True, validate=validate.Range(min=0))
    reason = fields.String(required=True, validate=[validate.Length(min=1, max=2000), not_blank])


class SetUnitCost(SetValue):
    """What one message (licence, piece) of a product type costs us. An e-commerce order brings its purchase price."""

    product_type = fields.String(required=True, validate=validate.OneOf(PRODUCT_TYPES))
    unit_cost = UnitPrice(required=True, validate=validate.Range(min=Decimal(0), max=UNIT_COST_MAX))


class SetCommissionRate(SetValue):
    """Which part of the profit sales earns, from 0 to 1."""

    product_type = fields.String(required=True, validate=validate.OneOf(BILLED_TYPES))
    rate = UnitPrice(required=True, validate=validate.Range(min=Decimal(0), max=Decimal(1)))


class DatedValue(Schema):
    """Who set it, when and why; version 0 was there to begin with.

    :param in_force: whether it holds today; of a list that shows what holds and what will, the others come later.
    """

    product_type = fields.String(validate=validate.OneOf(BILLED_TYPES))
    valid_from = fields.Date()
    in_force = fields.Boolean()
    version = fields.Integer()
    reason = fields.String()
    set_by_id = Id(allow_none=True)
    set_by_name = fields.String(allow_none=True)
    set_at = Instant(allow_none=True)


class UnitCost(DatedValue):
    unit_cost = UnitPrice()


class CommissionRate(DatedValue):
    rate = UnitPrice()


class UnitCosts(Schema):
    """The unit costs in force today and those set for later, by product type and day. ``version`` rises whenever one is set."""

    version = fields.Integer()
    items = fields.List(fields.Nested(UnitCost))


class CommissionRates(Schema):
    """The commission rates in force today and those set for later, as :class:`UnitCosts`."""

    version = fields.Integer()
    items = fields.List(fields.Nested(CommissionRate))


class ValueHistoryQuery(PageQuery):
    product_type = fields.String(load_default=None, validate=validate.OneOf(BILLED_TYPES))


UnitCostPage = page_of(UnitCost)
CommissionRatePage = page_of(CommissionRate)
