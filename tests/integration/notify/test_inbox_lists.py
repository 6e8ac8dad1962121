"""The inbox: whose messages, in which order, narrowed to what; and marking them (spec, notify.md)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from services.kit.caller import Caller
from services.kit.errors import InvalidInput
from services.kit.ids import new_id
from services.notify.domain.recipients import Recipient
from services.notify.store.messages import begin_posting, close_tasks, insert_messages
from services.notify.store.tables import MessageRead
from tests.integration.notify.mailroom import NOON, Mailroom

EAST, TEAM = str(new_id()), str(new_id())
SALES = Caller(str(new_id()), "张伟", EAST, roles=frozenset({"sales"}))
COLLEAGUE = Caller(str(new_id()), "李娜", TEAM, roles=frozenset({"sales"}))
LEAD = Caller(str(new_id()), "王芳", EAST, (EAST, TEAM), (EAST,), frozenset({"sales_lead"}))
ADMIN = Caller(str(new_id()), "赵敏", roles=frozenset({"sales_admin"}))
MINE = Recipient("user", user_id=SALES.user_id)
ROLE = Recipient("role", role="sales")


def _minutes(count: int) -> datetime:
    return NOON + timedelta(minutes=count)


@pytest.mark.parametrize(
    ("recipient", "readers"),
    [
        pytest.param(MINE, "张伟", id="a user"),
        pytest.param(Recipient("lead", department_id=EAST), "王芳", id="the lead of a department"),
        pytest.param(Recipient("lead", department_id=TEAM), "", id="which has another lead, whoever leads above"),
        pytest.param(ROLE, "张伟李娜", id="the holders of a role, everywhere"),
        pytest.param(Recipient("role", role="sales", department_id=EAST), "张伟", id="the holders of a role in a department"),
    ],
)
def test_a_recipient_is_settled_from_the_readers_own_claims_when_the_inbox_is_read(
    mailroom: Mailroom, recipient: Recipient, readers: str
) -> None:
    mailroom.post(recipient)
    assert "".join(reader.name for reader in (SALES, COLLEAGUE, LEAD, ADMIN) if mailroom.inbox(reader)) == readers


def test_the_inbox_is_the_same_however_the_id_is_written_in_the_claims(mailroom: Mailroom) -> None:
    mailroom.post(MINE)
    assert len(mailroom.inbox(Caller(SALES.user_id.upper(), "张伟"))) == 1


def _mixed(mailroom: Mailroom) -> list[UUID]:
    """Forty messages in the order of the inbox: unread first, newest first; last what is read, by itself or with all that is
    older, or is done."""
    posted = [
        mailroom.post((MINE, ROLE)[number % 2], posted_at=_minutes(number), text_zh=f"第{number}条")[0] for number in range(20)
    ]
    mailroom.mark(SALES)
    after = [
        mailroom.post((MINE, ROLE)[number % 2], posted_at=_minutes(number), text_zh=f"第{number}条")[0]
        for number in range(20, 38)
    ]
    done = [mailroom.post(MINE, posted_at=_minutes(at), done_at=NOON, text_zh=f"第{at}条")[0] for at in (25, 30)]
    one_by_one = after[3:12]
    mailroom.mark(SALES, *one_by_one)
    times = {
        **dict(zip(posted, range(20), strict=True)),
        **dict(zip(after, range(20, 38), strict=True)),
        done[0]: 25,
        done[1]: 30,
    }
    unread = [each for each in after if each not in one_by_one]
    read = [*posted, *one_by_one, *done]

    def newest_first(ids: list[UUID]) -> list[UUID]:
        return sorted(ids, key=lambda each: (times[each], each), reverse=True)

    return [*newest_first(unread), *newest_first(read)]


@pytest.mark.parametrize("page_size", [1, 7, 9, 20, 200])
def test_unread_first_newest_first_and_read_ones_last_on_pages_of_any_size(mailroom: Mailroom, page_size: int) -> None:
    expected = _mixed(mailroom)
    assert [message["id"] for message in mailroom.whole(SALES, page_size)] == expected
    assert [message["id"] for message in mailroom.whole(SALES, page_size, q="条")] == expected
    assert [message["id"] for message in mailroom.whole(SALES, page_size, q="第3")] == [
        message["id"] for message in mailroom.inbox(SALES, page_size=200) if "第3" in message["text"]["zh"]
    ]


def test_what_is_unread_and_what_is_read_are_two_lists_that_make_one(mailroom: Mailroom) -> None:
    expected = _mixed(mailroom)
    unread, read = ([message["id"] for message in mailroom.whole(SALES, 4, read=each)] for each in ("false", "true"))
    assert (len(unread), len(read)) == (9, 31)
    assert unread + read == expected
    by_time = mailroom.whole(SALES, 6, sort="posted_at")
    assert [message["posted_at"] for message in by_time] == sorted(message["posted_at"] for message in by_time)
    assert {message["id"] for message in by_time} == set(expected)
    assert {message["id"] for message in by_time if not message["read"]} == set(unread)


def test_an_inbox_whose_unread_fill_a_page_exactly_goes_on_with_the_read_ones(mailroom: Mailroom) -> None:
    read, *unread = (mailroom.post(MINE, posted_at=_minutes(number))[0] for number in range(4))
    mailroom.mark(SALES, read)
    page = mailroom.page(SALES, page_size=3)
    assert [message["id"] for message in page.items] == unread[::-1]
    assert [message["id"] for message in mailroom.page(SALES, page_size=3, cursor=page.next_cursor).items] == [read]


@pytest.mark.parametrize("cursor", ["x", "unread", "read.x", "done.", "unread.bnVsbA", "."])
def test_a_cursor_of_something_else_is_refused(mailroom: Mailroom, cursor: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        mailroom.inbox(SALES, cursor=cursor)
    assert refused.value.fields == {"cursor": ["invalid"]}


@pytest.mark.parametrize(
    ("query", "field"), [({"sort": "title"}, "sort"), ({"sort": "-inbox"}, "sort"), ({"page_size": 201}, "page_size")]
)
def test_a_sort_or_page_size_that_there_is_not_is_refused(mailroom: Mailroom, query: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        mailroom.inbox(SALES, **query)
    assert field in refused.value.fields


CUSTOMER = new_id()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"category": "billing"}, ["账单"]),
        ({"category": "task"}, ["确认", "财务"]),
        ({"place": "bills.open"}, ["账单"]),
        ({"place": "bills"}, ["账单"]),
        ({"place": "bill"}, []),
        ({"place": "processes.todo"}, ["确认", "财务"]),
        ({"place": "processes.todo.write_off"}, ["确认", "财务"]),
        ({"place": "processes.todo.write_off.confirm"}, ["确认"]),
        ({"place": "processes.todo", "category": "billing"}, []),
        ({"customer_id": str(CUSTOMER)}, ["公海"]),
        ({"customer_id": str(new_id())}, []),
        ({"since": _minutes(2).isoformat()}, ["财务", "公海"]),
        ({"since": _minutes(1).isoformat(), "until": _minutes(2).isoformat()}, ["确认"]),
        ({"q": "云帆"}, ["账单", "公海"]),
        ({"q": "云 帆"}, ["账单", "公海"]),
        ({"q": "yunfan"}, ["账单"]),
        ({"q": "公"}, ["公海"]),
        ({"q": "BILL ２０２６"}, ["账单"]),
        ({"q": "云帆", "category": "billing"}, ["账单"]),
        ({"q": "云帆", "place": "customers"}, ["公海"]),
        ({"q": "云帆", "customer_id": str(CUSTOMER)}, ["公海"]),
        ({"q": "云帆", "until": _minutes(1).isoformat()}, ["账单"]),
        ({"q": "帆上"}, []),
        ({"q": "%"}, []),
    ],
)
def test_an_inbox_is_narrowed_by_category_place_customer_time_and_text(
    mailroom: Mailroom, query: dict[str, Any], expected: list[str]
) -> None:
    kinds: list[tuple[str, dict[str, Any]]] = [
        (
            "账单",
            {"category": "billing", "place": "bills.open", "text_zh": "上海云帆", "title_en": "Bill 2026", "text_en": "Yunfan"},
        ),
        ("确认", {"category": "task", "place": "processes.todo.write_off.confirm"}),
        ("财务", {"category": "task", "place": "processes.todo.write_off.finance"}),
        ("公海", {"customer_id": CUSTOMER, "text_zh": "云帆"}),
    ]
    for number, (title, columns) in enumerate(kinds):
        mailroom.post(MINE, title_zh=title, posted_at=_minutes(number), **columns)
    assert mailroom.titles(SALES, **query, sort="posted_at") == expected
    assert mailroom.titles(SALES, **query) == expected[::-1], "unread, the newest first"
    assert mailroom.inbox(COLLEAGUE, **query) == []


@pytest.mark.parametrize("few", [0, 300], ids=["where many have it", "where few have it"])
def test_a_text_is_found_behind_thousands_that_do_not_have_it(
    mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("services.notify.store.inbox._WALK_MAX", 5)
    monkeypatch.setattr("services.notify.store.inbox._FEW_MAX", few)
    first = mailroom.post(MINE, text_zh="很久以前的云帆", posted_at=_minutes(-100))[0]
    for number in range(12):
        mailroom.post(MINE, posted_at=_minutes(number), text_zh="近来的")
    for query in ("云帆", "帆"):
        assert [message["id"] for message in mailroom.inbox(SALES, q=query)] == [first]
    assert len(mailroom.whole(SALES, 3, q="近来")) == 12


def test_one_many_and_all_are_marked_once_each_and_by_nobody_for_another(mailroom: Mailroom) -> None:
    """Spec, notify.md: "Mark one, many, all"."""
    ids = [mailroom.post(ROLE, posted_at=_minutes(number))[0] for number in range(6)]
    assert [mailroom.mark(SALES, ids[0]), mailroom.mark(SALES, *ids[:3]), mailroom.mark(SALES, *ids[:3])] == [1, 2, 0]
    assert [mailroom.mark(SALES), mailroom.mark(SALES)] == [3, 0]
    assert mailroom.mark(ADMIN, *ids) == 0, "whose they are not"
    assert mailroom.counts(COLLEAGUE)["total"] == 6
    assert mailroom.counts(SALES) == {"total": 0, "places": {}}


def test_marking_one_by_one_at_once_marks_each_once(mailroom: Mailroom) -> None:
    ids = [mailroom.post(MINE)[0] for _ in range(10)]
    with ThreadPoolExecutor(4) as pool:
        marked = list(pool.map(lambda _: mailroom.mark(SALES, *ids), range(8)))
    assert sum(marked) == 10


def test_who_comes_to_hold_a_role_has_read_nothing_of_it(mailroom: Mailroom) -> None:
    mailroom.post(Recipient("role", role="sales_admin"))
    assert mailroom.mark(SALES) == 0
    promoted = Caller(SALES.user_id, SALES.name, EAST, roles=frozenset({"sales", "sales_admin"}))
    assert mailroom.counts(promoted)["total"] == 1
    assert mailroom.mark(promoted) == 1


def test_what_is_posted_at_the_very_instant_of_a_mark_or_before_it_is_unread(mailroom: Mailroom) -> None:
    """Clocks differ, and time may be pretended."""
    mailroom.post(MINE)
    assert mailroom.mark(SALES) == 1
    for at in (NOON, NOON - timedelta(hours=1)):
        mailroom.post(MINE, posted_at=at)
    assert mailroom.counts(SALES)["total"] == 2
    assert [message["read"] for message in mailroom.inbox(SALES)] == [False, False, True]


def test_who_marks_everything_waits_for_what_is_being_posted(mailroom: Mailroom) -> None:
    """Else a message with an older time would be seen first when it is read already."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    mailroom.post(MINE)
    with ThreadPoolExecutor(1) as pool:
        with mailroom.begin()() as work:
            begin_posting(work.session)
            marking = pool.submit(mailroom.mark, SALES)
            while not work.session.scalar(waiting):
                assert not marking.done(), "it did not wait"
            insert_messages(work.session, mailroom.rows(MINE, posted_at=NOON - timedelta(hours=1)))
        assert marking.result(timeout=10) == 2
    assert mailroom.counts(SALES)["total"] == 0


def test_who_marks_everything_and_who_ends_tasks_do_not_wait_for_each_other_in_turn(mailroom: Mailroom) -> None:
    """Both forget who has read the same messages one by one, in whatever order they find them."""
    tasks = [new_id() for _ in range(3)]
    ids = [mailroom.post(MINE, task_id=task)[0] for task in tasks]
    mailroom.mark(SALES, *ids)
    mailroom.post(MINE)
    blocked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with ThreadPoolExecutor(1) as pool:
        with mailroom.begin()() as work:
            close_tasks(work.session, tasks[1:2], NOON)
            marking = pool.submit(mailroom.mark, SALES)
            while not work.session.scalar(blocked):
                assert not marking.done(), "it did not wait"
            close_tasks(work.session, [tasks[0], tasks[2]], NOON)
        assert marking.result(timeout=10) == 1
    assert mailroom.counts(SALES) == {"total": 0, "places": {}}


def test_marks_take_the_place_of_what_was_noted_one_by_one(mailroom: Mailroom) -> None:
    ids = [mailroom.post(MINE, posted_at=_minutes(number))[0] for number in range(3)]
    mailroom.mark(SALES, *ids[:2])
    mailroom.mark(SALES)
    with mailroom.database.session() as session:
        assert session.scalars(select(func.count()).select_from(MessageRead)).one() == 0


def test_a_place_counts_a_thousand_at_most(mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.notify.store.counters.COUNT_MAX", 3)
    for number in range(5):
        mailroom.post(MINE, posted_at=_minutes(number))
        mailroom.post(ROLE, place="bills.open", category="billing")
    assert mailroom.counts(SALES) == {"total": 6, "places": {"bills": 3, "bills.open": 3, "customers": 3, "customers.pool": 3}}


def test_what_is_read_one_by_one_does_not_count_of_few_and_of_many(mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """An addressee's messages are counted in one way as long as they are few, and in another where there are more."""
    monkeypatch.setattr("services.notify.store.counters.COUNT_MAX", 4)
    few = [mailroom.post(MINE, posted_at=_minutes(number))[0] for number in range(4)]
    many = [mailroom.post(ROLE, posted_at=_minutes(number), place="bills.open", category="billing")[0] for number in range(6)]
    mailroom.mark(SALES, few[0], *many[3:])
    assert mailroom.counts(SALES) == {"total": 6, "places": {"bills": 3, "bills.open": 3, "customers": 3, "customers.pool": 3}}


def test_a_service_reads_and_marks_nothing(mailroom: Mailroom) -> None:
    mailroom.post(MINE)
    assert mailroom.inbox(Caller.system("x")) == []
    assert mailroom.mark(Caller.system("x")) == 0
