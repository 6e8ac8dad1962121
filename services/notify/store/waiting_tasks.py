"""Tasks that wait without a time limit of their own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notify.store.reminder_tables import WaitingTask


def keep_waiting(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Note tasks that wait: ``task_id``, ``said`` and ``asked_at``; each once."""
    if rows:
        session.execute(insert(WaitingTask).on_conflict_do_nothing(), list(rows))


def end_waiting(session: Session, task_ids: Sequence[UUID]) -> None:
    """Somebody has dealt with them."""
    if task_ids:
        gone = delete(WaitingTask).where(WaitingTask.task_id.in_(task_ids))
        session.execute(gone.execution_options(synchronize_session=False))


def take_to_remind(session: Session, asked_before: datetime, now: datetime, limit: int) -> list[dict[str, Any]]:
    """What is said of tasks that have waited since that instant or longer, of which nobody was reminded; noted as reminded of."""
    waits = (WaitingTask.reminded_at.is_(None), WaitingTask.asked_at <= asked_before)
    return _take(session, waits, limit, {"reminded_at": now})


def take_to_escalate(session: Session, asked_before: datetime, now: datetime, limit: int) -> list[dict[str, Any]]:
    """The same of those that no lead was told of."""
    waits = (WaitingTask.escalated_at.is_(None), WaitingTask.asked_at <= asked_before)
    return _take(session, waits, limit, {"escalated_at": now})


def _take(session: Session, waits: tuple[Any, ...], limit: int, noted: dict[str, Any]) -> list[dict[str, Any]]:
    oldest = (
        select(WaitingTask.task_id).where(*waits).order_by(WaitingTask.asked_at).limit(limit).with_for_update(skip_locked=True)
    )
    taken = update(WaitingTask).where(WaitingTask.task_id.in_(oldest.scalar_subquery())).values(noted).returning(WaitingTask.said)
    return list(session.scalars(taken.execution_options(synchronize_session=False)))
