"""The payloads of customer's calls about the policy of funnel and pool."""

from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from services.contracts.customer import OWNED_TIERS
from services.contracts.paging import page_of
from services.kit.money import decimal_places
from services.kit.schema import Id, Instant, Schema, not_blank

FUNNEL_RULES = {
    "silent_to_intent": ("沉默客户升为意向客户", "silent to intent"),
    "silent_to_trial": ("沉默客户升为测试客户", "silent to trial"),
    "silent_to_contract": ("沉默客户升为合同客户", "silent to contract"),
    "intent_to_trial": ("意向客户升为测试客户", "intent to trial"),
    "intent_to_contract": ("意向客户升为合同客户", "intent to contract"),
    "trial_to_contract": ("测试客户升为合同客户", "trial to contract"),
    "contract_quiet": ("合同客户长期无联系日志时通知", "tell of a contract customer without a log"),
    "contract_expiring": ("合同到期前通知", "tell of a contract about to end"),
    "contract_ended": ("合同到期未续签降为测试客户", "contract ended: down to trial"),
    "trial_quiet": ("测试客户无联系日志降为意向客户", "trial without a log: down to intent"),
    "intent_quiet": ("意向客户无联系日志降为沉默客户", "intent without a log: down to silent"),
    "silent_quiet": ("沉默客户无联系日志落入公共池", "silent without a log: into the pool"),
}
"""Rules that can be switched off, with their Chinese and English names."""

_CUSTOMERS_MAX = 1_000_000


def _is_share(share: Decimal) -> None:
    # Not a ``Range``: its bounds would stand in OpenAPI as the texts that this field's values travel as.
    if not 0 <= share <= 1:
        raise ValidationError("range|0|1")
    if decimal_places(share) > 2:
        raise ValidationError("too_many_places|2")


class Window(Schema):
    """A stretch of time: calendar months, which clip at a month's end, and days after them."""

    months = fields.Integer(load_default=0, validate=validate.Range(min=0, max=36))
    days = fields.Integer(load_default=0, validate=validate.Range(min=0, max=1000))


class QuietWindow(Window):
    """The same, of a day at least: a customer never moves twice on one day."""

    @validates_schema
    def _lasts(self, window: dict[str, int], **_: Any) -> None:
        if not (window["months"] or window["days"]):
            raise ValidationError("window_empty", "days")


class QuietWindows(Schema):
    """How long a tier may be without a log: then it falls, or (``contract``) its people are told."""

    contract = fields.Nested(QuietWindow, required=True)
    trial = fields.Nested(QuietWindow, required=True)
    intent = fields.Nested(QuietWindow, required=True)
    silent = fields.Nested(QuietWindow, required=True)


class HoldingLimits(Schema):
    """How many customers of a tier one salesperson may hold; null for any number."""

    contract = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0, max=_CUSTOMERS_MAX))
    trial = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0, max=_CUSTOMERS_MAX))
    intent = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0, max=_CUSTOMERS_MAX))
    silent = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0, max=_CUSTOMERS_MAX))


def _rule_switches() -> type[Schema]:
    switches: dict[str, Any] = {rule: fields.Boolean(required=True) for rule in FUNNEL_RULES}
    switches |= {"__module__": __name__, "__doc__": "Whether each rule of the funnel is on."}
    made: type[Schema] = type("RuleSwitches", (Schema,), switches)
    return made


RuleSwitches = _rule_switches()


class PolicyContent(Schema):
    """All that an administrator may set of funnel and pool.

    ``completeness`` is the share from which on a silent customer counts as known, ``warning_days`` how many days before a fall
    the owner is warned (0 for never), ``claimed_tier`` where a claimed customer enters, ``claims_per_day`` how many a salesperson
    may claim a day (null for any number), ``reclaim_wait_days`` how long a former owner waits before claiming the same customer
    again.
    """

    quiet = fields.Nested(QuietWindows, required=True)
    completeness = fields.Decimal(required=True, as_string=True, validate=_is_share)
    renewal_notice = fields.Nested(Window, required=True)
    renewal_grace = fields.Nested(Window, required=True)
    warning_days = fields.Integer(required=True, validate=validate.Range(min=0, max=90))
    claimed_tier = fields.String(required=True, validate=validate.OneOf(("silent", "intent")))
    rules = fields.Nested(RuleSwitches, required=True)
    holding_limits = fields.Nested(HoldingLimits, required=True)
    claims_per_day = fields.Integer(required=True, allow_none=True, validate=validate.Range(min=0, max=_CUSTOMERS_MAX))
    reclaim_wait_days = fields.Integer(required=True, validate=validate.Range(min=0, max=3660))


class SetPolicy(PolicyContent):
    """The whole policy anew. ``version`` is that of the policy as the caller saw it; 0 while nobody has set any."""

    version = fields.Integer(required=True, validate=validate.Range(min=0))
    reason = fields.String(required=True, validate=[validate.Length(min=1, max=2000), not_blank])


class Policy(PolicyContent):
    """The policy in force, by whom it was set and why; version 0 is the default, which nobody set."""

    version = fields.Integer()
    reason = fields.String()
    set_by_id = Id(allow_none=True)
    set_by_name = fields.String(allow_none=True)
    set_at = Instant(allow_none=True)


class PreviewPolicy(PolicyContent):
    """A proposed policy, and the day of the sweep that is asked about: the next one's if null."""

    as_of = fields.Date(load_default=None, allow_none=True)


class PreviewedCustomer(Schema):
    """A customer that the proposed policy would move; ``is_new`` where the one in force would not move it by the same rule."""

    id = Id()
    name = fields.String()
    owner_name = fields.String(allow_none=True)
    is_new = fields.Boolean()


class PreviewedMove(Schema):
    """How many customers a rule would move: under the proposed policy, and under the one in force.

    ``customers`` are some of those whom the proposed policy would move, the new ones first: all of them, if they are few.
    """

    rule = fields.String(validate=validate.OneOf(list(FUNNEL_RULES)))
    from_tier = fields.String(validate=validate.OneOf(OWNED_TIERS))
    to_tier = fields.String()
    proposed = fields.Integer()
    in_force = fields.Integer()
    customers = fields.List(fields.Nested(PreviewedCustomer))


class PolicyPreview(Schema):
    """What the sweep of a day would do if the customers stayed as they are: the moves by rule, and their sums."""

    as_of = fields.Date()
    moves = fields.List(fields.Nested(PreviewedMove))
    proposed = fields.Integer()
    in_force = fields.Integer()


PolicyPage = page_of(Policy)
