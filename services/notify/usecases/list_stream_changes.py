"""Say what is new to those who read the stream, and what waits for each (decision 0025)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.contracts.notify_stream_calls import MESSAGES_MAX
from services.kit.caller import Caller
from services.kit.errors import Forbidden
from services.kit.unit_of_work import Begin
from services.notify.domain.cursors import Cursor
from services.notify.store.changes import (
    StreamReader,
    begin_snapshot,
    messages_by_id,
    new_messages,
)
from services.notify.store.counters import counts_by_reader
from services.notify.usecases.count_messages import counters_of
from services.notify.usecases.list_messages import message_as_read


def list_stream_changes(begin: Begin, readers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One snapshot for all of them; so many queries for one reader as for a hundred.

    The readers' claims are data here, so whoever calls sees every inbox: only the system itself may.

    :param readers: as :class:`services.contracts.notify_stream_calls.StreamReader` loads them.
    :raises Forbidden: for any caller but the system.
    """
    with begin() as work:
        if not work.caller.is_system:
            raise Forbidden
        now = begin_snapshot(work.session)
        asked = [StreamReader(_caller(reader), _known(reader["since"], now)) for reader in readers]
        new = new_messages(work.session, asked, MESSAGES_MAX)
        messages = messages_by_id(work.session, list({row.id for row in new}))
        counts = counts_by_reader(work.session, [reader.caller for reader in asked])
    places: dict[tuple[UUID, bool], int] = {}
    told: list[list[int]] = [[] for _ in readers]
    for row in new:
        told[row.number].append(places.setdefault((row.id, row.is_read), len(places)))
    return {
        "cursor": str(now),
        "messages": [message_as_read(messages[message_id], is_read=is_read) for message_id, is_read in places],
        "readers": [
            {
                "counters": counters_of(rows),
                "messages": numbers if len(numbers) <= MESSAGES_MAX else [],
                "missed": len(numbers) > MESSAGES_MAX or (reader.since is None and given["since"] is not None),
            }
            for given, reader, rows, numbers in zip(readers, asked, counts, told, strict=True)
        ],
    }


def _caller(reader: Mapping[str, Any]) -> Caller:
    return Caller(
        user_id=str(reader["user_id"]),
        department_id=str(reader["department_id"] or ""),
        nearest_lead_of=tuple(str(department) for department in reader["nearest_lead_of"]),
        roles=frozenset(reader["roles"]),
    )


def _known(text: str | None, now: Cursor) -> Cursor | None:
    """Where a reader stands, if that means anything here."""
    cursor = Cursor.parse(text) if text is not None else None
    return cursor if cursor is not None and now.may_follow(cursor) else None
