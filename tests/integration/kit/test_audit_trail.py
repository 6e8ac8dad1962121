"""A service's audit trail is read newest first, by any of what its entries say, and by an index whatever is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from services.kit.audit import AuditEntry
from services.kit.audit_trail import AuditQuery, list_audit_entries
from services.kit.caller import Caller
from services.kit.errors import InvalidInput
from services.kit.schema import load
from services.kit.unit_of_work import Begin

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
ZHANG, LI = Caller(user_id="zhang", name="张伟"), Caller(user_id="li", name="李强")


def _at(begin: Begin, caller: Caller, minutes: int) -> Begin:
    begin = begin.on_behalf_of(caller)
    return replace(begin, context=replace(begin.context, as_of=NOON + timedelta(minutes=minutes)))


def _page(begin: Begin, **query: Any) -> Any:
    return list_audit_entries(begin, **load(AuditQuery, query))


def _actions(begin: Begin, **query: Any) -> list[str]:
    return [entry["action"] for entry in _page(begin, **query).items]


@pytest.fixture
def told(begin: Begin) -> Begin:
    """A few entries, in the order of their actions' names."""
    with _at(begin, ZHANG, 0)() as work:
        work.audit("a_added", ("customer", "c1"), after={"name": "云帆"}, why="新客户")
    with _at(begin, LI, 1)() as work:
        work.audit("b_changed", ("customer", "c1"), before={"name": "云帆"}, after={"name": "远航"}, why="改名 Renamed 50%")
        work.audit("c_changed", ("product", "c1"), after={"name": "短信"})
    with _at(begin, LI, 2)() as work:
        work.audit("d_released", ("customer", "c2"))
    return begin


def test_entries_are_newest_first_with_who_when_what_and_why(told: Begin) -> None:
    entries = _page(told).items
    assert [entry["action"] for entry in entries] == ["d_released", "c_changed", "b_changed", "a_added"]
    changed = entries[2]
    assert (changed["user_id"], changed["user_name"], changed["at"]) == ("li", "李强", NOON + timedelta(minutes=1))
    assert (changed["subject_type"], changed["subject_id"], changed["why"]) == ("customer", "c1", "改名 Renamed 50%")
    assert (changed["before"], changed["after"]) == ({"name": "云帆"}, {"name": "远航"})


@pytest.mark.parametrize(
    ("query", "actions"),
    [
        pytest.param({"subject_type": "customer", "subject_id": "c1"}, ["b_changed", "a_added"], id="one subject's history"),
        pytest.param({"user_id": "li"}, ["d_released", "c_changed", "b_changed"], id="what one user did"),
        pytest.param({"action": "c_changed"}, ["c_changed"], id="one kind of change"),
        pytest.param({"from": "2026-03-02T04:01:00Z"}, ["d_released", "c_changed", "b_changed"], id="from, included"),
        pytest.param({"to": "2026-03-02T04:01:00Z"}, ["a_added"], id="to, not included"),
        pytest.param(
            {"from": "2026-03-02T12:01:00+08:00", "to": "2026-03-02T12:02:00+08:00"}, ["c_changed", "b_changed"], id="both"
        ),
        pytest.param({"why": "客户"}, ["a_added"], id="part of the reason"),
        pytest.param({"why": "renamed 50%"}, ["b_changed"], id="of any case, and a per cent sign is one"),
        pytest.param({"why": "%"}, ["b_changed"], id="and nothing else"),
        pytest.param({"why": "改名", "user_id": "zhang"}, [], id="each narrows"),
    ],
)
def test_entries_are_found_by_what_they_say(told: Begin, query: dict[str, str], actions: list[str]) -> None:
    assert _actions(told, **query) == actions


def test_pages_neither_repeat_nor_leave_out_what_was_changed_at_one_instant(begin: Begin) -> None:
    with _at(begin, ZHANG, 0)() as work:
        work.audit_all([AuditEntry(f"change_{number:02}", ("customer", "c1")) for number in range(25)])
    seen, cursor = [], ""
    while True:
        page = _page(begin, page_size=10, cursor=cursor)
        seen += [entry["action"] for entry in page.items]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert seen == [f"change_{number:02}" for number in reversed(range(25))]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"subject_type": "customer"}, "subject_id"),
        ({"subject_id": "c1"}, "subject_type"),
        ({"from": "yesterday"}, "from"),
        ({"page_size": 201}, "page_size"),
        ({"colour": "red"}, "colour"),
        ({"cursor": "made up"}, "cursor"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_by_field(begin: Begin, query: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        _page(begin, **query)
    assert list(refused.value.fields) == [field]


@pytest.fixture
def many(begin: Begin) -> Begin:
    """Thirty thousand entries of three hundred subjects and thirty users; every third has a reason."""
    fill = text(
        "INSERT INTO audit_entries"
        " SELECT gen_random_uuid(), timestamptz '2026-01-01' + n * interval '1 minute', 'u' || n % 30, '某人',"
        " 'action_' || n % 40, 'customer', 'c' || n % 300, NULL, NULL, CASE n % 3 WHEN 0 THEN '原因 ' || n ELSE '' END, ''"
        " FROM generate_series(1, 30000) n"
    )
    with begin() as work:
        work.session.execute(fill)
    with begin.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE audit_entries"))
    return begin


@contextmanager
def _explained(begin: Begin) -> Iterator[list[str]]:
    """How the queries of the block are answered."""
    plans: list[str] = []

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            with cursor.connection.cursor() as other:
                plans.append("\n".join(row[0] for row in other.execute(f"EXPLAIN {statement}", parameters)))

    event.listen(begin.database.engine, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(begin.database.engine, "before_cursor_execute", explain)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        pytest.param({}, "ix_audit_entries_at", id="all"),
        pytest.param({"from": "2026-01-10T00:00:00Z", "to": "2026-01-11T00:00:00Z"}, "ix_audit_entries_at", id="from and to"),
        pytest.param({"subject_type": "customer", "subject_id": "c7"}, "ix_audit_entries_subject", id="subject"),
        pytest.param({"user_id": "u7"}, "ix_audit_entries_user", id="user"),
        pytest.param({"action": "action_7"}, "ix_audit_entries_action", id="action"),
        pytest.param({"why": "原因 29"}, "ix_audit_entries_reasons", id="why"),
    ],
)
def test_every_filter_is_answered_by_an_index_and_sorts_nothing(many: Begin, query: dict[str, Any], index: str) -> None:
    first = _page(many, **query, page_size=10)
    with _explained(many) as plans:
        assert len(_page(many, **query, page_size=10, cursor=first.next_cursor).items) == 10
    (plan,) = plans
    assert f"Index Scan Backward using {index} " in plan, plan
    assert "Sort" not in plan, plan
