"""What is new to the readers of the stream: for many at once, in a few queries (decision 0025).

Who a reader is, to messages, is said by :func:`services.notify.store.addressees.addressees_of` as everywhere.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from services.kit.caller import Caller
from services.kit.planning import plan_for_values
from services.notify.domain.cursors import Cursor
from services.notify.store.addressees import addressees_of
from services.notify.store.tables import Message


@dataclass(frozen=True)
class StreamReader:
    """Whose inbox.

    :param since: what the reader has been told of; ``None`` for one who only begins to listen.
    """

    caller: Caller
    since: Cursor | None


# A message from "the future" is one that a dump brought from another server's count: it is not new to anybody.
_NEW: Final = text("""
SELECT readers.number, new.id,
       new.is_done OR new.posted_at <= coalesce(read_marks.read_until, '-infinity')
       OR message_reads.message_id IS NOT NULL AS is_read
  FROM jsonb_to_recordset(CAST(:readers AS jsonb)) AS readers (number integer, user_id uuid, addressees text[], since pg_snapshot)
 CROSS JOIN LATERAL (
        SELECT id, addressee, is_done, posted_at FROM messages
         WHERE addressee = ANY (readers.addressees)
           AND posted_in >= pg_snapshot_xmin(readers.since) AND NOT pg_visible_in_snapshot(posted_in, readers.since)
           AND posted_in < pg_snapshot_xmax(pg_current_snapshot())
         ORDER BY posted_in, id
         LIMIT :messages_max + 1
       ) AS new
  LEFT JOIN read_marks ON read_marks.user_id = readers.user_id AND read_marks.addressee = new.addressee
  LEFT JOIN message_reads ON message_reads.user_id = readers.user_id AND message_reads.message_id = new.id
 WHERE readers.since IS NOT NULL
 ORDER BY readers.number, new.id
""")

_ONE_SNAPSHOT: Final = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
_NOW: Final = text(
    "SELECT to_hex(system_identifier) || '.' || to_hex(timeline_id) AS epoch, CAST(pg_current_snapshot() AS text) AS snapshot"
    " FROM pg_control_system(), pg_control_checkpoint()"
)


def begin_snapshot(session: Session) -> Cursor:
    """Let every query of the transaction see the same; the first thing that it does.

    :returns: what it sees.
    """
    session.execute(_ONE_SNAPSHOT)
    plan_for_values(session)
    now = session.execute(_NOW).one()
    return Cursor.of_snapshot(now.epoch, now.snapshot)


def new_messages(session: Session, readers: Sequence[StreamReader], messages_max: int) -> list[Row[int, UUID, bool]]:
    """``number`` of the reader, ``id`` and ``is_read`` of what is new to each, oldest first; of more than ``messages_max`` of one
    reader, one more than that.
    """
    if all(reader.since is None for reader in readers):
        return []
    given = [
        {
            "number": number,
            "user_id": reader.caller.user_id,
            "addressees": addressees_of(reader.caller),
            "since": reader.since and reader.since.snapshot,
        }
        for number, reader in enumerate(readers)
    ]
    return list(session.execute(_NEW, {"readers": json.dumps(given), "messages_max": messages_max}))


def messages_by_id(session: Session, message_ids: Sequence[UUID]) -> Mapping[UUID, Message]:
    """The messages, each once."""
    if not message_ids:
        return {}
    return {message.id: message for message in session.scalars(select(Message).where(Message.id.in_(message_ids)))}
