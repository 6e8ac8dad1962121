"""What is new to the readers of the stream, and what waits for each: for many readers at once, in a few queries (decision 0025).

The conditions are those of :func:`services.notify.store.messages.addressed_to`, for rows of readers instead of one caller; a test
holds the two against each other.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, TextClause, select, text
from sqlalchemy.orm import Session

from services.notify.domain.cursors import Cursor
from services.notify.store.tables import Message


@dataclass(frozen=True)
class StreamReader:
    """Whose inbox, by claims.

    :param since: what the reader has been told of; ``None`` for one who only begins to listen.
    """

    user_id: UUID
    department_id: UUID | None
    nearest_lead_of: Sequence[UUID]
    roles: Sequence[str]
    since: Cursor | None


# Each reader's part is found by the index of its kind of recipient, from the first transaction that he or she may have missed.
# A message from "the future" is one that a dump brought from another server's count: it is not new to anybody.
_NEW: Final = text("""
SELECT readers.number, new.id, message_reads.read_at
  FROM jsonb_to_recordset(CAST(:readers AS jsonb))
        AS readers (number integer, user_id uuid, department_id uuid, leads uuid[], roles text[], since pg_snapshot)
 CROSS JOIN LATERAL (
        SELECT id FROM (
            SELECT id, posted_in FROM messages
             WHERE user_id = readers.user_id AND posted_in >= pg_snapshot_xmin(readers.since)
            UNION ALL
            SELECT id, posted_in FROM messages
             WHERE recipient_kind = 'lead' AND department_id = ANY (readers.leads)
               AND posted_in >= pg_snapshot_xmin(readers.since)
            UNION ALL
            SELECT id, posted_in FROM messages
             WHERE role = ANY (readers.roles) AND (department_id IS NULL OR department_id = readers.department_id)
               AND posted_in >= pg_snapshot_xmin(readers.since)
        ) AS addressed
         WHERE NOT pg_visible_in_snapshot(posted_in, readers.since) AND posted_in < pg_snapshot_xmax(pg_current_snapshot())
         ORDER BY id
         LIMIT :messages_max + 1
       ) AS new
  LEFT JOIN message_reads ON message_reads.message_id = new.id AND message_reads.user_id = readers.user_id
 WHERE readers.since IS NOT NULL
 ORDER BY readers.number, new.id
""")

_WAITING: Final = text("""
SELECT readers.number, waiting.place,
       count(*) FILTER (WHERE message_reads.read_at IS NULL) AS unread,
       count(DISTINCT coalesce(waiting.task_id, waiting.id)) AS waiting
  FROM jsonb_to_recordset(CAST(:readers AS jsonb))
        AS readers (number integer, user_id uuid, department_id uuid, leads uuid[], roles text[], since pg_snapshot)
 CROSS JOIN LATERAL (
        SELECT id, place, task_id FROM messages WHERE user_id = readers.user_id AND done_at IS NULL
        UNION ALL
        SELECT id, place, task_id FROM messages
         WHERE recipient_kind = 'lead' AND department_id = ANY (readers.leads) AND done_at IS NULL
        UNION ALL
        SELECT id, place, task_id FROM messages
         WHERE role = ANY (readers.roles) AND (department_id IS NULL OR department_id = readers.department_id) AND done_at IS NULL
       ) AS waiting
  LEFT JOIN message_reads ON message_reads.message_id = waiting.id AND message_reads.user_id = readers.user_id
 WHERE waiting.task_id IS NOT NULL OR message_reads.read_at IS NULL
 GROUP BY readers.number, waiting.place
 ORDER BY readers.number, waiting.place
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
    now = session.execute(_NOW).one()
    return Cursor.of_snapshot(now.epoch, now.snapshot)


def new_messages(session: Session, readers: Sequence[StreamReader], messages_max: int) -> list[Row[int, UUID, Any]]:
    """``number`` of the reader, ``id`` and ``read_at`` of what is new to each, oldest first; of more than ``messages_max`` of one
    reader, one more than that.
    """
    if all(reader.since is None for reader in readers):
        return []
    return _execute(session, _NEW, readers, messages_max=messages_max)


def messages_by_id(session: Session, message_ids: Sequence[UUID]) -> Mapping[UUID, Message]:
    """The messages, each once."""
    if not message_ids:
        return {}
    return {message.id: message for message in session.scalars(select(Message).where(Message.id.in_(message_ids)))}


def counts_by_reader(session: Session, readers: Sequence[StreamReader]) -> list[list[Row[str, int, int]]]:
    """What :func:`services.notify.store.messages.counts_by_place` says of each reader, in the order of the readers."""
    counts: list[list[Row[str, int, int]]] = [[] for _ in readers]
    for row in _execute(session, _WAITING, readers):
        counts[row.number].append(row)
    return counts


def _execute(session: Session, statement: TextClause, readers: Sequence[StreamReader], **values: Any) -> list[Any]:
    given = [
        {
            "number": number,
            "user_id": str(reader.user_id),
            "department_id": reader.department_id and str(reader.department_id),
            "leads": [str(department) for department in reader.nearest_lead_of],
            "roles": list(reader.roles),
            "since": reader.since and reader.since.snapshot,
        }
        for number, reader in enumerate(readers)
    ]
    return list(session.execute(statement, {"readers": json.dumps(given), **values}))
