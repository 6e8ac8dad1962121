"""The payloads of customer's calls: what the gateway sends and gets, and so what the HTTP interface takes and gives."""

from marshmallow import fields, validate

from services.contracts.customer import TIERS, InvoiceInformation
from services.contracts.paging import PageQuery, page_of
from services.kit.schema import Id, Instant, Schema


class AddCustomer(Schema):
    name = fields.String(required=True, validate=validate.Length(min=2, max=200))
    industry = fields.String(load_default="", validate=validate.Length(max=1))
    source = fields.String(load_default="", validate=validate.Length(max=100))
    region = fields.String(load_default="", validate=validate.Length(max=100))
    remarks = fields.String(load_default="", validate=validate.Length(max=2000))
    invoice_information = fields.Nested(InvoiceInformation, load_default=dict)


class Customer(AddCustomer):
    id = Id()
    tier = fields.String(validate=validate.OneOf(TIERS))
    tier_since = Instant()
    owner_id = Id(allow_none=True)
    owner_name = fields.String(allow_none=True)
    owner_department_id = Id(allow_none=True)
    created_at = Instant()
    version = fields.Integer()


class CustomerQuery(PageQuery):
    tier = fields.String(load_default=None, validate=validate.OneOf(TIERS))
    owner_id = Id(load_default=None)
    text = fields.String(load_default="", data_key="q", validate=validate.Length(max=100))


CustomerPage = page_of(Customer)

REFUSALS = {
    "customer_not_found": ("没有找到该客户，或您无权查看。", "No such customer, or not visible to you."),
    "customer_name_taken": ("客户“{name}”已存在，跟进销售：{owner}。", "Customer “{name}” exists already; its owner is {owner}."),
}
"""Chinese and English words of the refusals' codes."""
