"""Many rows at once: the same whether few go by INSERT or many by COPY."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Column, Dialect, Integer, MetaData, Table, Text, Uuid, select, text
from sqlalchemy.types import TypeDecorator

from services.kit.bulk import MANY, insert_rows
from services.kit.database import Database
from services.kit.ids import new_id
from services.kit.tables import audit_entries, outbox

AT = datetime(2026, 3, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize("count", [1, MANY - 1, MANY, 1200], ids=["one", "by INSERT", "by COPY", "many"])
def test_rows_arrive_whole_and_in_their_order(kit_database: Database, count: int) -> None:
    rows = [
        {
            "id": new_id(),
            "type": "told",
            "subject": f"第{number}行\t\\N\n",
            "envelope": {"n": number, "deep": [None, "云帆"]},
            "headers": {},
        }
        for number in range(count)
    ]
    with kit_database.session() as session, session.begin():
        insert_rows(session, outbox, rows)
    with kit_database.session() as session:
        query = select(outbox.c.subject, outbox.c.envelope).where(outbox.c.id.in_([row["id"] for row in rows]))
        found = session.execute(query.order_by(outbox.c.position)).all()
    assert [tuple(row) for row in found] == [(row["subject"], row["envelope"]) for row in rows]


@pytest.mark.parametrize("count", [2, MANY], ids=["by INSERT", "by COPY"])
def test_what_is_none_is_null_and_what_is_left_out_gets_its_default(kit_database: Database, count: int) -> None:
    row: dict[str, Any] = {
        "at": AT,
        "user_id": "",
        "user_name": "",
        "action": "tried",
        "subject_type": "bulk",
        "subject_id": str(new_id()),
        "before": None,
        "after": {"a": None},
        "trace_id": "",
    }
    with kit_database.session() as session, session.begin():
        insert_rows(session, audit_entries, [{**row, "id": new_id()} for _ in range(count)])
    with kit_database.session() as session:
        mine = audit_entries.c.subject_id == row["subject_id"]
        columns = (audit_entries.c.before.is_(None), audit_entries.c.after, audit_entries.c.why)
        found = session.execute(select(*columns).where(mine)).all()
    assert [tuple(each) for each in found] == [(True, {"a": None}, "")] * count


def test_rows_go_with_their_transaction(kit_database: Database) -> None:
    rows = [{"id": new_id(), "type": "t", "subject": "s", "envelope": {}, "headers": {}} for _ in range(MANY)]
    with kit_database.session() as session:
        insert_rows(session, outbox, rows)
        session.rollback()
    with kit_database.session() as session:
        assert session.scalars(select(outbox.c.id).where(outbox.c.id.in_([row["id"] for row in rows]))).all() == []


@pytest.mark.parametrize("count", [1, MANY], ids=["by INSERT", "by COPY"])
def test_a_row_that_python_was_to_fill_is_refused_however_many_there_are(kit_database: Database, count: int) -> None:
    table = Table("filled_by_python", MetaData(), Column("id", Uuid), Column("reason", Text, default=""))
    with kit_database.session() as session, pytest.raises(ValueError, match="reason"):
        insert_rows(session, table, [{"id": new_id()}] * count)


def test_many_rows_and_few_of_a_decorated_type_are_stored_alike(kit_database: Database) -> None:
    """A column whose type is made in Python, like a month, is written by COPY as by INSERT."""

    class Doubled(TypeDecorator[int]):
        impl = Integer
        cache_ok = True

        def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
            return None if value is None else 2 * value

    table = Table("doubled", MetaData(), Column("number", Doubled))
    for count in (MANY - 1, MANY):
        with kit_database.session() as session:
            session.execute(text("CREATE TEMPORARY TABLE IF NOT EXISTS doubled (number integer) ON COMMIT DROP"))
            insert_rows(session, table, [{"number": 21}] * count)
            assert set(session.scalars(text("SELECT number FROM doubled"))) == {42}
