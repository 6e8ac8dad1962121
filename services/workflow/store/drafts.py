"""Queries about drafts. A draft is nobody else's to see: its owner is a condition of every query."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.orm import Session

from services.contracts.workflow_paper_calls import task_draft
from services.kit.caller import Caller
from services.workflow.store.tables import Draft


def find_own(session: Session, caller: Caller, key: str) -> Draft | None:
    return session.get(Draft, (UUID(caller.user_id), key))


def lock_own(session: Session, caller: Caller, key: str) -> Draft | None:
    """The same, locked. Whoever else saves a draft of the caller's, in another tab, waits until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"drafts of {caller.user_id}", 0))))
    return session.get(Draft, (UUID(caller.user_id), key), with_for_update=True)


def list_own(session: Session, caller: Caller) -> list[dict[str, Any]]:
    """All of the caller's without their forms, the newest first."""
    columns = (Draft.key, Draft.code, Draft.subject_id, Draft.title, Draft.saved_at, Draft.version)
    query = select(*columns).where(Draft.user_id == UUID(caller.user_id)).order_by(Draft.saved_at.desc(), Draft.key)
    return [dict(row) for row in session.execute(query).mappings()]


def count_own(session: Session, caller: Caller) -> int:
    return session.scalar(select(func.count()).where(Draft.user_id == UUID(caller.user_id))) or 0


def forget(session: Session, caller: Caller, key: str) -> None:
    """Remove the caller's draft of that key; one that is not there is no error."""
    session.execute(delete(Draft).where(Draft.user_id == UUID(caller.user_id), Draft.key == key))


def forget_of_tasks(session: Session, process_id: UUID, users: Iterable[UUID]) -> None:
    """Remove what they wrote at their tasks of a process, which are settled by now."""
    session.execute(delete(Draft).where(Draft.user_id.in_(users), Draft.key == task_draft(process_id)))


def forget_old(session: Session, saved_before: datetime, limit: int) -> int:
    """Remove drafts that were last saved so long ago; those that somebody is saving just now are left.

    :returns: how many went.
    """
    old = select(Draft.user_id, Draft.key).where(Draft.saved_at < saved_before).limit(limit).with_for_update(skip_locked=True)
    gone = session.execute(delete(Draft).where(tuple_(Draft.user_id, Draft.key).in_(old)).returning(Draft.key))
    return len(gone.all())


def named_ids(form: dict[str, Any]) -> Iterator[UUID]:
    """Every id that a form names, at whatever depth: an attachment is named ``{"id", "name"}``, and so may others be."""
    inside: list[Any] = [form]
    while inside:
        value = inside.pop()
        if isinstance(value, dict):
            inside.extend(value.values())
            if (found := _as_id(value.get("id"))) is not None:
                yield found
        elif isinstance(value, list):
            inside.extend(value)


def _as_id(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
