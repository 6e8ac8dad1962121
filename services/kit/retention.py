"""How long the bus's own records are kept. The inbox outlives the outbox, so that nothing published again is handled again;
answered calls are kept as long as the gateway keeps what it answered."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Select, Table, delete, select, tuple_

from services.kit.database import Database
from services.kit.tables import answered_calls, inbox, outbox

OUTBOX_KEPT = timedelta(days=30)
INBOX_KEPT = timedelta(days=90)
ANSWERS_KEPT = timedelta(hours=24)
_ROWS_AT_ONCE = 10_000


def prune(database: Database, now: datetime) -> int:
    """Delete published events, inbox rows and answered calls past their time, in bounded transactions.

    :returns: how many rows went.
    """
    gone = 0
    outlived = (
        (outbox, outbox.c.published_at < now - OUTBOX_KEPT),
        (inbox, inbox.c.handled_at < now - INBOX_KEPT),
        (answered_calls, answered_calls.c.answered_at < now - ANSWERS_KEPT),
    )
    for table, old in outlived:
        keys = tuple(table.primary_key.columns)
        some = select(*keys).where(old).limit(_ROWS_AT_ONCE)
        while deleted := _delete(database, table, keys, some):
            gone += deleted
    return gone


def _delete(database: Database, table: Table, keys: tuple[Column[Any], ...], some: Select[Any]) -> int:
    with database.engine.begin() as connection:
        return connection.execute(delete(table).where(tuple_(*keys).in_(some))).rowcount
