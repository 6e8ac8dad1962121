"""Reading the audit trail: one service's entries, newest first, by any of what they say.

The same in every service, and in the gateway, which keeps its own entries and puts all of them into one list.
"""

from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema
from sqlalchemy import Select, select

from services.kit.clock import parse_instant
from services.kit.paging import PAGE_SIZE, PAGE_SIZE_MAX, Page, PageRequest, cursor_after, fetch_page
from services.kit.schema import Id, Instant, Schema
from services.kit.tables import audit_entries
from services.kit.unit_of_work import Begin

_NEWEST_FIRST = "-at"
_entry = audit_entries.c


class AuditQuery(Schema):
    """Which entries: each filter narrows. ``from`` is included, ``to`` is not; ``why`` is part of the reason, of any case."""

    subject_type = fields.String(load_default=None, validate=validate.Length(min=1, max=100))
    subject_id = fields.String(load_default=None, validate=validate.Length(min=1, max=200))
    user_id = fields.String(load_default=None, validate=validate.Length(min=1, max=100))
    action = fields.String(load_default=None, validate=validate.Length(min=1, max=100))
    since = Instant(load_default=None, data_key="from")
    until = Instant(load_default=None, data_key="to")
    why = fields.String(load_default="", validate=validate.Length(max=100))
    page_size = fields.Integer(load_default=PAGE_SIZE, validate=validate.Range(min=1, max=PAGE_SIZE_MAX))
    cursor = fields.String(load_default="", validate=validate.Length(max=1000))

    @validates_schema(skip_on_field_errors=False)
    def _subject_is_whole(self, data: dict[str, Any], **_: Any) -> None:
        # An id alone has no index, and a type alone would be walked for through everything.
        for given, missing in (("subject_type", "subject_id"), ("subject_id", "subject_type")):
            if data.get(given) is not None and data.get(missing) is None:
                raise ValidationError({missing: ["required"]})


class AuditEntryShown(Schema):
    """Who changed what, when and why. ``before`` is null for what is new, ``after`` for what is gone."""

    id = Id()
    at = Instant()
    user_id = fields.String()
    user_name = fields.String()
    action = fields.String()
    subject_type = fields.String()
    subject_id = fields.String()
    before = fields.Dict(keys=fields.String(), allow_none=True)
    after = fields.Dict(keys=fields.String(), allow_none=True)
    why = fields.String()
    trace_id = fields.String()


class AuditEntryPage(Schema):
    """``next_cursor`` is null where there are no older ones."""

    items = fields.List(fields.Nested(AuditEntryShown))
    next_cursor = fields.String(allow_none=True)


def list_audit_entries(begin: Begin, *, page_size: int, cursor: str, **filters: Any) -> Page:
    """A page of entries, newest first.

    :param filters: as :class:`AuditQuery` loads them.
    """
    query = _filtered(select(*audit_entries.columns), **filters)
    with begin() as work:
        request = PageRequest(page_size, _NEWEST_FIRST, cursor)
        page = fetch_page(work.session, query, request, sorts={"at": _entry.at}, default_sort=_NEWEST_FIRST, key=_entry.id)
        return Page([row._mapping for row in page.items], page.next_cursor)  # noqa: SLF001  # SQLAlchemy's public name of it


def place_after(at: str, entry_id: str) -> str:
    """The cursor of the entries older than this one, as it was shown."""
    return cursor_after(_NEWEST_FIRST, parse_instant(at), entry_id)


def _filtered(
    query: Select[*tuple[Any, ...]],
    *,
    subject_type: str | None,
    subject_id: str | None,
    user_id: str | None,
    action: str | None,
    since: datetime | None,
    until: datetime | None,
    why: str,
) -> Select[*tuple[Any, ...]]:
    equal = {"subject_type": subject_type, "subject_id": subject_id, "user_id": user_id, "action": action}
    query = query.where(*(_entry[name] == value for name, value in equal.items() if value is not None))
    if since is not None:
        query = query.where(_entry.at >= since)
    if until is not None:
        query = query.where(_entry.at < until)
    if why.strip():
        # The first condition is the index's own: most entries have no reason, and are not looked at.
        query = query.where(_entry.why != "", _entry.why.icontains(why.strip(), autoescape=True))
    return query
