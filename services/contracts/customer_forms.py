"""The forms of the processes that customer owns (spec, workflow.md, "The catalogue"): field → value, as ``form`` carries them.

Fields that this service does not ask for pass by; what must be there is what the effect needs.
"""

from marshmallow import EXCLUDE, fields, validate

from services.contracts.customer import INDUSTRY_NAMES, PAYMENT_MODES, PRODUCT_TYPES
from services.contracts.customer_account_calls import SIGNATURE_TYPE_NAMES
from services.contracts.customer_parts_calls import INTERFACES, FormAttachment
from services.kit.schema import Id, Money, Schema, UnitPrice, not_blank

REGISTRATION_RESULTS = ("registered", "refused")
REQUEST_KIND_NAMES = {
    "unblock_account": ("被封账号解禁", "Unblock an account"),
    "exempt_word": ("敏感词排除", "Exempt a sensitive word"),
    "green_customer": ("绿色客户申请", "Green customer"),
    "sub_number": ("子号码申请", "Sub-number"),
    "export_details": ("导出详单", "Export details"),
    "other": ("其他", "Other"),
}
"""What 客服特殊申请 asks for → Chinese and English name. The first three are sensitive."""

_EXPLANATION = (validate.Length(min=1, max=2000), not_blank)


class Form(Schema):
    """A form as it stands, with whatever else was entered."""

    class Meta:
        unknown = EXCLUDE


class ClaimCustomerForm(Form):
    """申请客户."""

    reason = fields.String(required=True, validate=[validate.Length(min=1, max=2000), not_blank])


class TestAccountForm(Form):
    """测试账号申请. ``account_identifiers`` is entered at the node ``customer_care``.

    ``product_id`` is the subject's, if that is a product; for a customer without the product see :class:`ProductToMake`.
    """

    __test__ = False  # not a class of tests, whatever its name begins with

    product_id = Id(load_default=None, allow_none=True)
    signature = fields.String(required=True, validate=[validate.Length(min=1, max=100), not_blank])
    interface = fields.String(required=True, validate=validate.OneOf(INTERFACES))
    template = fields.String(required=True, validate=validate.Length(min=1, max=2000))
    industry = fields.String(required=True, validate=validate.Length(min=1, max=100))
    quantity = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0))
    remarks = fields.String(load_default="", allow_none=True, validate=validate.Length(max=2000))


class ProductToMake(Form):
    """Of 测试账号申请 for a customer without the product: what is made when the process is archived. Software has no accounts."""

    product_type = fields.String(required=True, validate=validate.OneOf([each for each in PRODUCT_TYPES if each != "software"]))
    payment_mode = fields.String(required=True, validate=validate.OneOf(PAYMENT_MODES))


class AccountIdentifiers(Form):
    """What the node ``customer_care`` of 测试账号申请 enters."""

    account_identifiers = fields.List(
        fields.String(validate=validate.Regexp(r"^\s*[0-9A-Za-z_.@-]{1,64}\s*$")),
        required=True,
        validate=validate.Length(min=1, max=100),
    )


class ContractReviewForm(Form):
    """合同评审. ``stamped_scan`` is entered by the initiator at the node ``scan``."""

    product_ids = fields.List(Id(), load_default=list, allow_none=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    monthly_volume = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0, max=10**12))
    amount = Money(load_default=None, allow_none=True, validate=validate.Range(max=10**12))
    unit_price = UnitPrice(load_default=None, allow_none=True, validate=validate.Range(max=10_000))
    is_standard = fields.Boolean(required=True)
    is_auto_renewing = fields.Boolean(load_default=False, allow_none=True)
    renews_contract_id = Id(load_default=None, allow_none=True)
    draft = fields.List(fields.Nested(FormAttachment), required=True, validate=validate.Length(min=1))
    stamped_scan = fields.List(fields.Nested(FormAttachment), load_default=list, allow_none=True)
    remarks = fields.String(load_default="", allow_none=True, validate=validate.Length(max=5000))


class ChannelRegistrationForm(Form):
    """通道报备. ``industry`` is a section of GB/T 4754 in lower case, as the form's choices are."""

    signature = fields.String(required=True, validate=[validate.Length(min=1, max=100), not_blank])
    type = fields.String(required=True, validate=validate.OneOf(tuple(SIGNATURE_TYPE_NAMES)))
    sub_number = fields.String(load_default="", allow_none=True, validate=validate.Regexp(r"^[0-9]{0,20}\Z", error="digits|20"))
    industry = fields.String(required=True, validate=validate.OneOf([section.lower() for section in INDUSTRY_NAMES]))
    explanation = fields.String(required=True, validate=_EXPLANATION)


class RegistrationResult(Form):
    """What the node ``resource`` of 通道报备 enters. A channel that refuses says why."""

    channel = fields.String(required=True, validate=[validate.Length(min=1, max=100), not_blank])
    result = fields.String(required=True, validate=validate.OneOf(REGISTRATION_RESULTS))
    result_note = fields.String(load_default="", allow_none=True, validate=validate.Length(max=2000))


class SpecialRequestForm(Form):
    """客服特殊申请, of whatever kind; what a kind needs besides is checked in its preparation."""

    kind = fields.String(required=True, validate=validate.OneOf(tuple(REQUEST_KIND_NAMES)))
    account_id = Id(load_default=None, allow_none=True)
    words = fields.List(
        fields.String(validate=[validate.Length(min=1, max=50), not_blank]),
        load_default=list,
        allow_none=True,
        validate=validate.Length(max=100),
    )
    sub_number = fields.String(load_default="", allow_none=True, validate=validate.Regexp(r"^[0-9]{0,20}\Z", error="digits|20"))
    export_from = fields.Date(load_default=None, allow_none=True)
    export_to = fields.Date(load_default=None, allow_none=True)
    explanation = fields.String(required=True, validate=_EXPLANATION)


class SupportAnswer(Form):
    """What the node ``support`` of 客服特殊申请 enters: the details asked for, or the answer."""

    export = fields.List(fields.Nested(FormAttachment), load_default=list, allow_none=True)
    answer = fields.String(load_default="", allow_none=True, validate=validate.Length(max=5000))
