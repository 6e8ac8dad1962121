"""What is new to the readers of the stream ("a console that reconnects misses nothing"), and what waits for each."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.event import listen
from sqlalchemy.orm import Session

from services.contracts import notify_calls, notify_stream_calls
from services.contracts.notify import EVENTS
from services.contracts.notify_stream_calls import MESSAGES_MAX
from services.kit.caller import CallContext, Caller
from services.kit.clock import utc_now
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.errors import Forbidden
from services.kit.ids import new_id
from services.kit.schema import dump, load
from services.kit.tables import outbox
from services.kit.unit_of_work import Begin
from services.notify.store.counters import COUNT_MAX
from services.notify.store.tables import Message, MessageRead
from services.notify.usecases.close_tasks import close_tasks
from services.notify.usecases.count_messages import count_messages
from services.notify.usecases.gather_receipts import gather_receipts
from services.notify.usecases.list_messages import list_messages
from services.notify.usecases.list_stream_changes import list_stream_changes
from services.notify.usecases.mark_messages_read import mark_messages_read
from tests.integration.notify.mailroom import counted
from tests.servers.worker_databases import WorkerDatabases

SALES, LEAD, FINANCE = (Caller(str(new_id()), name, roles=frozenset()) for name in ("张伟", "李领导", "钱会计"))
DEPARTMENT, OTHER_DEPARTMENT = str(new_id()), str(new_id())


@pytest.fixture
def database(worker_databases: WorkerDatabases) -> Database:
    return worker_databases.as_new("notify")


def _begin(database: Database, caller: Caller | None = None) -> Begin:
    return Begin("notify", database, EVENTS, CallContext(caller or Caller.system("gateway")))


def _person(**claims: Any) -> Caller:
    return Caller(str(new_id()), "谁", **claims)


def _row(
    *, to: str | None = None, lead_of: str | None = None, role: str | None = None, holders_in: str | None = None, **more: Any
) -> dict[str, Any]:
    identity = new_id()
    return {
        "id": identity,
        "deduplication_key": str(identity),
        "category": "task",
        "place": "tasks.write_off",
        "severity": "info",
        "recipient_kind": "user" if to else "lead" if lead_of else "role",
        "user_id": to and UUID(to),
        "department_id": UUID(lead_of or holders_in) if lead_of or holders_in else None,
        "role": role,
        **{f"{what}_{language}": f"{what} {identity}" for what in ("title", "text") for language in ("zh", "en")},
        "link": "/",
        "customer_id": None,
        "task_id": None,
        "posted_at": utc_now(),
        "done_at": None,
        **more,
    }


def _post(session: Session, *rows: dict[str, Any]) -> list[str]:
    session.execute(insert(Message), list(rows))
    return [str(row["id"]) for row in rows]


def _posted(database: Database, *rows: dict[str, Any]) -> list[str]:
    with database.session() as session, session.begin():
        return _post(session, *rows)


def _changes(database: Database, *readers: tuple[Caller, str | None]) -> dict[str, Any]:
    """As the gateway asks it, and gets it."""
    asked = [
        {
            "user_id": reader.user_id,
            "department_id": reader.department_id or None,
            "nearest_lead_of": list(reader.nearest_lead_of),
            "roles": sorted(reader.roles),
            "since": since,
        }
        for reader, since in readers
    ]
    loaded = load(notify_stream_calls.StreamReaders, {"readers": asked})["readers"]
    changes: dict[str, Any] = dump(notify_stream_calls.StreamChanges, list_stream_changes(_begin(database), loaded))
    return changes


def _new(changes: dict[str, Any], number: int = 0) -> list[str]:
    return [changes["messages"][place]["id"] for place in changes["readers"][number]["messages"]]


def _cursor(database: Database, reader: Caller = SALES) -> str:
    return str(_changes(database, (reader, None))["cursor"])


def _inbox(database: Database, reader: Caller) -> dict[str, Any]:
    asked: dict[str, Any] = dict.fromkeys(("category", "place", "read", "customer_id", "since", "until"))
    page = list_messages(_begin(database, reader), **asked, text="", page_size=200, sort="", cursor="")
    items = dump(notify_calls.MessagePage, page)["items"]
    return {message["id"]: message for message in items}


def test_what_was_posted_since_comes_once_and_as_the_inbox_shows_it(database: Database) -> None:
    _posted(database, _row(to=SALES.user_id))
    since = _cursor(database)
    posted = _posted(database, _row(to=SALES.user_id), _row(to=SALES.user_id), _row(to=LEAD.user_id))
    changes = _changes(database, (SALES, since))
    assert _new(changes) == posted[:2]
    inbox = _inbox(database, SALES)
    assert changes["messages"] == [inbox[message_id] for message_id in posted[:2]]
    assert _new(_changes(database, (SALES, changes["cursor"]))) == []


def test_a_transaction_that_posts_first_and_commits_last_is_not_passed_over(database: Database) -> None:
    """The order of ids, of clocks and of transactions is not the order in which messages come to be seen."""
    since = _cursor(database)
    with database.session() as first, first.begin():
        (slow,) = _post(first, _row(to=SALES.user_id))
        (quick,) = _posted(database, _row(to=SALES.user_id))
        changes = _changes(database, (SALES, since))
        assert _new(changes) == [quick]
    later = _changes(database, (SALES, changes["cursor"]))
    assert _new(later) == [slow], "what comes late comes, and what has come does not come again"
    assert _new(_changes(database, (SALES, later["cursor"]))) == []
    assert set(_new(_changes(database, (SALES, since)))) == {slow, quick}


def test_a_long_transaction_elsewhere_on_the_server_makes_nothing_come_twice(database: Database) -> None:
    with database.session() as other, other.begin():
        other.execute(select(func.pg_current_xact_id()))
        since = _cursor(database)
        seen: list[str] = []
        posted: list[str] = []
        for _ in range(3):
            posted += _posted(database, _row(to=SALES.user_id))
            changes = _changes(database, (SALES, since))
            since = changes["cursor"]
            seen += _new(changes)
    assert seen == posted


def test_messages_posted_by_many_hands_at_once_come_once_each(database: Database) -> None:
    """Transactions that begin, post and commit in every order, and a reader that looks in between."""
    chance = random.Random(7)
    since = _cursor(database)
    seen: list[str] = []
    posted: list[str] = []
    sessions: list[Session] = []
    for _ in range(60):
        if len(sessions) < 4 and chance.random() < 0.5:
            session = database.session()
            session.begin()
            posted += _post(session, _row(to=SALES.user_id))
            sessions.append(session)
        elif sessions:
            session = sessions.pop(chance.randrange(len(sessions)))
            session.commit()
            session.close()
        changes = _changes(database, (SALES, since))
        since = changes["cursor"]
        seen += _new(changes)
    for session in sessions:
        session.commit()
        session.close()
    seen += _new(_changes(database, (SALES, since)))
    assert sorted(seen) == sorted(posted)
    assert len(posted) > 20


@pytest.mark.parametrize(
    ("cursor", "why"),
    [
        ("{epoch}/{far}:{far}:", "of a server that was restored to an earlier day"),
        ("1.1/3:5:", "of another server"),
        ("tomorrow", "of nobody"),
    ],
)
def test_a_cursor_that_means_nothing_here_says_read_the_inbox_again(database: Database, cursor: str, why: str) -> None:
    epoch = _cursor(database).partition("/")[0]
    _posted(database, _row(to=SALES.user_id))
    changes = _changes(database, (SALES, cursor.format(epoch=epoch, far=10**15)), (LEAD, None))
    assert [reader["missed"] for reader in changes["readers"]] == [True, False], why
    assert changes["messages"] == []
    assert changes["readers"][0]["counters"]["total"] == 1
    (posted,) = _posted(database, _row(to=SALES.user_id))
    assert _new(_changes(database, (SALES, changes["cursor"]))) == [posted]


def test_messages_that_a_dump_brought_from_a_server_that_counts_higher_are_not_new(database: Database) -> None:
    since = _cursor(database)
    _posted(database, _row(to=SALES.user_id))
    with database.session() as session, session.begin():
        session.execute(update(Message).values(posted_in=text("'1000000000000'::xid8")))
    changes = _changes(database, (SALES, since))
    assert (_new(changes), changes["readers"][0]["missed"]) == ([], False)
    (posted,) = _posted(database, _row(to=SALES.user_id))
    assert _new(_changes(database, (SALES, changes["cursor"]))) == [posted]


def test_of_more_than_can_be_told_it_is_told_that_there_are_more(database: Database) -> None:
    since = _cursor(database)
    _posted(database, *(_row(to=SALES.user_id) for _ in range(MESSAGES_MAX)))
    told = _changes(database, (SALES, since))
    assert (len(_new(told)), told["readers"][0]["missed"]) == (MESSAGES_MAX, False)
    _posted(database, _row(to=SALES.user_id))
    missed = _changes(database, (SALES, since))
    assert (_new(missed), missed["readers"][0]["missed"]) == ([], True)
    assert missed["readers"][0]["counters"]["total"] == MESSAGES_MAX + 1


_PLACES = ("customers.funnel", "processes.todo.write_off.confirm", "processes.todo.write_off", "bills.open")


def _crowd() -> list[Caller]:
    return [
        _person(roles=frozenset({"finance"})),
        _person(roles=frozenset({"finance", "admin"}), department_id=DEPARTMENT),
        _person(roles=frozenset({"sales_lead"}), department_id=DEPARTMENT, nearest_lead_of=(DEPARTMENT, OTHER_DEPARTMENT)),
        _person(roles=frozenset({"sales"}), department_id=OTHER_DEPARTMENT),
        _person(),
    ]


def _everything(crowd: Sequence[Caller]) -> list[dict[str, Any]]:
    """Messages of all kinds to all kinds of recipients: tasks open, urged and done, and others; at several places."""
    chance = random.Random(11)
    rows: list[dict[str, Any]] = []
    for number in range(200):
        recipient: dict[str, Any] = chance.choice(
            [
                {"to": chance.choice(crowd).user_id},
                {"lead_of": chance.choice([DEPARTMENT, OTHER_DEPARTMENT, str(new_id())])},
                {"role": chance.choice(["finance", "admin", "sales", "legal"])},
                {"role": chance.choice(["admin", "sales"]), "holders_in": chance.choice([DEPARTMENT, OTHER_DEPARTMENT])},
            ]
        )
        task = chance.choice([None, UUID(int=number % 40 + 1)])
        done = utc_now() if task and chance.random() < 0.3 else None
        rows.append(_row(**recipient, task_id=task, done_at=done, things=chance.choice([1, 1, 5]), place=chance.choice(_PLACES)))
    return rows


@pytest.mark.parametrize("count_max", [COUNT_MAX, 12])
def test_readers_of_every_kind_are_told_together_what_each_alone_would_be_told(
    database: Database, monkeypatch: pytest.MonkeyPatch, count_max: int
) -> None:
    """The counters on the stream are the very ones of ``GET /counters``, and of what its inbox shows; its messages those of
    ``GET /messages``. So it is of addressees with few messages, and of those with many."""
    monkeypatch.setattr("services.notify.store.counters.COUNT_MAX", count_max)
    crowd = _crowd()
    since = _cursor(database)
    posted = _everything(crowd)
    kept = []
    for start in range(0, len(posted), 50):  # by several transactions
        kept += _posted(database, *posted[start : start + 50])
        if start == 50:
            mark_messages_read(_begin(database, crowd[1]), None)
    for reader in crowd:
        mark_messages_read(_begin(database, reader), [UUID(message_id) for message_id in list(_inbox(database, reader))[::3]])
    changes = _changes(database, *((reader, since) for reader in crowd))
    assert any(reader["counters"]["total"] for reader in changes["readers"])
    for number, reader in enumerate(crowd):
        inbox = _inbox(database, reader)
        alone = _changes(database, (reader, since))
        told = changes["readers"][number]
        assert told["counters"] == counted(inbox.values())
        assert told["counters"] == dump(notify_calls.Counters, count_messages(_begin(database, reader)))
        assert told["missed"] == (len(inbox) > MESSAGES_MAX)
        assert _new(changes, number) == _new(alone) == (sorted(inbox, key=kept.index) if not told["missed"] else [])
        assert [changes["messages"][place] for place in told["messages"]] == [inbox[each] for each in _new(changes, number)]


def test_a_hundred_readers_cost_the_queries_of_one(database: Database) -> None:
    statements: list[str] = []
    listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    crowd = [_person(roles=frozenset({"finance"})) for _ in range(notify_stream_calls.READERS_MAX)]
    since = _cursor(database)
    (posted,) = _posted(database, _row(role="finance"))
    costs = []
    for readers in (crowd[:1], crowd):
        del statements[:]
        changes = _changes(database, *((reader, since) for reader in readers))
        costs.append(len(statements))
        assert all(_new(changes, number) == [posted] for number in range(len(readers)))
        assert len(changes["messages"]) == 1, "what is new to many travels once"
    assert costs[0] == costs[1] <= 6


def test_only_the_system_itself_asks_for_others(database: Database) -> None:
    with pytest.raises(Forbidden):
        list_stream_changes(_begin(database, _person(roles=frozenset({"admin"}))), [])


def test_what_is_found_for_a_reader_is_found_by_index(database: Database) -> None:
    """However many messages there are to others, whatever these have read, and however long ago the reader last looked."""
    since = _cursor(database)
    others = [str(new_id()) for _ in range(500)]
    _posted(database, *(_row(to=others[number % 500], task_id=new_id() if number % 2 else None) for number in range(20_000)))
    with database.session() as session, session.begin():
        session.execute(text("INSERT INTO message_reads SELECT user_id, id, posted_at, posted_at FROM messages"))
        session.execute(text("ANALYZE messages, message_reads"))
    plans: list[str] = []

    def explain(_conn: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "jsonb_to_recordset" in statement:
            rows = cursor.connection.execute("EXPLAIN (COSTS OFF) " + statement, parameters)
            plans.append("\n".join(row[0] for row in rows))

    listen(database.engine, "before_cursor_execute", explain)
    _changes(database, *((_person(roles=frozenset({"finance"}), nearest_lead_of=(DEPARTMENT,)), since) for _ in range(50)))
    assert len(plans) == 2
    for plan in plans:
        assert "Seq Scan on message" not in plan, plan


def test_tasks_that_end_tell_once_whom_it_concerns(database: Database) -> None:
    task, other, process = new_id(), new_id(), str(new_id())
    urged = _posted(database, *(_row(to=SALES.user_id, task_id=task) for _ in range(2)))
    told = [*urged, *_posted(database, _row(lead_of=DEPARTMENT, task_id=task), _row(role="finance", task_id=other))]
    data = {"process_id": process, "task_ids": [str(task), str(other)]}
    left = Event(new_id(), "workflow", "node_left", process, utc_now(), 1, 1, data)
    close_tasks(replace(_begin(database), consumer="on_node_left"), left)
    again = replace(left, id=new_id())
    close_tasks(replace(_begin(database), consumer="on_node_left"), again)
    with database.session() as session:
        (done,) = session.scalars(select(outbox.c.envelope).where(outbox.c.type == "messages_changed"))
    assert sorted(done["data"]["message_ids"]) == sorted(told)
    addressed = {(each["kind"], each["user_id"], each["department_id"], each["role"]) for each in done["data"]["recipients"]}
    assert addressed == {
        ("user", SALES.user_id, None, None),
        ("lead", None, DEPARTMENT, None),
        ("role", None, None, "finance"),
    }
    assert len(done["data"]["recipients"]) == 3


def test_what_there_is_news_in_is_new_again(database: Database) -> None:
    """Receipts that wait are told of by one message a day: each further one is news, and whose counters it changes is told."""
    reader = _person(roles=frozenset({"sales_admin"}))
    since, seen = _cursor(database, reader), set()
    receipt_ids = [str(new_id()) for _ in range(3)]
    for number, receipt_id in enumerate(receipt_ids, 1):
        _gather(database, "receipt_unmatched", receipt_id, reason="unmatched", candidate_owner_ids=[])
        changes = _changes(database, (reader, since))
        (message,) = [changes["messages"][place] for place in changes["readers"][0]["messages"]]
        assert (message["things"], message["read"]) == (number, False)
        assert changes["readers"][0]["counters"]["places"]["receipts.unmatched"] == number
        mark_messages_read(_begin(database, reader), [UUID(message["id"])])
        since = changes["cursor"]
        seen.add(message["id"])
    whose = {"customer_id": str(new_id()), "customer_name": "云帆", "owner_id": None, "matched_by": "name", "balance": "24.00"}
    _gather(database, "receipt_matched", receipt_ids[0], version=2, **whose)
    with database.session() as session:
        told = list(session.scalars(select(outbox.c.envelope).where(outbox.c.type == "messages_changed")))
    assert [envelope["data"]["recipients"][0]["role"] for envelope in told] == ["sales_admin"] * 3
    assert [set(envelope["data"]["message_ids"]) for envelope in told] == [seen] * 3


def _gather(database: Database, kind: str, receipt_id: str, version: int = 1, **more: Any) -> None:
    data = {"receipt_id": receipt_id, "payer_name": "云帆", "amount": "24.00", "received_at": "2026-04-01T01:00:00Z", **more}
    event = Event(new_id(), "payments", kind, receipt_id, utc_now(), 1, version, data)
    gather_receipts(replace(_begin(database), consumer=f"on_{kind}"), event)


def test_a_message_read_meanwhile_is_told_as_read(database: Database) -> None:
    since = _cursor(database)
    first, second = _posted(database, _row(role="finance"), _row(role="finance"))
    readers = [_person(roles=frozenset({"finance"})) for _ in range(2)]
    mark_messages_read(_begin(database, readers[0]), [UUID(first)])
    changes = _changes(database, *((reader, since) for reader in readers))
    told = [[changes["messages"][place] for place in reader["messages"]] for reader in changes["readers"]]
    assert [[(message["id"], message["read"]) for message in messages] for messages in told] == [
        [(first, True), (second, False)],
        [(first, False), (second, False)],
    ]
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(MessageRead)) == 1
