"""The inbox: what makes an event's second arrival do nothing."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.kit.envelope import Event
from services.kit.tables import inbox


class AlreadyConsumed(Exception):
    """This consumer has handled this event before. The bus acknowledges the message and says no more."""


def note_consumed(session: Session, consumer: str, event: Event, now: datetime) -> None:
    """Write the inbox row in the handler's own transaction.

    Two deliveries at the same moment: the second waits here for the first's commit.

    :raises AlreadyConsumed: if the row is there.
    """
    row = {"consumer": consumer, "event_id": event.id, "handled_at": now}
    if not session.execute(insert(inbox).values(row).on_conflict_do_nothing().returning(inbox.c.event_id)).first():
        raise AlreadyConsumed(f"{consumer} has handled {event.type} {event.id}")
