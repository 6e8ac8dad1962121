"""What this service has prepared for processes; and the copy of the people they name."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.customer.store.tables import FunnelNotice, PreparedProcess, User
from services.kit.copies import keep_newer


def lock_process(session: Session, process_id: UUID, code: str, now: datetime) -> tuple[PreparedProcess, bool]:
    """The process's row, locked; written as ``released``, holding nothing, if there was none.

    :returns: the row, and whether it is new.
    """
    added = session.execute(
        insert(PreparedProcess)
        .values(process_id=process_id, code=code, state="released", version=0, changed_at=now)
        .on_conflict_do_nothing()
        .returning(PreparedProcess.process_id)
    ).first()
    query = select(PreparedProcess).where(PreparedProcess.process_id == process_id).with_for_update()
    return session.scalars(query).one(), added is not None


def keep_user(session: Session, user: dict[str, Any], version: int) -> bool:
    """Copy a user as he or she is now, unless what is here is as new.

    :returns: whether it was newer.
    """
    values = {
        "id": user["id"],
        "name": user["name"],
        "department_id": user["department_id"],
        "active": user["active"],
        "version": version,
    }
    return keep_newer(session, User, values)


def has_left(session: Session, user_id: UUID) -> bool:
    """Whether a user is known to have left; one not heard of yet has not."""
    return session.scalar(select(User.active).where(User.id == user_id)) is False


def note_told(session: Session, rows: list[dict[str, Any]]) -> set[tuple[UUID, str, str]]:
    """Write funnel notices, each once: ``customer_id``, ``rule``, ``period``, ``told_at``.

    :returns: the keys of those that had not been written before.
    """
    if not rows:
        return set()
    told = session.execute(
        insert(FunnelNotice)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(FunnelNotice.customer_id, FunnelNotice.rule, FunnelNotice.period)
    )
    return {(row.customer_id, row.rule, row.period) for row in told}


def users_of_logins(session: Session, logins: Collection[str]) -> dict[str, User]:
    """The users who sign in by these names, by login."""
    if not logins:
        return {}
    return {user.login: user for user in session.scalars(select(User).where(User.login.in_(logins)))}
