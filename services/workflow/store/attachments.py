"""Queries about attachments. A file belongs to its uploader until a process's form names it."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from services.contracts.workflow_paper_calls import ATTACHMENTS_BYTES_MAX
from services.kit.caller import Caller
from services.kit.errors import InvalidInput, NotFound
from services.workflow.domain.definitions import Field
from services.workflow.domain.forms import Form, attachment_ids
from services.workflow.store.processes import visible_to
from services.workflow.store.tables import Attachment, Process


def find_visible(session: Session, caller: Caller, today: date, attachment_id: UUID) -> Attachment:
    """
    :raises NotFound: ``attachment_not_found``, also for one the caller may not see.
    """
    seen = select(Process.id).where(Process.id == Attachment.process_id, visible_to(caller, today)).exists()
    conditions: list[ColumnElement[bool]] = [seen]
    if caller.user_id:
        conditions.append(Attachment.process_id.is_(None) & (Attachment.uploaded_by == UUID(caller.user_id)))
    attachment = session.scalar(select(Attachment).where(Attachment.id == attachment_id, or_(*conditions)))
    if attachment is None:
        raise NotFound("attachment_not_found")
    return attachment


def bind(session: Session, caller: Caller, process_id: UUID, fields: Iterable[Field], form: Form) -> None:
    """Make the files that these fields name the process's.

    :raises InvalidInput: ``attachment_unknown`` by field, for what is not there, another's or another process's;
        ``attachments_too_large``, if all the process's are over 100 MB.
    """
    fields = tuple(fields)
    wanted = set(attachment_ids(fields, form))
    if not wanted:
        return
    free = Attachment.process_id.is_(None) & (Attachment.uploaded_by == UUID(caller.user_id))
    mine = or_(free, Attachment.process_id == process_id)
    bound = session.scalars(
        update(Attachment).where(Attachment.id.in_(wanted), mine).values(process_id=process_id).returning(Attachment.id)
    )
    if missing := wanted - set(bound):
        raise InvalidInput(fields={path: ["attachment_unknown"] for path in _places(fields, form, missing)})
    total = session.scalar(select(func.sum(Attachment.size_bytes)).where(Attachment.process_id == process_id)) or 0
    if total > ATTACHMENTS_BYTES_MAX:
        raise InvalidInput("attachments_too_large", max_bytes=ATTACHMENTS_BYTES_MAX)


def _places(fields: Iterable[Field], form: Form, ids: set[UUID]) -> list[str]:
    return [
        f"form.{field.code}.{position}"
        for field in fields
        if field.type == "attachments"
        for position, entry in enumerate(form.get(field.code) or ())
        if UUID(entry["id"]) in ids
    ]


def bind_ids(session: Session, caller: Caller, process_id: UUID, ids: Sequence[UUID]) -> list[dict[str, str]]:
    raise NotImplementedError


def release(session: Session, process_id: UUID) -> None:
    """Give the files of a start that came to nothing back to their uploaders."""
    session.execute(update(Attachment).where(Attachment.process_id == process_id).values(process_id=None))
