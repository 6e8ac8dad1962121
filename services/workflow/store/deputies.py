"""Queries about deputies: who stands in for whom, on which days (spec, workflow.md, "The engine")."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_, select
from sqlalchemy.orm import Session

from services.kit.errors import NotFound
from services.workflow.store.tables import Deputy, User


def principals_of(user_id: UUID, today: date) -> Select[UUID]:
    """Whose deputy somebody is on a day."""
    return select(Deputy.user_id).where(Deputy.deputy_id == user_id, *_on(today))


def deputy_of(user_id: SQLColumnExpression[UUID], today: date) -> Select[UUID]:
    """Who stands in for somebody on a day."""
    return select(Deputy.deputy_id).where(Deputy.user_id == user_id, *_on(today)).limit(1)


def deputies_of(session: Session, user_ids: Iterable[UUID], today: date) -> dict[UUID, UUID]:
    """Who stands in, on a day, for those of these people who are absent."""
    query = select(Deputy.user_id, Deputy.deputy_id).where(Deputy.user_id.in_(list(user_ids)), *_on(today))
    return {row.user_id: row.deputy_id for row in session.execute(query)}


def overlapping(session: Session, user_id: UUID, first_day: date, last_day: date) -> Deputy | None:
    """One whom the person has named for some of these days. Whoever names another holds the person's row meanwhile."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    days = (Deputy.first_day <= last_day, Deputy.last_day >= first_day)
    return session.scalars(select(Deputy).where(Deputy.user_id == user_id, Deputy.ended_at.is_(None), *days).limit(1)).first()


def of_person(session: Session, user_id: UUID, today: date) -> list[Deputy]:
    """Whom somebody has named, and for whom he or she stands in, today and later; by the first day."""
    about = or_(Deputy.user_id == user_id, Deputy.deputy_id == user_id)
    query = select(Deputy).where(about, Deputy.ended_at.is_(None), Deputy.last_day >= today)
    return list(session.scalars(query.order_by(Deputy.first_day, Deputy.id)))


def take_beginning(session: Session, today: date, limit: int) -> list[Deputy]:
    """Those whose days have come and who were not told yet of what waits, locked against another who looks for them."""
    query = select(Deputy).where(*_on(today), Deputy.begun_at.is_(None)).order_by(Deputy.id).limit(limit)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def count_standing_in(session: Session, deputy_id: UUID, today: date) -> int:
    """How many absences of others, today or later, somebody stands in for."""
    query = select(func.count()).where(Deputy.deputy_id == deputy_id, Deputy.ended_at.is_(None), Deputy.last_day >= today)
    return session.scalar(query) or 0


def lock_standing_in(session: Session, deputy_id: UUID, today: date) -> list[Deputy]:
    """Those by which somebody stands in for others, today or later, locked."""
    query = select(Deputy).where(Deputy.deputy_id == deputy_id, Deputy.ended_at.is_(None), Deputy.last_day >= today)
    return list(session.scalars(query.order_by(Deputy.id).with_for_update()))


def lock_deputy(session: Session, deputy_id: UUID) -> Deputy:
    """
    :raises NotFound: ``deputy_not_found``, also for one that was taken back.
    """
    query = select(Deputy).where(Deputy.id == deputy_id, Deputy.ended_at.is_(None)).with_for_update()
    deputy = session.scalars(query).first()
    if deputy is None:
        raise NotFound("deputy_not_found")
    return deputy


def _on(today: date) -> tuple[ColumnElement[bool], ...]:
    return Deputy.ended_at.is_(None), Deputy.first_day <= today, Deputy.last_day >= today
