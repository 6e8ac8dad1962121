"""The payloads of workflow's calls about papers: attachments."""

from marshmallow import fields, validate

from services.kit.schema import Id, Schema

ATTACHMENTS_BYTES_MAX = 100 * 1024 * 1024
"""Of one file, and of all files of one process."""


class AddAttachment(Schema):
    """A file that the gateway has stored. ``key`` names it in the store and is never shown to people."""

    key = fields.String(required=True, validate=validate.Length(min=1, max=100))
    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    content_type = fields.String(load_default="application/octet-stream", validate=validate.Length(max=200))
    size_bytes = fields.Integer(required=True, validate=validate.Range(min=0, max=ATTACHMENTS_BYTES_MAX))
    sha256 = fields.String(required=True, validate=validate.Length(equal=64))


class Attachment(Schema):
    """An attachment as forms name it: put ``{"id", "name"}`` into the form."""

    id = Id()
    name = fields.String()
    content_type = fields.String()
    size_bytes = fields.Integer()


class StoredAttachment(Attachment):
    """The same with its key, for the gateway alone."""

    key = fields.String()
