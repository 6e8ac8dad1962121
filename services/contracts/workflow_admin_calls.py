"""The payloads of workflow's administration: definitions."""

from marshmallow import fields

from services.contracts.workflow_definitions import PublishedDefinition
from services.kit.schema import Schema


class Definitions(Schema):
    items = fields.List(fields.Nested(PublishedDefinition))
