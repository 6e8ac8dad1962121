"""The payloads of customer's calls about what hangs on a customer: departments, contacts, logs, products, accounts, contracts."""

from marshmallow import fields, validate

from services.contracts.contact_fields import QQ, Mobile, Telephone, TrimmedText
from services.contracts.customer import ACCOUNT_STATES, PAYMENT_MODES, PRODUCT_TYPES
from services.contracts.paging import PageQuery, page_of
from services.kit.schema import Id, Instant, Money, Schema, UnitPrice, not_blank

CHANNELS = ("visit", "call", "wechat", "email", "other")
INTERFACES = ("http", "cmpp", "smpp", "sgip", "web")
CONTRACT_STATES = ("coming", "in_force", "over")
FIRST_ACCOUNT_STATES = ("trial", "active")

_NAME = (validate.Length(max=100), not_blank)
_SHORT = validate.Length(max=100)
_LONG = validate.Length(max=2000)
_CONTENT = (validate.Length(max=5000), not_blank)
# The parts between dots hold none, so that a long text that is no address is seen to be none in one pass.
_EMAIL = (validate.Regexp(r"^(|[^@\s]+@[^@\s.]+(\.[^@\s.]+)+)\Z"), validate.Length(max=200))
_IDENTIFIER = validate.Regexp(r"^[0-9A-Za-z_.@-]{1,64}\Z")
_SUB_NUMBER = validate.Regexp(r"^[0-9]{0,20}\Z")


class OfCustomer(Schema):
    """Whose it is, in whatever is shown."""

    id = Id()
    customer_id = Id()
    customer_name = fields.String()


class Change(Schema):
    """A change: what is left out stays. ``version`` is that of what the caller saw."""

    version = fields.Integer(required=True, validate=validate.Range(min=1))


# Departments and contacts


class AddCustomerDepartment(Schema):
    name = TrimmedText(required=True, validate=_NAME)
    remarks = fields.String(load_default="", validate=_LONG)


class ChangeCustomerDepartment(Change):
    name = TrimmedText(validate=_NAME)
    remarks = fields.String(validate=_LONG)


class CustomerDepartment(OfCustomer, AddCustomerDepartment):
    """A department of the customer's."""

    created_at = Instant()
    version = fields.Integer()


class AddContact(Schema):
    """A contact; ``department_id`` null for one that stands under the customer itself."""

    name = TrimmedText(required=True, validate=_NAME)
    department_id = Id(load_default=None, allow_none=True)
    title = TrimmedText(load_default="", validate=_SHORT)
    mobile = Mobile(load_default="")
    telephone = Telephone(load_default="")
    qq = QQ(load_default="")
    wechat = TrimmedText(load_default="", validate=validate.Length(max=50))
    email = TrimmedText(load_default="", validate=_EMAIL)
    is_decision_maker = fields.Boolean(load_default=False)


class ChangeContact(Change):
    """``has_left``: no longer with the customer; kept for the logs, counted for nothing."""

    name = TrimmedText(validate=_NAME)
    department_id = Id(allow_none=True)
    title = TrimmedText(validate=_SHORT)
    mobile = Mobile()
    telephone = Telephone()
    qq = QQ()
    wechat = TrimmedText(validate=validate.Length(max=50))
    email = TrimmedText(validate=_EMAIL)
    is_decision_maker = fields.Boolean()
    has_left = fields.Boolean()


class Contact(OfCustomer, AddContact):
    department_name = fields.String(allow_none=True)
    has_left = fields.Boolean()
    created_at = Instant()
    version = fields.Integer()


# Contact logs


class AddContactLog(Schema):
    """``at`` is when the touch was, not later than now; now if left out."""

    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    content = TrimmedText(required=True, validate=_CONTENT)
    contact_id = Id(load_default=None, allow_none=True)
    at = Instant(load_default=None, allow_none=True)
    next_step = TrimmedText(load_default="", validate=validate.Length(max=500))
    follow_up_on = fields.Date(load_default=None, allow_none=True)


class ChangeContactLog(Change):
    """By its author, within 24 hours of its making."""

    channel = fields.String(validate=validate.OneOf(CHANNELS))
    content = TrimmedText(validate=_CONTENT)
    contact_id = Id(allow_none=True)
    at = Instant()
    next_step = TrimmedText(validate=validate.Length(max=500))
    follow_up_on = fields.Date(allow_none=True)


class AddToContactLog(Schema):
    content = TrimmedText(required=True, validate=_CONTENT)


class ContactLogAddition(Schema):
    """What was added to a log afterwards."""

    id = Id()
    content = fields.String()
    author_id = Id()
    author_name = fields.String()
    created_at = Instant()


class ContactLog(OfCustomer, AddContactLog):
    """A log with what was added to it, the oldest first. From ``editable_until`` on it is only added to."""

    contact_name = fields.String(allow_none=True)
    author_id = Id()
    author_name = fields.String()
    created_at = Instant()
    editable_until = Instant()
    additions = fields.List(fields.Nested(ContactLogAddition))
    version = fields.Integer()


class ContactLogQuery(PageQuery):
    """Sorts: at, created_at."""

    channel = fields.String(load_default=None, validate=validate.OneOf(CHANNELS))
    contact_id = Id(load_default=None)


class FollowUp(OfCustomer):
    """A touch that is still to come: ``id`` and ``at`` are those of the log that plans it."""

    follow_up_on = fields.Date()
    next_step = fields.String()
    owner_id = Id()
    owner_name = fields.String()
    contact_id = Id(allow_none=True)
    contact_name = fields.String(allow_none=True)
    contact_mobile = fields.String(allow_none=True)
    channel = fields.String()
    content = fields.String()
    at = Instant()


class FollowUpQuery(PageQuery):
    """``from`` and ``to`` bound the day, both included. Sorts: follow_up_on."""

    first_day = fields.Date(load_default=None, data_key="from")
    last_day = fields.Date(load_default=None, data_key="to")
    owner_id = Id(load_default=None)


# Products and accounts


class AddProduct(Schema):
    """A product, called by its type's Chinese name unless named."""

    type = fields.String(required=True, validate=validate.OneOf(PRODUCT_TYPES))
    payment_mode = fields.String(required=True, validate=validate.OneOf(PAYMENT_MODES))
    name = TrimmedText(load_default="", validate=_SHORT)
    needs_invoice = fields.Boolean(load_default=True)


class ChangeProduct(Change):
    """Type and payment mode change only while nothing hangs on them. The billing cycle is changed by a process."""

    type = fields.String(validate=validate.OneOf(PRODUCT_TYPES))
    payment_mode = fields.String(validate=validate.OneOf(PAYMENT_MODES))
    name = TrimmedText(validate=_NAME)
    needs_invoice = fields.Boolean()


class Product(OfCustomer, AddProduct):
    """A product. ``billing_cycle_since``, and by which process: null as long as it has its first billing cycle."""

    billing_cycle_months = fields.Integer()
    billing_cycle_since = Instant(allow_none=True)
    billing_cycle_process_id = Id(allow_none=True)
    owner_id = Id(allow_none=True)
    owner_name = fields.String(allow_none=True)
    account_count = fields.Integer()
    created_at = Instant()
    version = fields.Integer()


class ProductQuery(PageQuery):
    """``without_account``: whether none of its accounts is open. Sorts: name, created_at, customer_name."""

    customer_id = Id(load_default=None)
    type = fields.String(load_default=None, validate=validate.OneOf(PRODUCT_TYPES))
    payment_mode = fields.String(load_default=None, validate=validate.OneOf(PAYMENT_MODES))
    without_account = fields.Boolean(load_default=None)


class OpenAccount(Schema):
    identifier = TrimmedText(required=True, validate=_IDENTIFIER)
    signature = TrimmedText(required=True, validate=_NAME)
    interface = fields.String(required=True, validate=validate.OneOf(INTERFACES))
    sub_number = TrimmedText(load_default="", validate=_SUB_NUMBER)
    status = fields.String(load_default="trial", validate=validate.OneOf(FIRST_ACCOUNT_STATES))


class ChangeAccount(Change):
    signature = TrimmedText(validate=_NAME)
    interface = fields.String(validate=validate.OneOf(INTERFACES))
    sub_number = TrimmedText(validate=_SUB_NUMBER)
    status = fields.String(validate=validate.OneOf(ACCOUNT_STATES))


class Account(OfCustomer):
    """An account. ``process_id`` is null for one that was opened by hand."""

    identifier = fields.String()
    product_id = Id()
    product_name = fields.String()
    signature = fields.String()
    interface = fields.String(validate=validate.OneOf(INTERFACES))
    sub_number = fields.String()
    status = fields.String(validate=validate.OneOf(ACCOUNT_STATES))
    process_id = Id(allow_none=True)
    opened_at = Instant()
    version = fields.Integer()


class AccountQuery(PageQuery):
    """``q`` is how the identifier begins. Sorts: identifier, opened_at."""

    text = TrimmedText(load_default="", data_key="q", validate=validate.Length(max=64))
    status = fields.String(load_default=None, validate=validate.OneOf(ACCOUNT_STATES))
    product_id = Id(load_default=None)
    customer_id = Id(load_default=None)


# Contracts


class ContractProduct(Schema):
    id = Id()
    name = fields.String()


class FormAttachment(Schema):
    """As a form names it: what ``POST /attachments`` answered, but for its kind and size."""

    id = Id(required=True)
    name = fields.String(required=True)


class Contract(OfCustomer):
    """A contract. ``state`` is ``coming``, ``in_force`` or ``over`` on the day of the answer."""

    number = fields.String()
    owner_name = fields.String(allow_none=True)
    process_id = Id()
    products = fields.List(fields.Nested(ContractProduct))
    valid_from = fields.Date()
    valid_to = fields.Date()
    state = fields.String(validate=validate.OneOf(CONTRACT_STATES))
    monthly_volume = fields.Integer(allow_none=True)
    amount = Money(allow_none=True)
    unit_price = UnitPrice(allow_none=True)
    is_standard = fields.Boolean()
    is_auto_renewing = fields.Boolean()
    renews_contract_id = Id(allow_none=True)
    draft = fields.List(fields.Nested(FormAttachment))
    stamped_scan = fields.List(fields.Nested(FormAttachment))
    remarks = fields.String()
    created_at = Instant()


class ContractQuery(PageQuery):
    """``ends_from`` and ``ends_to`` bound the contract's last day, both included; ``q`` is how the number begins.

    Sorts: valid_to, number, created_at, customer_name, amount.
    """

    text = TrimmedText(load_default="", data_key="q", validate=validate.Length(max=50))
    state = fields.String(load_default=None, validate=validate.OneOf(CONTRACT_STATES))
    customer_id = Id(load_default=None)
    product_id = Id(load_default=None)
    is_standard = fields.Boolean(load_default=None, data_key="standard")
    is_auto_renewing = fields.Boolean(load_default=None, data_key="auto_renewing")
    ends_from = fields.Date(load_default=None)
    ends_to = fields.Date(load_default=None)


CustomerDepartmentPage = page_of(CustomerDepartment)
ContactPage = page_of(Contact)
ContactLogPage = page_of(ContactLog)
FollowUpPage = page_of(FollowUp)
ProductPage = page_of(Product)
AccountPage = page_of(Account)
ContractPage = page_of(Contract)
