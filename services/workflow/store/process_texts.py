"""What processes are found by: writing it, and conditions for lists that are narrowed to a text. See decision 0012."""

import json
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, CTE, ColumnElement, Connection, Integer, Select, Text, cast, func, literal, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.workflow.domain.searched_texts import AskedText, SearchedTexts
from services.workflow.store.tables import Process, ProcessText

_SAMPLE: Final = 500
_COMMON_MIN: Final = 10
"""What so many of the sample have is common."""
_BATCH: Final = 2_000


def first_texts(process_id: UUID, texts: SearchedTexts) -> CTE:
    """Writes what a process that starts is found by, along with the statement that it is added to. It keeps what is there: of two
    that run the same start, the one that comes too late starts nothing."""
    starting = select(
        Process.id, literal(texts.text, Text).label("text"), cast(list(texts.keys), ARRAY(Integer)).label("keys")
    ).where(Process.id == process_id, Process.state == "starting")
    statement = insert(ProcessText).from_select(["process_id", "text", "keys"], starting)
    return statement.on_conflict_do_nothing().cte("first_texts")


def write_texts(session: Session, process_id: UUID, texts: SearchedTexts) -> None:
    """Write what a running process is found by from now on."""
    row = {"process_id": process_id, "text": texts.text, "keys": list(texts.keys)}
    statement = insert(ProcessText).values(row)
    written = {"text": statement.excluded.text, "keys": statement.excluded["keys"]}
    session.execute(statement.on_conflict_do_update(index_elements=["process_id"], set_=written))


def write_missing_texts(connection: Connection) -> None:
    """Write what all processes are found by that have nothing yet, in batches: for a migration, so the tables are named as they
    are there."""
    last = UUID(int=0)
    while rows := connection.execute(_WITHOUT_TEXTS, {"last": last, "limit": _BATCH}).all():
        given = []
        for process_id, *names in rows:
            texts = SearchedTexts.of(*names)
            given.append({"process_id": str(process_id), "text": texts.text, "keys": texts.keys})
        connection.execute(_WRITE_TEXTS, {"rows": json.dumps(given)})
        last = rows[-1][0]


_WITHOUT_TEXTS: Final = text(
    "SELECT id, title, subject_name, customer_name, initiator_name FROM processes"
    " WHERE id > :last AND state NOT IN ('starting', 'refused')"
    " AND NOT EXISTS (SELECT FROM process_texts WHERE process_id = processes.id) ORDER BY id LIMIT :limit"
)
_WRITE_TEXTS: Final = text(
    "INSERT INTO process_texts (process_id, text, keys) SELECT process_id, text, keys"
    " FROM json_to_recordset(CAST(:rows AS json)) AS row (process_id uuid, text text, keys integer[])"
)


def has_text(asked: AskedText) -> ColumnElement[bool]:
    """Whether a process has it; for one process at a time, in whatever order a list has them."""
    return select(literal(1)).where(ProcessText.process_id == Process.id, _matches(asked)).exists()


def ids_with_text(asked: AskedText, among: Select[UUID] | None = None) -> Select[UUID]:
    """All processes that have it, by the index, or those among some.

    Found apart from what is asked for besides, so that it is planned as if all were wanted.
    """
    found = select(ProcessText.process_id).where(ProcessText.keys.contains(asked.keys), _matches(asked))
    if among is not None:
        found = found.where(ProcessText.process_id.in_(among))
    return select(found.cte("found").prefix_with("MATERIALIZED", dialect="postgresql").c.process_id)


def few_with_text(session: Session, asked: AskedText, limit: int) -> Sequence[UUID] | None:
    """All that have it, if they are not more than a limit."""
    ids = session.scalars(ids_with_text(asked).limit(limit + 1)).all()
    return ids if len(ids) <= limit else None


def is_common(session: Session, asked: AskedText) -> bool:
    """Whether so many of the newest processes have it that a list's page is soon full of them."""
    newest = select(ProcessText.text).order_by(ProcessText.process_id.desc()).limit(_SAMPLE).subquery("newest")
    count = select(func.count()).where(func.strpos(newest.c.text, asked.text) != 0)
    return session.scalars(count).one() >= _COMMON_MIN


def _matches(asked: AskedText) -> Any:
    # Not LIKE: by that the planner would think that it leaves few, and look for another way than the one it is given.
    return func.strpos(ProcessText.text, asked.text) != 0
