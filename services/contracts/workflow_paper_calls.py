"""The payloads of workflow's calls about papers: attachments and drafts."""

import json
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, validate

from services.contracts.workflow_calls import PEOPLE_MAX
from services.kit.schema import Id, Instant, Schema

ATTACHMENTS_BYTES_MAX = 100 * 1024 * 1024
"""Of one file, and of all files of one process."""
ATTACHMENTS_PART = "attachments"
"""The part of the file store that they are kept in."""
DRAFT_BYTES_MAX = 1024 * 1024
_NODES_MAX = 100


def _is_storable_form(form: dict[str, Any]) -> None:
    try:
        text = json.dumps(form, ensure_ascii=False, allow_nan=False)
    except ValueError as error:  # a number beyond all numbers, which no database takes
        raise ValidationError("invalid") from error
    if len(text.encode()) > DRAFT_BYTES_MAX:
        raise ValidationError(f"too_many_bytes|{DRAFT_BYTES_MAX}")


class AddAttachment(Schema):
    """A file that the gateway has stored. ``key`` names it in the store and is never shown to people; ``content_type`` is what
    its content says."""

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
    sha256 = fields.String()


class AttachmentQuery(Schema):
    """``preview`` shows an image or a PDF in the page; everything else is a download all the same."""

    preview = fields.Boolean(load_default=False)


class DraftKey(Schema):
    """The client's own name for a draft: ``contract_review:<customer's id>``. What somebody writes at a task of his or her own is
    under :func:`task_draft`."""

    key = fields.String(required=True, validate=validate.Length(min=1, max=200))


def task_draft(process_id: UUID) -> str:
    """The key of what somebody writes at his or her task of a process; it goes when that task is settled."""
    return f"task:{process_id}"


class DraftQuery(Schema):
    """``if_any``: that there is none is no error, but 204."""

    if_any = fields.Boolean(load_default=False)


class SaveDraft(Schema):
    """What somebody has typed so far, wrong or half-filled as it may be; ``handlers``: whom he or she has chosen so far, by node.

    ``code`` is the definition's, where it is the form of one. ``version`` is that of the draft which was seen last; without it,
    or ``If-Match``, none was.
    """

    code = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=50))
    subject_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))
    title = fields.String(load_default="", validate=validate.Length(max=200))
    form = fields.Dict(keys=fields.String(), required=True, validate=_is_storable_form)
    handlers = fields.Dict(
        keys=fields.String(validate=validate.Length(max=50)),
        values=fields.List(Id(), validate=validate.Length(max=PEOPLE_MAX)),
        load_default=dict,
        validate=validate.Length(max=_NODES_MAX),
    )
    opinion = fields.String(load_default="", validate=validate.Length(max=5_000))
    version = fields.Integer(load_default=None, allow_none=True)


class Draft(Schema):
    key = fields.String()
    code = fields.String(allow_none=True)
    subject_id = fields.String(allow_none=True)
    title = fields.String()
    form = fields.Dict(keys=fields.String())
    handlers = fields.Dict(keys=fields.String(), values=fields.List(Id()))
    opinion = fields.String()
    saved_at = Instant()
    version = fields.Integer()


class DraftRow(Schema):
    """A draft in a list, without its form; ``name_zh`` and ``name_en`` are its process's."""

    key = fields.String()
    code = fields.String(allow_none=True)
    name_zh = fields.String(allow_none=True)
    name_en = fields.String(allow_none=True)
    subject_id = fields.String(allow_none=True)
    title = fields.String()
    saved_at = Instant()
    version = fields.Integer()


class Drafts(Schema):
    """All of the caller's, the newest first."""

    items = fields.List(fields.Nested(DraftRow))
