"""Queries about attachments. A file belongs to its uploader until a process names it: in its form, or beside an opinion."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, any_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from services.contracts.workflow_paper_calls import ATTACHMENTS_BYTES_MAX
from services.kit.caller import Caller
from services.kit.errors import InvalidInput, NotFound
from services.workflow.domain.definitions import Field
from services.workflow.domain.forms import Form, attachment_ids
from services.workflow.store.processes import visible_to
from services.workflow.store.tables import Attachment, Draft, Process


def find_visible(session: Session, caller: Caller, today: date, attachment_id: UUID) -> Attachment:
    """
    :raises NotFound: ``attachment_not_found``, also for one the caller may not see.
    """
    seen = select(Process.id).where(Process.id == Attachment.process_id, visible_to(caller, today)).exists()
    conditions: list[ColumnElement[bool]] = [seen]
    if caller.user_id:
        conditions.append(_free_of(caller))
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
    bound = _bind(session, caller, process_id, wanted)
    if missing := wanted - bound.keys():
        raise InvalidInput(fields={path: ["attachment_unknown"] for path in _places(fields, form, missing)})


def bind_ids(session: Session, caller: Caller, process_id: UUID, ids: Sequence[UUID]) -> list[dict[str, str]]:
    """Make these files the process's: those that somebody puts beside an opinion, not into a field.

    :returns: each as histories and forms name it, ``{"id", "name"}``, in the order given.
    :raises InvalidInput: as :func:`bind`, by ``attachments.<position>``; ``repeated`` for one that is there twice.
    """
    if repeated := {f"attachments.{n}": ["repeated"] for n, each in enumerate(ids) if each in ids[:n]}:
        raise InvalidInput(fields=repeated)
    bound = _bind(session, caller, process_id, set(ids))
    if missing := {f"attachments.{n}": ["attachment_unknown"] for n, each in enumerate(ids) if each not in bound}:
        raise InvalidInput(fields=missing)
    return [{"id": str(each), "name": bound[each]} for each in ids]


def release(session: Session, process_id: UUID) -> None:
    """Give the files of a start that came to nothing back to their uploaders."""
    session.execute(update(Attachment).where(Attachment.process_id == process_id).values(process_id=None))


def own_free_ids(session: Session, caller: Caller, ids: Collection[UUID]) -> list[UUID]:
    """Those of these files that are the caller's and no process's yet; kept from being forgotten until the transaction ends."""
    query = select(Attachment.id).where(Attachment.id.in_(ids), _free_of(caller)).order_by(Attachment.id)
    return list(session.scalars(query.with_for_update(read=True, key_share=True)))


def lock_unused(session: Session, uploaded_before: datetime, limit: int) -> list[Attachment]:
    """Old files that no process and no draft of their uploader's names, locked; those that somebody is about to name are left."""
    in_draft = (
        select(Draft.key).where(Draft.user_id == Attachment.uploaded_by, Attachment.id == any_(Draft.attachment_ids)).exists()
    )
    query = select(Attachment).where(Attachment.process_id.is_(None), Attachment.uploaded_at < uploaded_before, ~in_draft)
    return list(session.scalars(query.order_by(Attachment.uploaded_at).limit(limit).with_for_update(skip_locked=True)))


def remove(session: Session, ids: Collection[UUID]) -> None:
    session.execute(delete(Attachment).where(Attachment.id.in_(ids)))


def _bind(session: Session, caller: Caller, process_id: UUID, wanted: Collection[UUID]) -> dict[UUID, str]:
    """
    :returns: the names of those that are the process's now, by id.
    """
    if not wanted:
        return {}
    # Whoever binds to the same process waits here: two who did so at once would each find room for their own files only.
    session.execute(select(Process.id).where(Process.id == process_id).with_for_update())
    mine = or_(_free_of(caller), Attachment.process_id == process_id)
    binding = update(Attachment).where(Attachment.id.in_(wanted), mine).values(process_id=process_id)
    bound = {each.id: each.name for each in session.execute(binding.returning(Attachment.id, Attachment.name))}
    total = session.scalar(select(func.sum(Attachment.size_bytes)).where(Attachment.process_id == process_id)) or 0
    if total > ATTACHMENTS_BYTES_MAX:
        raise InvalidInput("attachments_too_large", max_megabytes=ATTACHMENTS_BYTES_MAX // 1024**2)
    return bound


def _free_of(caller: Caller) -> ColumnElement[bool]:
    """The caller's uploads that no process names yet."""
    return Attachment.process_id.is_(None) & (Attachment.uploaded_by == UUID(caller.user_id))


def _places(fields: Iterable[Field], form: Form, ids: set[UUID]) -> list[str]:
    return [
        f"form.{field.code}.{position}"
        for field in fields
        if field.type == "attachments"
        for position, entry in enumerate(form.get(field.code) or ())
        if UUID(entry["id"]) in ids
    ]
