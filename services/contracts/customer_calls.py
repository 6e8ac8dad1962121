"""The payloads of customer's calls about customers themselves: what the gateway sends and gets, and so what HTTP takes and gives.

What hangs on a customer stands in ``customer_parts_calls``, the pool and the policy in ``customer_pool_calls``.
"""

from decimal import Decimal
from typing import Final

from marshmallow import ValidationError, fields, validate

from services.contracts.customer import PRODUCT_TYPES, TIERS, InvoiceInformation
from services.contracts.paging import PageQuery, page_of
from services.kit.schema import Id, Instant, Schema, not_blank

FALLS_WITHIN_DAYS_MAX: Final = 366

_NAME = (validate.Length(min=2, max=200), not_blank)
_SHORT = validate.Length(max=100)
_LONG = validate.Length(max=2000)
_INDUSTRY = validate.Regexp(r"^[A-T]?\Z")


def _is_share(share: Decimal) -> None:
    # Not a ``Range``: its bounds would stand in OpenAPI as decimals, which JSON cannot carry.
    if not 0 <= share <= 1:
        raise ValidationError("range|0|1")


def _tiers(text: str) -> None:
    if text and not set(text.split(",")) <= set(TIERS):
        raise ValidationError(f"one_of|{', '.join(TIERS)}")


def _no_invoice_information() -> dict[str, str]:
    return dict.fromkeys(InvoiceInformation().fields, "")


class CustomerData(Schema):
    """``industry`` is a section of GB/T 4754: a letter from A to T."""

    name = fields.String(required=True, validate=_NAME)
    industry = fields.String(load_default="", validate=_INDUSTRY)
    source = fields.String(load_default="", validate=_SHORT)
    region = fields.String(load_default="", validate=_SHORT)
    remarks = fields.String(load_default="", validate=_LONG)
    invoice_information = fields.Nested(InvoiceInformation, load_default=_no_invoice_information)


class AddCustomer(CustomerData):
    """A name that is nearly another customer's is refused with those that are, unless ``confirm_near_duplicates``."""

    confirm_near_duplicates = fields.Boolean(load_default=False)


class ChangeInvoiceInformation(Schema):
    """What is left out stays."""

    company_name = fields.String(validate=validate.Length(max=200))
    tax_number = fields.String(validate=validate.Length(max=20))
    address = fields.String(validate=validate.Length(max=200))
    telephone = fields.String(validate=validate.Length(max=50))
    bank = fields.String(validate=validate.Length(max=200))
    bank_account = fields.String(validate=validate.Length(max=50))


class ChangeCustomer(Schema):
    """What is left out stays. ``version`` is that of the customer as the caller saw it. New names: see :class:`AddCustomer`."""

    version = fields.Integer(required=True, validate=validate.Range(min=1))
    name = fields.String(validate=_NAME)
    industry = fields.String(validate=_INDUSTRY)
    source = fields.String(validate=_SHORT)
    region = fields.String(validate=_SHORT)
    remarks = fields.String(validate=_LONG)
    invoice_information = fields.Nested(ChangeInvoiceInformation)
    confirm_near_duplicates = fields.Boolean(load_default=False)


class Customer(CustomerData):
    """A customer. ``claimed_by_name`` is who is claiming it from the pool; ``completeness`` goes from ``0.0`` to ``1.0``.

    One that ``is_protected`` never falls. ``green_since``: since when it is a green customer (绿色客户), null if it is none; by
    which process, and who asked for it.
    """

    id = Id()
    tier = fields.String(validate=validate.OneOf(TIERS))
    tier_since = Instant()
    owner_id = Id(allow_none=True)
    owner_name = fields.String(allow_none=True)
    owner_department_id = Id(allow_none=True)
    claim_process_id = Id(allow_none=True)
    claimed_by_name = fields.String(attribute="claimant_name", allow_none=True)
    last_log_on = fields.Date(allow_none=True)
    last_usage_on = fields.Date(allow_none=True)
    contract_ends_on = fields.Date(allow_none=True)
    completeness = fields.Decimal(as_string=True)
    is_protected = fields.Boolean()
    protection_reason = fields.String()
    green_since = Instant(allow_none=True)
    green_by_name = fields.String(allow_none=True)
    green_process_id = Id(allow_none=True)
    created_at = Instant()
    version = fields.Integer()


class ListedCustomer(Customer):
    """A customer in a list, with the name of its owner's department: the company's own, null where it is not known."""

    owner_department_name = fields.String(allow_none=True)


class CustomerQuery(PageQuery):
    """What the list is narrowed to; ends are included, and who was never contacted was not contacted in any time.

    ``tier`` may be several, with commas between; ``department_id`` is the owner's, those below it included; ``never_contacted``,
    ``protected`` and ``green`` are ``true`` or ``false``; ``q`` is what ``/search`` would find them by. ``falls_within_days``:
    those that fall by the policy in force, today or within so many days, unless something is done.
    Sorts: name, tier (from contract to pool), tier_since, created_at, owner_name, last_log_on, last_usage_on, completeness,
    contract_ends_on, industry, region, source; an unknown day counts as long ago.
    """

    tier = fields.String(load_default="", validate=_tiers)
    owner_id = Id(load_default=None)
    department_id = Id(load_default=None)
    product_type = fields.String(load_default=None, validate=validate.OneOf(PRODUCT_TYPES))
    last_log_from = fields.Date(load_default=None)
    last_log_to = fields.Date(load_default=None)
    never_contacted = fields.Boolean(load_default=None)
    completeness_min = fields.Decimal(load_default=None, allow_nan=False, as_string=True, validate=_is_share)
    completeness_max = fields.Decimal(load_default=None, allow_nan=False, as_string=True, validate=_is_share)
    contract_ends_from = fields.Date(load_default=None)
    contract_ends_to = fields.Date(load_default=None)
    industry = fields.String(load_default="", validate=_INDUSTRY)
    region = fields.String(load_default="", validate=_SHORT)
    source = fields.String(load_default="", validate=_SHORT)
    protected = fields.Boolean(load_default=None)
    green = fields.Boolean(load_default=None)
    falls_within_days = fields.Integer(load_default=None, validate=validate.Range(min=0, max=FALLS_WITHIN_DAYS_MAX))
    text = fields.String(load_default="", data_key="q", validate=_SHORT)


class TierMove(Schema):
    """A move in the funnel. ``from_tier`` is null for the first; ``rule`` is the rule's or the process's code."""

    id = Id()
    moved_at = Instant()
    from_tier = fields.String(allow_none=True)
    to_tier = fields.String()
    rule = fields.String()
    process_id = Id(allow_none=True)
    facts = fields.Dict(keys=fields.String())
    reason = fields.String()
    owner_name = fields.String(allow_none=True)
    former_owner_name = fields.String(allow_none=True)
    by_name = fields.String()


class Prospect(Schema):
    """What would move a customer: to which tier, by which rule or process, when (a fall), with what missing (a lift)."""

    to_tier = fields.String()
    by = fields.String()
    on = fields.Date(allow_none=True)
    missing = fields.List(fields.String())
    text_zh = fields.String()
    text_en = fields.String()


class CustomerOutlook(Schema):
    """What comes next: the ``fall`` that comes unless something is done (null if none), and what ``lifts``."""

    customer_id = Id()
    customer_name = fields.String()
    tier = fields.String()
    fall = fields.Nested(Prospect, allow_none=True)
    lifts = fields.List(fields.Nested(Prospect))


class SearchQuery(Schema):
    text = fields.String(required=True, data_key="q", validate=validate.Length(min=1, max=100))


class SearchHit(Schema):
    """``matched_by`` is ``name``, ``pinyin``, ``initials``, ``contact``, ``mobile``, ``account`` or ``tax_number``.

    ``matched`` is the customer's text that did.
    """

    customer_id = Id()
    customer_name = fields.String()
    tier = fields.String()
    owner_name = fields.String(allow_none=True)
    matched_by = fields.String()
    matched = fields.String()


class SearchAnswer(Schema):
    """The best hit first; at most 20."""

    items = fields.List(fields.Nested(SearchHit))


CustomerPage = page_of(ListedCustomer)
TierMovePage = page_of(TierMove)
