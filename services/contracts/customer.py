"""Customer's contract: its events and the payloads of its calls."""

from marshmallow import fields, validate

from services.contracts.workflow import ProcessApplied, ProcessApplyFailed
from services.kit.outbox import EventContract
from services.kit.schema import Id, Instant, Money, Schema

TIERS = ("contract", "trial", "intent", "silent", "pool")
OWNED_TIERS = TIERS[:-1]
PRODUCT_TYPES = ("industry_sms", "marketing_sms", "international_sms", "mms", "voice", "software")
PAYMENT_MODES = ("postpaid", "prepaid")

NAMES_TOLD_MAX = 20
"""How many customers' names the event of a transfer carries at most."""

PRODUCT_TYPE_NAMES = {
    "industry_sms": ("行业短信", "Industry SMS"),
    "marketing_sms": ("会员营销短信", "Marketing SMS"),
    "international_sms": ("国际短信", "International SMS"),
    "mms": ("彩信", "MMS"),
    "voice": ("语音", "Voice"),
    "software": ("软件", "Software"),
}
"""Code → Chinese and English name."""

ACCOUNT_STATE_NAMES = {
    "trial": ("测试", "trial"),
    "active": ("正式", "active"),
    "blocked": ("停用", "blocked"),
    "closed": ("销户", "closed"),
}
"""Status of an account → Chinese and English name."""

ACCOUNT_STATES = tuple(ACCOUNT_STATE_NAMES)

INDUSTRY_NAMES = {
    "A": ("农、林、牧、渔业", "Agriculture, forestry, animal husbandry and fishery"),
    "B": ("采矿业", "Mining"),
    "C": ("制造业", "Manufacturing"),
    "D": ("电力、热力、燃气及水生产和供应业", "Production and supply of electricity, heat, gas and water"),
    "E": ("建筑业", "Construction"),
    "F": ("批发和零售业", "Wholesale and retail trade"),
    "G": ("交通运输、仓储和邮政业", "Transport, storage and post"),
    "H": ("住宿和餐饮业", "Hotels and catering"),
    "I": ("信息传输、软件和信息技术服务业", "Information transmission, software and information technology"),
    "J": ("金融业", "Finance"),
    "K": ("房地产业", "Real estate"),
    "L": ("租赁和商务服务业", "Leasing and business services"),
    "M": ("科学研究和技术服务业", "Scientific research and technical services"),
    "N": ("水利、环境和公共设施管理业", "Water conservancy, environment and public facilities"),
    "O": ("居民服务、修理和其他服务业", "Services to households, repair and other services"),
    "P": ("教育", "Education"),
    "Q": ("卫生和社会工作", "Health and social work"),
    "R": ("文化、体育和娱乐业", "Culture, sports and entertainment"),
    "S": ("公共管理、社会保障和社会组织", "Public management, social security and social organizations"),
    "T": ("国际组织", "International organizations"),
}
"""Section of GB/T 4754 → Chinese and English name."""


class InvoiceInformation(Schema):
    """开票信息. An ordinary invoice needs the first two, a special one all."""

    company_name = fields.String(load_default="", validate=validate.Length(max=200))
    tax_number = fields.String(load_default="", validate=validate.Length(max=20))
    address = fields.String(load_default="", validate=validate.Length(max=200))
    telephone = fields.String(load_default="", validate=validate.Length(max=50))
    bank = fields.String(load_default="", validate=validate.Length(max=200))
    bank_account = fields.String(load_default="", validate=validate.Length(max=50))


# Events


class CustomerSnapshot(Schema):
    """A customer as it is now. No owner while in the pool."""

    id = Id(required=True)
    name = fields.String(required=True)
    tier = fields.String(required=True, validate=validate.OneOf(TIERS))
    owner_id = Id(required=True, allow_none=True)
    owner_name = fields.String(required=True, allow_none=True)
    owner_department_id = Id(required=True, allow_none=True)
    invoice_information = fields.Nested(InvoiceInformation, required=True)


class TierChanged(Schema):
    """A move in the funnel: from, to, by which rule or process, and the facts it was decided on.

    ``superior_department_id`` is the department whose lead is the superior of the owner, or in the pool of the former one: their
    own, or for a lead one above; null where there is none.
    """

    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    from_tier = fields.String(required=True, validate=validate.OneOf(TIERS))
    to_tier = fields.String(required=True, validate=validate.OneOf(TIERS))
    rule = fields.String(required=True)
    process_id = Id(required=True, allow_none=True)
    facts = fields.Dict(keys=fields.String(), required=True)
    owner_id = Id(required=True, allow_none=True)
    owner_department_id = Id(required=True, allow_none=True)
    former_owner_id = Id(required=True, allow_none=True)
    former_owner_department_id = Id(required=True, allow_none=True)
    superior_department_id = Id(required=True, allow_none=True)


class FunnelWarning(Schema):
    """Something falls due: ``rule`` says which, ``due_on`` when. ``superior_department_id`` as in :class:`TierChanged`."""

    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    rule = fields.String(required=True)
    due_on = fields.Date(required=True)
    owner_id = Id(required=True)
    owner_department_id = Id(required=True, allow_none=True)
    superior_department_id = Id(required=True, allow_none=True)


class CustomerClaimed(Schema):
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    process_id = Id(required=True)
    owner_id = Id(required=True)
    owner_name = fields.String(required=True)


class ClaimLost(Schema):
    """A claim that is still being decided holds its customer no longer: a contract has made it ``owner_name``'s.

    ``process_id`` is the claim's process, which can have no effect as long as that is so.
    """

    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    process_id = Id(required=True)
    claimant_id = Id(required=True)
    claimant_name = fields.String(required=True)
    owner_name = fields.String(required=True)


class CustomerReleased(Schema):
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    former_owner_id = Id(required=True)
    reason = fields.String(required=True)


class CustomerTransferred(Schema):
    """Customers of one salesperson are another's now. Told once for all of them; each is told by ``customer_changed`` besides.

    ``rule`` is ``transferred``, by ``by_name`` and with a ``reason``, or ``handed_over``, since the former owner has left.
    ``customer_id`` and ``customer_name`` are the first's by name, ``customer_names`` the first twenty.
    """

    rule = fields.String(required=True, validate=validate.OneOf(("transferred", "handed_over")))
    count = fields.Integer(required=True)
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    customer_names = fields.List(fields.String(), required=True, validate=validate.Length(min=1, max=NAMES_TOLD_MAX))
    owner_id = Id(required=True)
    owner_name = fields.String(required=True)
    former_owner_id = Id(required=True)
    former_owner_name = fields.String(required=True)
    by_name = fields.String(required=True)
    reason = fields.String(required=True)


class ProductSnapshot(Schema):
    """A product as it is now."""

    id = Id(required=True)
    customer_id = Id(required=True)
    name = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(PRODUCT_TYPES))
    payment_mode = fields.String(required=True, validate=validate.OneOf(PAYMENT_MODES))
    billing_cycle_months = fields.Integer(required=True)
    needs_invoice = fields.Boolean(required=True)


class AccountSnapshot(Schema):
    """An account as it is now."""

    id = Id(required=True)
    identifier = fields.String(required=True)
    product_id = Id(required=True)
    customer_id = Id(required=True)
    signature = fields.String(required=True)
    interface = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(ACCOUNT_STATES))


class ContractInForce(Schema):
    id = Id(required=True)
    number = fields.String(required=True)
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    process_id = Id(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    amount = Money(required=True, allow_none=True)
    owner_id = Id(required=True)


class ContractExpiring(Schema):
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    contract_id = Id(required=True)
    number = fields.String(required=True)
    valid_to = fields.Date(required=True)
    owner_id = Id(required=True)
    owner_department_id = Id(required=True, allow_none=True)
    superior_department_id = Id(required=True, allow_none=True)


class FollowUpDue(Schema):
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    contact_log_id = Id(required=True)
    next_step = fields.String(required=True)
    follow_up_on = fields.Date(required=True)
    owner_id = Id(required=True)
    logged_at = Instant(required=True)


EVENTS = {
    "customer_added": EventContract(1, CustomerSnapshot),
    "customer_changed": EventContract(1, CustomerSnapshot),
    "tier_changed": EventContract(1, TierChanged),
    "funnel_warning": EventContract(1, FunnelWarning),
    "customer_claimed": EventContract(1, CustomerClaimed),
    "claim_lost": EventContract(1, ClaimLost),
    "customer_released": EventContract(1, CustomerReleased),
    "customer_transferred": EventContract(1, CustomerTransferred),
    "product_added": EventContract(1, ProductSnapshot),
    "product_changed": EventContract(1, ProductSnapshot),
    "account_opened": EventContract(1, AccountSnapshot),
    "account_changed": EventContract(1, AccountSnapshot),
    "contract_in_force": EventContract(1, ContractInForce),
    "contract_expiring": EventContract(1, ContractExpiring),
    "follow_up_due": EventContract(1, FollowUpDue),
    "process_applied": EventContract(1, ProcessApplied),
    "process_apply_failed": EventContract(1, ProcessApplyFailed),
}
