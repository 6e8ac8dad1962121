"""The payloads of customer's calls about the funnel as a whole: how many stand in each tier, and who falls next."""

from typing import Final

from marshmallow import fields, validate

from services.contracts.customer import TIERS
from services.contracts.customer_calls import FALLS_WITHIN_DAYS_MAX, Prospect
from services.kit.schema import Id, Schema

COUNTED_MAX: Final = 1_000
"""So many customers that fall are counted; how many more there are nobody acts on."""
PREVENTIONS: Final = ("contact_log", "contract", "usage")


class TierCount(Schema):
    tier = fields.String(validate=validate.OneOf(TIERS))
    count = fields.Integer()


class Funnel(Schema):
    """How many customers the caller sees in each tier, from contract down to the pool; of the pool those that can be claimed."""

    items = fields.List(fields.Nested(TierCount))


class FallsQuery(Schema):
    """Customers that fall within so many days from today, today included; ``first`` of them are shown."""

    within_days = fields.Integer(load_default=7, validate=validate.Range(min=0, max=FALLS_WITHIN_DAYS_MAX))
    first = fields.Integer(load_default=5, validate=validate.Range(min=1, max=50))


class FallingCustomer(Schema):
    """A customer, the fall that comes unless something is done, and what prevents it: any of ``prevented_by``.

    ``contact_log``: being in touch; ``contract``: a renewed contract, archived; ``usage`` after the contract's end.
    ``days_left`` is 0 for one that tonight's sweep moves.
    """

    customer_id = Id()
    customer_name = fields.String()
    tier = fields.String(validate=validate.OneOf(TIERS))
    owner_id = Id(allow_none=True)
    owner_name = fields.String(allow_none=True)
    last_log_on = fields.Date(allow_none=True)
    fall = fields.Nested(Prospect)
    days_left = fields.Integer()
    prevented_by = fields.List(fields.String(validate=validate.OneOf(PREVENTIONS)))


class Falls(Schema):
    """The ``first`` that fall, the soonest first. ``total`` counts to 1,000 at most; ``is_more`` where there are more than that.

    All of them are ``GET /customers?falls_within_days=``.
    """

    within_days = fields.Integer()
    total = fields.Integer()
    is_more = fields.Boolean()
    items = fields.List(fields.Nested(FallingCustomer))
