"""The payloads of customer's calls: what the gateway sends and gets, and so what the HTTP interface takes and gives."""

from marshmallow import fields, validate

from services.contracts.customer import ACCOUNT_STATES, PAYMENT_MODES, PRODUCT_TYPES, TIERS, InvoiceInformation
from services.contracts.paging import PageQuery, page_of
from services.kit.schema import Id, Instant, Money, Schema, UnitPrice, not_blank

CHANNELS = ("visit", "call", "wechat", "email", "other")
INTERFACES = ("http", "cmpp", "smpp", "sgip", "web")

_NAME = (validate.Length(min=2, max=200), not_blank)
_SHORT = validate.Length(max=100)
_LONG = validate.Length(max=2000)
_MOBILE = validate.Regexp(r"^(|1[3-9][0-9]{9}|\+[0-9]{6,15})\Z")
# The parts between dots hold none, so that a long text that is no address is seen to be none in one pass.
_EMAIL = validate.Regexp(r"^(|[^@\s]+@[^@\s.]+(\.[^@\s.]+)+)\Z")
_INDUSTRY = validate.Regexp(r"^[A-T]?\Z")


def _no_invoice_information() -> dict[str, str]:
    return dict.fromkeys(InvoiceInformation().fields, "")


# Customers


class AddCustomer(Schema):
    """``industry`` is a section of GB/T 4754: a letter from A to T."""

    name = fields.String(required=True, validate=_NAME)
    industry = fields.String(load_default="", validate=_INDUSTRY)
    source = fields.String(load_default="", validate=_SHORT)
    region = fields.String(load_default="", validate=_SHORT)
    remarks = fields.String(load_default="", validate=_LONG)
    invoice_information = fields.Nested(InvoiceInformation, load_default=_no_invoice_information)


class ChangeInvoiceInformation(Schema):
    """What is left out stays."""

    company_name = fields.String(validate=validate.Length(max=200))
    tax_number = fields.String(validate=validate.Length(max=20))
    address = fields.String(validate=validate.Length(max=200))
    telephone = fields.String(validate=validate.Length(max=50))
    bank = fields.String(validate=validate.Length(max=200))
    bank_account = fields.String(validate=validate.Length(max=50))


class ChangeCustomer(Schema):
    """What is left out stays. ``version`` is that of the customer as the caller saw it."""

    version = fields.Integer(required=True, validate=validate.Range(min=1))
    name = fields.String(validate=_NAME)
    industry = fields.String(validate=_INDUSTRY)
    source = fields.String(validate=_SHORT)
    region = fields.String(validate=_SHORT)
    remarks = fields.String(validate=_LONG)
    invoice_information = fields.Nested(ChangeInvoiceInformation)


class Customer(AddCustomer):
    """A customer. ``claimed_by_name`` is who is claiming it from the pool; ``completeness`` goes from ``0.0`` to ``1.0``."""

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
    created_at = Instant()
    version = fields.Integer()


class CustomerQuery(PageQuery):
    """Sorts: name, tier_since, created_at, owner_name, last_log_on, completeness, contract_ends_on."""

    tier = fields.String(load_default=None, validate=validate.OneOf(TIERS))
    owner_id = Id(load_default=None)
    text = fields.String(load_default="", data_key="q", validate=_SHORT)


class ReleaseCustomer(Schema):
    reason = fields.String(required=True, validate=[validate.Length(min=1, max=2000), not_blank])


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
    """``matched_by`` is ``name``, ``contact``, ``mobile``, ``account`` or ``tax_number``; ``matched`` is the text that did."""

    customer_id = Id()
    customer_name = fields.String()
    tier = fields.String()
    owner_name = fields.String(allow_none=True)
    matched_by = fields.String()
    matched = fields.String()


class SearchAnswer(Schema):
    """The best hit first; at most 20."""

    items = fields.List(fields.Nested(SearchHit))


# What hangs on a customer


class OfCustomer(Schema):
    """Whose it is, in whatever is shown."""

    id = Id()
    customer_id = Id()
    customer_name = fields.String()


class AddDepartment(Schema):
    name = fields.String(required=True, validate=[validate.Length(min=1, max=100), not_blank])
    remarks = fields.String(load_default="", validate=_LONG)


class Department(OfCustomer, AddDepartment):
    """A department of the customer's."""

    created_at = Instant()


class AddContact(Schema):
    """A contact; ``department_id`` null for one that stands under the customer itself."""

    name = fields.String(required=True, validate=[validate.Length(min=1, max=100), not_blank])
    department_id = Id(load_default=None, allow_none=True)
    title = fields.String(load_default="", validate=_SHORT)
    mobile = fields.String(load_default="", validate=_MOBILE)
    telephone = fields.String(load_default="", validate=validate.Length(max=50))
    qq = fields.String(load_default="", validate=validate.Length(max=20))
    wechat = fields.String(load_default="", validate=validate.Length(max=50))
    email = fields.String(load_default="", validate=[_EMAIL, validate.Length(max=200)])
    is_decision_maker = fields.Boolean(load_default=False)


class Contact(OfCustomer, AddContact):
    department_name = fields.String(allow_none=True)
    created_at = Instant()


class AddContactLog(Schema):
    """``at`` is when the touch was, not later than now; now if left out."""

    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    content = fields.String(required=True, validate=validate.Length(min=1, max=5000))
    contact_id = Id(load_default=None, allow_none=True)
    at = Instant(load_default=None, allow_none=True)
    next_step = fields.String(load_default="", validate=validate.Length(max=500))
    follow_up_on = fields.Date(load_default=None, allow_none=True)


class ContactLog(OfCustomer, AddContactLog):
    contact_name = fields.String(allow_none=True)
    author_id = Id()
    author_name = fields.String()
    created_at = Instant()


class AddProduct(Schema):
    """A product, called by its type's Chinese name unless named."""

    type = fields.String(required=True, validate=validate.OneOf(PRODUCT_TYPES))
    payment_mode = fields.String(required=True, validate=validate.OneOf(PAYMENT_MODES))
    name = fields.String(load_default="", validate=_SHORT)
    needs_invoice = fields.Boolean(load_default=True)


class Product(OfCustomer, AddProduct):
    billing_cycle_months = fields.Integer()
    owner_id = Id(allow_none=True)
    owner_name = fields.String(allow_none=True)
    account_count = fields.Integer()
    created_at = Instant()
    version = fields.Integer()


class Account(OfCustomer):
    identifier = fields.String()
    product_id = Id()
    product_name = fields.String()
    signature = fields.String()
    interface = fields.String(validate=validate.OneOf(INTERFACES))
    sub_number = fields.String()
    status = fields.String(validate=validate.OneOf(ACCOUNT_STATES))
    process_id = Id()
    opened_at = Instant()


class ContractProduct(Schema):
    id = Id()
    name = fields.String()


class Contract(OfCustomer):
    """A contract. ``state`` is ``coming``, ``in_force`` or ``over`` on the day of the answer."""

    number = fields.String()
    owner_name = fields.String(allow_none=True)
    process_id = Id()
    products = fields.List(fields.Nested(ContractProduct))
    valid_from = fields.Date()
    valid_to = fields.Date()
    state = fields.String()
    monthly_volume = fields.Integer(allow_none=True)
    amount = Money(allow_none=True)
    unit_price = UnitPrice(allow_none=True)
    is_standard = fields.Boolean()
    is_auto_renewing = fields.Boolean()
    renews_contract_id = Id(allow_none=True)
    draft = fields.List(fields.Dict())
    stamped_scan = fields.List(fields.Dict())
    remarks = fields.String()
    created_at = Instant()


class ContractQuery(PageQuery):
    """``ends_from`` and ``ends_to`` bound the contract's last day, both included."""

    customer_id = Id(load_default=None)
    ends_from = fields.Date(load_default=None)
    ends_to = fields.Date(load_default=None)


CustomerPage = page_of(Customer)
TierMovePage = page_of(TierMove)
DepartmentPage = page_of(Department)
ContactPage = page_of(Contact)
ContactLogPage = page_of(ContactLog)
ProductPage = page_of(Product)
AccountPage = page_of(Account)
ContractPage = page_of(Contract)

REFUSALS = {
    "customer_not_found": ("没有找到该客户，或您无权查看。", "No such customer, or not visible to you."),
    "product_not_found": ("没有找到该产品，或您无权查看。", "No such product, or not visible to you."),
    "customer_name_taken": ("客户“{name}”已存在，跟进销售：{owner}。", "Customer “{name}” exists already; its owner is {owner}."),
    "customer_changed_meanwhile": (
        "客户资料已被他人修改（现为第 {version} 版），请刷新后重试。",
        "The customer was changed meanwhile (it is at version {version} now); reload and try again.",
    ),
    "customer_not_yours": ("该客户不由您跟进，不能修改。", "This customer is not yours to change."),
    "customer_in_pool": ("客户“{name}”在公共池中，请先申请客户。", "Customer “{name}” is in the pool; claim it first."),
    "customer_not_in_pool": (
        "客户“{name}”不在公共池中，跟进销售：{owner}。",
        "Customer “{name}” is not in the pool; its owner is {owner}.",
    ),
    "customer_already_claimed": (
        "客户“{name}”已被 {claimant} 申请。",
        "Customer “{name}” has just been claimed by {claimant}.",
    ),
    "customer_department_taken": ("该客户已有部门“{name}”。", "The customer already has a department “{name}”."),
    "product_name_taken": ("该客户已有产品“{name}”。", "The customer already has a product “{name}”."),
    "account_identifier_taken": ("账号 {identifiers} 已被使用。", "Already in use: account {identifiers}."),
    "owner_has_left": ("{name} 已离职，不能成为跟进销售。", "{name} has left and cannot own a customer."),
    "process_was_withdrawn": ("流程已撤回。", "The process was withdrawn."),
    "process_was_applied": ("流程已生效，不能再修改。", "The process is in force and cannot be changed."),
    "process_not_prepared": ("流程未经检查，不能继续。", "The process was not prepared here."),
    "claim_not_held": (
        "客户“{name}”已不在该申请名下。",
        "The claim of customer “{name}” is no longer held by this process.",
    ),
}
"""Chinese and English words of the refusals' codes."""
