"""The payload of customer's call about one customer with all that hangs on it."""

from marshmallow import fields

from services.contracts import customer_calls as customers
from services.contracts import customer_parts_calls as parts
from services.contracts.sections import section_of
from services.kit.schema import Schema


class CustomerSections(Schema):
    """A customer, what comes next for it, and the first rows of what hangs on it: contacts by name, those who have left last;
    logs, contracts (by their last day) and moves in the funnel (``history``) the latest first."""

    customer = fields.Nested(customers.Customer)
    outlook = fields.Nested(customers.CustomerOutlook)
    departments = fields.Nested(section_of(parts.CustomerDepartment))
    contacts = fields.Nested(section_of(parts.Contact))
    contact_logs = fields.Nested(section_of(parts.ContactLog))
    products = fields.Nested(section_of(parts.Product))
    accounts = fields.Nested(section_of(parts.Account))
    contracts = fields.Nested(section_of(parts.Contract))
    history = fields.Nested(section_of(customers.TierMove))
