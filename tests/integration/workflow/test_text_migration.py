"""A database from before lists were searched by an index: its processes are found afterwards, and the way back is open."""

from collections.abc import Callable
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, delete, select, text
from sqlalchemy.pool import NullPool

from services.kit.ids import new_id
from services.kit.migration import _config, migrate
from services.workflow.domain.searched_texts import SearchedTexts
from services.workflow.store.process_texts import write_missing_texts
from services.workflow.store.tables import ProcessText

PROCESSES = 2_010
"""More than the migration takes at a time."""
INSERT = text(
    "INSERT INTO processes (id, code, definition_version, owner_service, state, node, title, subject_type, subject_id,"
    " subject_name, customer_name, initiator_id, initiator_name, form, facts, started_at, changed_at, version)"
    " VALUES (:id, 'claim_customer', 1, 'customer', :state, :node, :title, 'customer', '', :subject_name, :customer_name, :id,"
    " '张伟', '{}', '{}', now(), now(), 1)"
)


def test_processes_from_before_are_found_by_their_texts(fresh_database: Callable[[str], str]) -> None:
    url = fresh_database("workflow")
    rows = [_row(number) for number in range(PROCESSES)]
    refused = {**_row(0), "state": "refused", "node": None}
    with create_engine(url, poolclass=NullPool).connect() as connection:
        config = _config("workflow", connection)
        before: Any = ScriptDirectory.from_config(config).get_revision("0006")
        command.downgrade(config, f"workflow@{before.down_revision}")
        assert connection.scalar(text("SELECT to_regclass('process_texts')")) is None
        connection.execute(INSERT, [*rows, refused])
        connection.commit()
    migrate("workflow", url)
    expected = {row["id"]: SearchedTexts.of(row["title"], row["subject_name"], row["customer_name"], "张伟") for row in rows}
    with create_engine(url, poolclass=NullPool).connect() as connection:
        table = ProcessText.__table__
        kept = {row.process_id: SearchedTexts(row.text, tuple(row.keys)) for row in connection.execute(select(table))}
        assert kept == expected, "all but the refused start, which nobody is to find"
        # Who changes the rule empties the table, or part of it, and fills it again.
        connection.execute(delete(ProcessText).where(ProcessText.process_id.in_([row["id"] for row in rows[:5]])))
        write_missing_texts(connection)
        assert len(connection.execute(select(table.c.process_id)).all()) == PROCESSES


def _row(number: int) -> dict[str, Any]:
    name = f"云帆{number}号 Network"
    customer_name = name if number % 2 else None
    return {
        "id": new_id(),
        "state": "running",
        "node": "lead",
        "title": f"{name} 申请",
        "subject_name": name,
        "customer_name": customer_name,
    }
