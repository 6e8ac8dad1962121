"""Queries about copies: processes that were copied to people for their information."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.kit.caller import Caller
from services.workflow.store.tables import Copy, User

_AHEAD_WHILE_UNREAD: Final = timedelta(days=365_000)


def put_copies(session: Session, process_id: UUID, users: Iterable[User], by_name: str, now: datetime) -> None:
    """One a person; whoever has one finds it unread again."""
    rows = [
        {
            "process_id": process_id,
            "user_id": user.id,
            "user_name": user.name,
            "by_name": by_name,
            "at": now,
            "read_at": None,
            "listed_at": now + _AHEAD_WHILE_UNREAD,
        }
        for user in users
    ]
    statement = insert(Copy).values(rows)
    fresh = {name: statement.excluded[name] for name in ("user_name", "by_name", "at", "read_at", "listed_at")}
    session.execute(statement.on_conflict_do_update(index_elements=[Copy.process_id, Copy.user_id], set_=fresh))


def mark_read(session: Session, caller: Caller, process_id: UUID, now: datetime) -> None:
    """Note that the caller has looked at a process that was copied to him or her; nothing for one that was not."""
    if caller.user_id:
        unread = (Copy.process_id == process_id, Copy.user_id == UUID(caller.user_id), Copy.read_at.is_(None))
        session.execute(update(Copy).where(*unread).values(read_at=now, listed_at=Copy.at))
