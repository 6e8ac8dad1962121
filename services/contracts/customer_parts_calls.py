"""The payloads of customer's calls about what hangs on a customer: departments, contacts, logs, products, accounts, contracts."""

from marshmallow import fields, validate

from services.contracts.customer import ACCOUNT_STATES, PAYMENT_MODES, PRODUCT_TYPES
from services.contracts.paging import PageQuery, page_of
from services.kit.schema import Id, Instant, Money, Schema, UnitPrice, not_blank

CHANNELS = ("visit", "call", "wechat", "email", "other")
INTERFACES = ("http", "cmpp", "smpp", "sgip", "web")

_SHORT = validate.Length(max=100)
_LONG = validate.Length(max=2000)
_MOBILE = validate.Regexp(r"^(|1[3-9][0-9]{9}|\+[0-9]{6,15})\Z")
# The parts between dots hold none, so that a long text that is no address is seen to be none in one pass.
_EMAIL = validate.Regexp(r"^(|[^@\s]+@[^@\s.]+(\.[^@\s.]+)+)\Z")


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


DepartmentPage = page_of(Department)
ContactPage = page_of(Contact)
ContactLogPage = page_of(ContactLog)
ProductPage = page_of(Product)
AccountPage = page_of(Account)
ContractPage = page_of(Contract)
