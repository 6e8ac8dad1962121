"""Contact logs: edited for a day, added to from then on, and the follow-ups they plan (spec, customer.md, "Data")."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from services.contracts import customer_parts_calls as parts
from services.contracts.customer import EVENTS
from services.customer.usecases.add_to_contact_log import add_to_contact_log
from services.customer.usecases.change_contact_log import change_contact_log
from services.customer.usecases.list_contact_logs import list_contact_logs
from services.customer.usecases.list_follow_ups import list_follow_ups
from services.customer.usecases.release_customer import release_customer
from services.kit.caller import CallContext, Caller
from services.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.schema import load
from services.kit.unit_of_work import Begin
from tests.integration.customer.office import Office, noon, outcomes_of


def _change(
    office: Office,
    customer_id: UUID,
    log: dict[str, Any],
    *,
    by: Caller | None = None,
    at_instant: datetime | None = None,
    version: int = 1,
    **changes: Any,
) -> dict[str, Any]:
    context = CallContext(by or office.zhang, as_of=at_instant or noon(office.today))
    begin = Begin("customer", office.database, EVENTS, context)
    loaded = load(parts.ChangeContactLog, {"version": version, **changes})
    return dict(parts.ContactLog().dump(change_contact_log(begin, customer_id, log["id"], **loaded)))


def _add_to(office: Office, customer_id: UUID, log: dict[str, Any], content: str, *, by: Caller | None = None) -> dict[str, Any]:
    loaded = load(parts.AddToContactLog, {"content": content})
    added_to = add_to_contact_log(office.begin(by or office.zhang), customer_id, log["id"], **loaded)
    return dict(parts.ContactLog().dump(added_to))


def _logs(office: Office, customer_id: UUID, **query: Any) -> list[dict[str, Any]]:
    page = list_contact_logs(office.begin(office.zhang), customer_id, **load(parts.ContactLogQuery, query))
    return list(parts.ContactLogPage().dump(page)["items"])


def _plan(office: Office, caller: Caller | None = None, **query: Any) -> list[tuple[str, str]]:
    page = list_follow_ups(office.begin(caller or office.zhang), **load(parts.FollowUpQuery, query))
    return [(each["follow_up_on"], each["customer_name"]) for each in parts.FollowUpPage().dump(page)["items"]]


def _days(first: str | None = None, to: str | None = None) -> dict[str, Any]:
    return {name: day for name, day in (("from", first), ("to", to)) if day is not None}


# Editing


def test_a_log_is_edited_by_its_author_with_the_version_that_was_seen(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    contact = office.contact(office.zhang, customer_id)
    log = office.log(office.zhang, customer_id)
    changed = _change(office, customer_id, log, content="谈了合同", contact_id=str(contact["id"]))
    assert (changed["content"], changed["channel"], changed["contact_name"]) == ("谈了合同", "call", "顾晓岚")
    assert (changed["version"], changed["editable_until"]) == (2, "2026-03-11T04:00:00Z")
    with pytest.raises(Conflict, match="contact_log_changed_meanwhile") as refused:
        _change(office, customer_id, log, content="谈了价格")
    assert refused.value.params == {"version": 2}


@pytest.mark.parametrize(
    ("age", "editable"),
    [
        (timedelta(hours=24) - timedelta(microseconds=1), True),
        (timedelta(hours=24), False),
        (timedelta(days=40), False),
    ],
    ids=["just before", "exactly 24 hours", "long after"],
)
def test_logs_are_never_edited_after_24_hours_only_added_to(office: Office, age: timedelta, editable: bool) -> None:
    customer_id = office.add(office.zhang, "云帆")
    log = office.log(office.zhang, customer_id)
    later = noon(office.today) + age
    if editable:
        assert _change(office, customer_id, log, at_instant=later, content="改")["content"] == "改"
    else:
        with pytest.raises(Conflict, match="contact_log_closed"):
            _change(office, customer_id, log, at_instant=later, content="改")
        office.today = date(2026, 4, 30)
        assert _add_to(office, customer_id, log, "补充")["content"] == "谈了价格", "the log itself stays as it was"


def test_a_log_noted_late_is_edited_for_a_day_from_its_making_not_from_the_touch(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    log = office.log(office.zhang, customer_id, at="2026-03-01T09:00:00+08:00")
    assert _change(office, customer_id, log, content="改")["version"] == 2


def test_nobody_but_its_author_edits_a_log(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    log = office.log(office.zhang, customer_id)
    for keeper in (office.lead, office.admin):
        with pytest.raises(Forbidden, match="contact_log_not_yours") as refused:
            _change(office, customer_id, log, by=keeper, content="改")
        assert refused.value.params == {"author": "张伟"}
    with pytest.raises(NotFound, match="customer_not_found"):
        _change(office, customer_id, log, by=office.li, content="改")
    with pytest.raises(NotFound, match="contact_log_not_found"):
        _change(office, office.add(office.zhang, "海鸥"), log, content="改")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"at": "2026-03-10T12:00:01+08:00"}, {"at": ["in_future"]}),
        ({"follow_up_on": "2026-03-09"}, {"follow_up_on": ["before_start"]}),
        ({"at": "2026-03-08T09:00:00+08:00", "follow_up_on": "2026-03-07"}, {"follow_up_on": ["before_start"]}),
        ({"contact_id": str(new_id())}, {"contact_id": ["not_of_customer"]}),
    ],
    ids=["a touch to come", "a follow-up before the touch", "both moved", "another's contact"],
)
def test_a_log_cannot_become_what_it_could_not_be(office: Office, changes: dict[str, Any], wrong: dict[str, list[str]]) -> None:
    customer_id = office.add(office.zhang, "云帆")
    log = office.log(office.zhang, customer_id)
    with pytest.raises(InvalidInput) as refused:
        _change(office, customer_id, log, **changes)
    assert refused.value.fields == wrong


def test_a_follow_up_whose_day_has_come_is_taken_with_a_log_noted_late_and_reminds_at_once(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    log = office.log(office.zhang, customer_id, at="2026-03-05T09:00:00+08:00", follow_up_on="2026-03-08", next_step="送样品")
    (reminder,) = office.said("follow_up_due")
    assert reminder["contact_log_id"] == str(log["id"])
    office.sweep(office.today)
    assert len(office.said("follow_up_due")) == 1


def test_a_touch_that_moves_takes_the_last_contact_along_in_both_directions(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    office.log(office.zhang, customer_id, at="2026-03-06T09:00:00+08:00")
    log = office.log(office.zhang, customer_id, at="2026-03-08T09:00:00+08:00")
    _change(office, customer_id, log, at="2026-03-09T23:59:59+08:00")
    assert office.row(customer_id).last_log_on == date(2026, 3, 9)
    _change(office, customer_id, log, version=2, at="2026-03-03T09:00:00+08:00")
    assert office.row(customer_id).last_log_on == date(2026, 3, 6), "the other log is the last one now"


def test_a_touch_that_moves_settles_the_funnel(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    office.contact(office.zhang, customer_id, mobile="13816008866", title="经理", qq="10001", wechat="guxl")
    office.sweep(date(2026, 3, 25))
    assert office.row(customer_id).tier == "silent"
    office.today = date(2026, 6, 20)
    log = office.log(office.zhang, customer_id, at="2026-03-20T09:00:00+08:00")
    assert office.row(customer_id).tier == "silent", "three months without a log are over"
    _change(office, customer_id, log, at="2026-06-19T09:00:00+08:00")
    assert office.moves(customer_id)[-1] == ("silent", "intent", "silent_to_intent")
    assert office.row(customer_id).next_look_on == date(2026, 7, 2), "three days before the next fall, 15 days after the move"


def test_a_follow_up_that_moves_reminds_anew_and_another_edit_does_not(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    office.today = date(2026, 3, 10)
    log = office.log(office.zhang, customer_id, follow_up_on="2026-03-10", next_step="送样品")
    office.sweep(date(2026, 3, 10))
    _change(office, customer_id, log, content="谈了合同")
    office.sweep(date(2026, 3, 10))
    assert [each["follow_up_on"] for each in office.said("follow_up_due")] == ["2026-03-10"]
    _change(office, customer_id, log, version=2, follow_up_on="2026-03-12")
    for day in (11, 12, 13):
        office.sweep(date(2026, 3, day))
    assert [each["follow_up_on"] for each in office.said("follow_up_due")] == ["2026-03-10", "2026-03-12"]


@pytest.mark.parametrize("attempt", range(6))
def test_a_log_edited_while_others_are_added_leaves_the_last_contact_right(office: Office, attempt: int) -> None:
    customer_id = office.add(office.zhang, f"客户{attempt}")
    log = office.log(office.zhang, customer_id, at="2026-03-09T09:00:00+08:00")
    steps: list[Callable[[], Any]] = [
        lambda: _change(office, customer_id, log, at="2026-03-05T09:00:00+08:00"),
        lambda: office.log(office.zhang, customer_id, at="2026-03-07T09:00:00+08:00"),
        lambda: office.log(office.zhang, customer_id, at="2026-03-06T09:00:00+08:00"),
    ]
    assert outcomes_of(lambda step: step(), steps) == ["ok"] * 3
    assert office.row(customer_id).last_log_on == date(2026, 3, 7)


# Adding to, and listing


def test_what_is_added_to_a_log_is_shown_with_it_in_its_order_with_author_and_time(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    log = office.log(office.zhang, customer_id)
    office.log(office.zhang, customer_id, at="2026-03-09T09:00:00+08:00")
    _add_to(office, customer_id, log, "样品已寄")
    office.today = date(2026, 3, 20)
    shown = _add_to(office, customer_id, log, "客户已收到", by=office.lead)
    assert [(each["content"], each["author_name"], each["created_at"]) for each in shown["additions"]] == [
        ("样品已寄", "张伟", "2026-03-10T04:00:00Z"),
        ("客户已收到", "王芳", "2026-03-20T04:00:00Z"),
    ]
    listed = _logs(office, customer_id)
    assert [len(each["additions"]) for each in listed] == [2, 0]
    assert listed[0] == shown
    assert office.row(customer_id).last_log_on == date(2026, 3, 10), "a remark is no touch"


def test_only_who_keeps_the_customer_adds_to_its_logs(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    log = office.log(office.zhang, customer_id)
    finance = Caller(str(new_id()), "钱进", roles=frozenset({"finance"}))
    with pytest.raises(Forbidden, match="customer_not_yours"):
        _add_to(office, customer_id, log, "补充", by=finance)
    with pytest.raises(NotFound, match="customer_not_found"):
        _add_to(office, customer_id, log, "补充", by=office.li)


def test_logs_are_listed_by_channel_and_by_contact(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    contact = office.contact(office.zhang, customer_id)
    office.log(office.zhang, customer_id, content="一", channel="visit", contact_id=str(contact["id"]))
    office.log(office.zhang, customer_id, content="二", channel="visit")
    office.log(office.zhang, customer_id, content="三", channel="email", contact_id=str(contact["id"]))

    def found(**query: Any) -> set[str]:
        return {log["content"] for log in _logs(office, customer_id, **query)}

    assert found(channel="visit") == {"一", "二"}
    assert found(contact_id=str(contact["id"])) == {"一", "三"}
    assert found(channel="email", contact_id=str(contact["id"])) == {"三"}
    assert found(channel="wechat") == set()


def test_a_page_of_logs_asks_as_often_as_one_log(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")

    def statements() -> int:
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            asked.append(statement)

        event.listen(office.database.engine, "before_cursor_execute", note)
        _logs(office, customer_id)
        event.remove(office.database.engine, "before_cursor_execute", note)
        return len(asked)

    _add_to(office, customer_id, office.log(office.zhang, customer_id), "补充")
    one = statements()
    for _ in range(5):
        _add_to(office, customer_id, office.log(office.zhang, customer_id), "补充")
    assert statements() == one


# Follow-ups


def test_follow_ups_are_listed_by_day_within_bounds_and_page(office: Office) -> None:
    for name, day in (("甲", "2026-03-12"), ("乙", "2026-03-11"), ("丙", "2026-03-20"), ("丁", "2026-03-12")):
        customer_id = office.add(office.zhang, f"客户{name}")
        contact = office.contact(office.zhang, customer_id, mobile="13816008866")
        office.log(office.zhang, customer_id, follow_up_on=day, next_step="送样品", contact_id=str(contact["id"]))
    office.log(office.zhang, office.add(office.zhang, "没有计划"))
    assert [day for day, _ in _plan(office)] == ["2026-03-11", "2026-03-12", "2026-03-12", "2026-03-20"]
    assert _plan(office, **_days("2026-03-12", "2026-03-12")) == [("2026-03-12", "客户甲"), ("2026-03-12", "客户丁")]
    assert _plan(office, **_days(to="2026-03-11")) == [("2026-03-11", "客户乙")]
    assert _plan(office, **_days("2026-03-13")) == [("2026-03-20", "客户丙")]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = load(parts.FollowUpQuery, {"page_size": 1, "cursor": cursor})
        page = list_follow_ups(office.begin(office.zhang), **query)
        seen += [each["customer_name"] for each in page.items]
        cursor = page.next_cursor
        assert page.items[0]["contact_mobile"] == "13816008866"
    assert sorted(seen) == ["客户丁", "客户丙", "客户乙", "客户甲"]
    with pytest.raises(InvalidInput) as refused:
        _plan(office, **_days("2026-03-13", "2026-03-12"))
    assert refused.value.fields == {"to": ["before_start"]}


def test_a_follow_up_is_open_until_the_customer_is_in_touch_on_that_day_or_later(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    office.log(office.zhang, customer_id, follow_up_on="2026-03-12")
    office.today = date(2026, 3, 11)
    office.log(office.zhang, customer_id)
    assert _plan(office) == [("2026-03-12", "云帆")], "what was promised for the 12th is not kept on the 11th"
    office.today = date(2026, 3, 15)
    assert _plan(office) == [("2026-03-12", "云帆")], "overdue is still open"
    office.log(office.zhang, customer_id, at="2026-03-11T23:59:59+08:00")
    assert _plan(office) == [("2026-03-12", "云帆")], "a Shanghai day, whatever the hour"
    office.log(office.zhang, customer_id, at="2026-03-12T00:00:00+08:00")
    assert _plan(office) == []


def test_a_follow_up_for_the_same_day_is_not_kept_by_the_log_that_plans_it(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    office.log(office.zhang, customer_id, at="2026-03-10T09:00:00+08:00", follow_up_on="2026-03-10")
    assert _plan(office) == [("2026-03-10", "云帆")]
    office.log(office.zhang, customer_id, at="2026-03-10T11:00:00+08:00")
    assert _plan(office) == []


def test_a_follow_up_is_seen_by_who_sees_the_customer_and_in_the_pool_there_is_none(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    office.log(office.zhang, customer_id, follow_up_on="2026-03-12")
    other = office.add(office.zhao, "海鸥")
    office.log(office.zhao, other, follow_up_on="2026-03-13")
    assert _plan(office) == _plan(office, office.lead) == [("2026-03-12", "云帆")]
    assert _plan(office, office.li) == []
    assert _plan(office, office.admin) == [("2026-03-12", "云帆"), ("2026-03-13", "海鸥")]
    assert _plan(office, office.admin, owner_id=office.zhao.user_id) == [("2026-03-13", "海鸥")]
    release_customer(office.begin(office.zhang), customer_id, "行业不符")
    assert _plan(office) == _plan(office, office.li) == []
