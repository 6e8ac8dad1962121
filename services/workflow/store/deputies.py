"""Queries about deputies: who stands in for whom, on which days (spec, workflow.md, "The engine")."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from services.workflow.store.tables import Deputy


def principals_of(user_id: UUID, today: date) -> Select[UUID]:
    """Whose deputy somebody is on a day."""
    return select(Deputy.user_id).where(Deputy.deputy_id == user_id, *_on(today))


def _on(today: date) -> tuple[ColumnElement[bool], ...]:
    return Deputy.ended_at.is_(None), Deputy.first_day <= today, Deputy.last_day >= today
