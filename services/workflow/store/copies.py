"""Processes copied to people for their information."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.kit.caller import Caller
from services.workflow.store.tables import Copy


def mark_read(session: Session, caller: Caller, process_id: UUID, now: datetime) -> None:
    """Note that the caller has looked at a process that was copied to him or her; nothing for one that was not."""
    if caller.user_id:
        unread = (Copy.process_id == process_id, Copy.user_id == UUID(caller.user_id), Copy.read_at.is_(None))
        session.execute(update(Copy).where(*unread).values(read_at=now))
