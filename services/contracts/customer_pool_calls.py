"""The payloads of customer's calls about the pool, transfers, protection and the policy."""

from marshmallow import fields, validate

from services.kit.schema import Schema, not_blank


class ReleaseCustomer(Schema):
    reason = fields.String(required=True, validate=[validate.Length(min=1, max=2000), not_blank])
