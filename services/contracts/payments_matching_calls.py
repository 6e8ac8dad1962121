"""The payloads of payments' calls about matching: suggestions, aliases, the policy."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, pre_dump, validate

from services.contracts.paging import PageQuery, page_of
from services.contracts.payments_calls import Owed, Wording
from services.contracts.payments_wording import SUGGESTIONS
from services.kit.schema import Id, Instant, Schema, not_blank

RECEIPTS_MAX = 50


class SuggestionReason(Wording):
    """Why a customer is suggested. A ``warning`` speaks against it: somebody said before that it is not this one."""

    words = SUGGESTIONS

    is_warning = fields.Boolean()

    @pre_dump
    def put_into_words(self, reason: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        return {**super().put_into_words(reason, **more), "is_warning": reason["is_warning"]}


class Suggestion(Schema):
    """A customer that a receipt may be of: for people to read, never a match by itself. ``rank`` 1 is the best."""

    rank = fields.Integer()
    customer_id = Id()
    customer_name = fields.String()
    owner_id = Id(allow_none=True)
    owner_name = fields.String(allow_none=True)
    owed = fields.Nested(Owed)
    reasons = fields.List(fields.Nested(SuggestionReason))


class SuggestCustomers(Schema):
    receipt_ids = fields.List(Id(), required=True, validate=validate.Length(min=1, max=RECEIPTS_MAX))


class SuggestedForReceipt(Schema):
    receipt_id = Id()
    suggestions = fields.List(fields.Nested(Suggestion))


class Suggestions(Schema):
    """For each receipt that the caller sees, at most ten customers that the caller sees, the best first."""

    items = fields.List(fields.Nested(SuggestedForReceipt))


class PayerAlias(Schema):
    """A payer's name that is remembered as a customer's since a receipt was assigned; who said so, and who withdrew it.

    A withdrawn one matches nothing any more. What it matched before stays whose it is.
    """

    id = Id()
    customer_id = Id()
    customer_name = fields.String()
    payer_name = fields.String()
    receipt_id = Id(allow_none=True)
    assigned_at = Instant()
    assigned_by_id = Id(allow_none=True)
    assigned_by_name = fields.String()
    why = fields.String()
    withdrawn_at = Instant(allow_none=True)
    withdrawn_by_id = Id(allow_none=True)
    withdrawn_by_name = fields.String(allow_none=True)
    withdrawn_why = fields.String(allow_none=True)


class PayerAliasQuery(PageQuery):
    """``payer`` is the whole name, however it is written; ``in_force`` leaves out, or asks for, those withdrawn."""

    customer_id = Id(load_default=None)
    payer = fields.String(load_default="", validate=validate.Length(max=200))
    in_force = fields.Boolean(load_default=None)


class WithdrawAlias(Schema):
    why = fields.String(required=True, validate=[validate.Length(min=1, max=500), not_blank])


PayerAliasPage = page_of(PayerAlias)


class MatchingPolicyContent(Schema):
    """``match_bank_account``: whether a payer's account that equals the one in a customer's invoice information matches."""

    match_bank_account = fields.Boolean(required=True)


class SetMatchingPolicy(MatchingPolicyContent):
    """The whole policy anew. ``version`` is that of the policy as the caller saw it; 0 while nobody has set any."""

    version = fields.Integer(required=True, validate=validate.Range(min=0))
    reason = fields.String(required=True, validate=[validate.Length(min=1, max=2000), not_blank])


class MatchingPolicy(MatchingPolicyContent):
    """The policy in force, by whom it was set and why; version 0 is the default, which nobody set."""

    version = fields.Integer()
    reason = fields.String()
    set_by_id = Id(allow_none=True)
    set_by_name = fields.String(allow_none=True)
    set_at = Instant(allow_none=True)


MatchingPolicyPage = page_of(MatchingPolicy)
