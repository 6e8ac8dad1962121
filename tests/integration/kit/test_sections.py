"""Sections of a page: counted in one statement, and no further than anybody would count."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Select, event, func, select

from services.kit import sections
from services.kit.database import Database
from services.kit.sections import COUNTED_MAX, count_each, section


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url.format(service="notify"), pool_size=1)
    yield database
    database.close()


def _numbers(count: int) -> Select[int]:
    number = func.generate_series(1, count).column_valued("number")
    return select(number).order_by(number)


def test_several_lists_are_counted_in_one_statement(database: Database) -> None:
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    with database.session() as session:
        counts = count_each(session, {"none": _numbers(0), "few": _numbers(7), "all": _numbers(COUNTED_MAX)})
    assert counts == {"none": 0, "few": 7, "all": COUNTED_MAX}
    assert len(asked) == 1


def test_what_is_over_the_limit_counts_as_one(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "COUNTED_MAX", 3)
    with database.session() as session:
        assert count_each(session, {"three": _numbers(3), "many": _numbers(1_000_000)}) == {"three": 3, "many": 4}
    assert section(["a"], 3) == {"total": 3, "is_more": False, "items": ["a"]}
    assert section(["a"], 4) == {"total": 3, "is_more": True, "items": ["a"]}
