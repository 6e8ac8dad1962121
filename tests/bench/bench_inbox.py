"""How quick inboxes are with a million messages: p50 and p99 of what a salesperson with 20,000, one who leads, and holders of a
role with 300,000 ask all day; marking everything read; posting an event; and the indexes that serve it.

Prints a table; fails on no figure, but on a plan that reads all messages or texts where an index could tell.
``L2C_BENCH_SHARE=0.1`` makes a tenth of them.
"""

import os
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import pytest

from deploy.garbage import pass_over_start_up
from services.contracts import notify_calls as calls
from services.contracts.notify import EVENTS
from services.kit.bulk import insert_rows
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.ids import new_id
from services.kit.schema import load
from services.kit.unit_of_work import Begin
from services.notify.domain.recipients import Recipient
from services.notify.domain.searched_texts import SearchedTexts
from services.notify.store.inbox_tables import MessageText
from services.notify.store.messages import insert_messages
from services.notify.store.tables import Message
from services.notify.usecases.count_messages import count_messages
from services.notify.usecases.list_messages import list_messages
from services.notify.usecases.mark_messages_read import mark_messages_read
from services.notify.usecases.post_messages import post_messages
from tests.bench.asking import CALLS, Ask, measured, read_whole
from tests.bench.million_customers import names
from tests.servers.databases import NeededDatabases

SHARE: Final = float(os.environ.get("L2C_BENCH_SHARE", "1"))
OF_ROLE: Final = round(300_000 * SHARE)
OF_ONE: Final = round(20_000 * SHARE)
OF_OTHERS: Final = round(1_000_000 * SHARE) - OF_ROLE - OF_ONE
OTHERS: Final = 500
CUSTOMERS: Final = 10_000
DEPARTMENTS: Final = 40
PAGE_SIZE: Final = 20
_BATCH: Final = 20_000
_NOW: Final = datetime(2026, 3, 10, 9, tzinfo=UTC)
_READS_ALL: Final = re.compile(r"Seq Scan on (messages|message_texts|message_reads)\b")
_CHANCE: Final = random.Random(20_260_310)

# Of five messages the others have read one, by itself.
_OTHERS_READ: Final = """
INSERT INTO message_reads (user_id, message_id, posted_at, read_at)
SELECT user_id, id, posted_at, posted_at FROM messages
 WHERE user_id IS NOT NULL AND user_id <> %(one)s AND NOT is_done AND abs(hashtext(id::text)) %% 5 = 0
"""

_KINDS: Final = (
    ("task", "processes.todo.write_off.confirm", "待办：销账 · 销售确认", "张伟 发起的“销账（{}）”等待您处理。"),
    ("task", "processes.todo.reconciliation.finance", "待办：对账 · 财务(总部)", "李娜 发起的“对账：{} 2026-02”等待您处理。"),
    ("funnel", "customers.funnel", "客户级别变更：{}", "{} 由意向客户变为沉默客户。"),
    ("contract", "customers.contracts", "合同即将到期：{}", "合同 HT-{} 将于 2026-04-10 到期，请安排续签。"),
    ("billing", "bills.open", "新账单：{}", "账单-{}-202602，金额 1234.56 元，请核对并发起对账。"),
    ("payment", "receipts.matched", "到款：{}", "{} 到款 8000.00 元，匹配方式：客户名称一致。"),
    ("payment", "commission", "提成到账：70.00 元", "{} 账单-1 销账 3500.00 元，提成 70.00 元。"),
    ("customer", "customers.follow_up", "今日跟进：{}", "下一步：送样品（2026-03-10）{}"),
)


def _user(number: int) -> str:
    return str(UUID(int=1_000 + number))


ROLE: Final = Recipient("role", role="sales_admin")
ONE: Final = Recipient("user", user_id=_user(0))
DEPARTMENT: Final = [str(UUID(int=500 + number)) for number in range(DEPARTMENTS)]


@dataclass(frozen=True)
class Person:
    """Somebody at the console."""

    database: Database
    caller: Caller

    @property
    def begin(self) -> Begin:
        return Begin("notify", self.database, EVENTS, CallContext(self.caller))

    def list(self, **query: Any) -> Any:
        return list_messages(self.begin, **load(calls.MessageQuery, {"page_size": PAGE_SIZE, **query}))

    def count(self) -> Any:
        return count_messages(self.begin)


SALES: Final = Caller(_user(0), "张伟", DEPARTMENT[0], roles=frozenset({"sales"}))
ADMIN: Final = Caller(_user(9_000), "赵敏", roles=frozenset({"sales_admin"}))
READ_ADMIN: Final = Caller(_user(9_001), "钱进", roles=frozenset({"sales_admin"}))
DIRECTOR: Final = Caller(_user(9_002), "邓总", DEPARTMENT[0], tuple(DEPARTMENT), tuple(DEPARTMENT), frozenset({"sales_director"}))


def _recipients() -> Iterator[tuple[Recipient, int]]:
    """Whose a message is, and its number among all: everybody's lie across the year."""
    shares = [(ROLE, OF_ROLE), (ONE, OF_ONE)]
    of_each = OF_OTHERS // (OTHERS + DEPARTMENTS)
    shares += [(Recipient("user", user_id=_user(1 + number)), of_each) for number in range(OTHERS)]
    shares += [(Recipient("lead", department_id=department), of_each) for department in DEPARTMENT]
    return ((recipient, number) for recipient, count in shares for number in range(count))


def _message(recipient: Recipient, number: int, customer: int, name: str, posted_at: datetime) -> dict[str, Any]:
    """Of a hundred tasks one is open."""
    category, place, title, text = _KINDS[number % len(_KINDS)]
    is_task = category == "task"
    return {
        "id": new_id(),
        "deduplication_key": f"{recipient.key}-{number}",
        "category": category,
        "place": place,
        "severity": "info",
        "recipient_kind": recipient.kind,
        "user_id": recipient.user_id and UUID(recipient.user_id),
        "department_id": recipient.department_id and UUID(recipient.department_id),
        "role": recipient.role,
        "title_zh": title.format(name),
        "text_zh": text.format(name),
        "title_en": "Message",
        "text_en": f"about {name}",
        "link": "/pool",
        "customer_id": UUID(int=10_000_000 + customer),
        "task_id": new_id() if is_task else None,
        "things": 1,
        "posted_at": posted_at,
        "done_at": posted_at if is_task and number % 100 else None,
    }


def _fill(database: Database) -> None:
    known = list(names(0, CUSTOMERS))
    messages: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []

    def write() -> None:
        with database.session() as session, session.begin():
            insert_rows(session, Message.__table__, messages)
            insert_rows(session, MessageText.__table__, texts)
        messages.clear()
        texts.clear()

    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_message_texts_keys")
    for recipient, number in _recipients():
        customer = _CHANCE.randrange(CUSTOMERS)
        posted_at = _NOW - timedelta(seconds=_CHANCE.randrange(300 * 86_400))
        message = _message(recipient, number, customer, known[customer], posted_at)
        words = [message[name] for name in ("title_zh", "text_zh", "title_en", "text_en")]
        found_by = SearchedTexts.of(recipient.key, words)
        messages.append(message)
        texts.append({"message_id": message["id"], "text": found_by.text, "keys": list(found_by.keys)})
        if len(messages) == _BATCH:
            write()
    write()
    with database.engine.begin() as connection:
        connection.exec_driver_sql(_OTHERS_READ, {"one": UUID(ONE.user_id)})
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET maintenance_work_mem = '256MB'")
        connection.exec_driver_sql("CREATE INDEX ix_message_texts_keys ON message_texts USING gin (keys) WITH (fastupdate = off)")
        connection.exec_driver_sql("VACUUM ANALYZE")


def _post_to_role(database: Database, count: int) -> None:
    """What came since somebody has marked everything read."""
    numbers = (number for number in range(OF_ROLE, 2 * OF_ROLE) if _KINDS[number % len(_KINDS)][0] != "task")
    known = list(names(0, count))
    rows = [_message(ROLE, next(numbers), customer, known[customer], _NOW) | {"addressee": ROLE.key} for customer in range(count)]
    with Person(database, READ_ADMIN).begin() as work:
        insert_messages(work.session, rows)


@pytest.fixture(scope="module")
def database(module_databases: NeededDatabases) -> Iterator[Database]:
    with closing(Database(module_databases.of("notify"), pool_size=2)) as database:
        began = time.monotonic()
        _fill(database)
        print(f"\n{OF_ROLE + OF_ONE + OF_OTHERS:,} messages made in {time.monotonic() - began:.0f} s")
        # One who holds the role has read everything but what came since, and some of that one by one.
        began = time.monotonic()
        marked = mark_messages_read(Person(database, READ_ADMIN).begin, None)
        print(f"marking {marked:,} read, of a role: {(time.monotonic() - began) * 1000:.0f} ms")
        _post_to_role(database, 200)
        reader = Person(database, READ_ADMIN)
        mark_messages_read(reader.begin, [row["id"] for row in reader.list().items])
        yield database


def _post(database: Database, number: int) -> None:
    """An event that makes one message for one person."""
    month = f"{2000 + number // 12}-{number % 12 + 1:02d}"
    data = {"month": month, "owner_id": _user(number % OTHERS), "customers": 1}
    data |= {"penalty": "1.00", "credit": "2.00", "corrected": "0.00", "owner_name": "张伟"}
    event = Event(new_id(), "payments", "interest_accrued", month, _NOW, 1, 1, data)
    post_messages(Begin("notify", database, EVENTS, CallContext(Caller.system("notify")), "on_interest_accrued"), event)


def _a_name() -> str:
    start = _CHANCE.randrange(CUSTOMERS)
    return next(names(start, start + 1))


def _a_text() -> dict[str, Any]:
    """Two to four characters of any customer's name."""
    name = _a_name()
    start = _CHANCE.randrange(len(name) - 4)
    return {"q": name[start : start + _CHANCE.choice((2, 3, 4))]}


def _a_customer() -> dict[str, Any]:
    return {"customer_id": str(UUID(int=10_000_000 + _CHANCE.randrange(CUSTOMERS)))}


def _a_month() -> dict[str, Any]:
    since = _NOW - timedelta(days=_CHANCE.randrange(30, 300))
    return {"since": since.isoformat(), "until": (since + timedelta(days=30)).isoformat()}


Question = Callable[[], dict[str, Any]]
ASKED: Final[dict[str, Question]] = {
    "first page": dict,
    "unread only": lambda: {"read": "false"},
    "read only": lambda: {"read": "true"},
    "by time": lambda: {"sort": "-posted_at"},
    "of a category": lambda: {"category": _CHANCE.choice(("task", "funnel", "payment"))},
    "at a place": lambda: {"place": _CHANCE.choice(("customers.funnel", "processes.todo", "commission"))},
    "of a customer": _a_customer,
    "of a month": _a_month,
    "by a text": _a_text,
    "by a text, unread only": lambda: {**_a_text(), "read": "false"},
    "by a text that very many have": lambda: {"q": "客户"},
    "by a text that none has": lambda: {"q": "没有这样的消息"},
    "by letters": lambda: {"q": "about"},
}
PEOPLE: Final = {
    "20,000 unread": SALES,
    "leads 40 departments": DIRECTOR,
    "300,000 of a role, unread": ADMIN,
    "300,000 of a role, read": READ_ADMIN,
}


def _asking(person: Person, question: Question) -> Ask:
    return lambda: partial(person.list, **question())


def _next_page(person: Person) -> Ask:
    def ask() -> Callable[[], object]:
        return partial(person.list, cursor=person.list(page_size=200).next_cursor)

    return ask


def _of(database: Database, caller: Caller) -> dict[str, Ask]:
    person = Person(database, caller)
    asked = {what: _asking(person, question) for what, question in ASKED.items()}
    return {**asked, "next page": _next_page(person), "counters": lambda: person.count}


@pytest.mark.parametrize("who", PEOPLE)
def test_inboxes_with_a_million_messages(database: Database, who: str) -> None:
    with database.engine.connect() as connection:
        size = connection.exec_driver_sql("SELECT pg_size_pretty(pg_database_size(current_database()))").scalar_one()
    print(f"\n{who}: {size} with all indexes; {CALLS} different calls of each\n")
    pass_over_start_up()  # as a service does
    asked = _of(database, PEOPLE[who])
    for what, ask in asked.items():
        print(measured(what, ask))
    print()
    assert not read_whole(database.engine, asked, _READS_ALL)


def test_posting_and_marking_with_a_million_messages(database: Database) -> None:
    numbers = iter(range(1_000, 10_000))
    print("\n", measured("an event is posted", lambda: partial(_post, database, next(numbers))), sep="")
    person = Person(database, Caller(_user(1), "李娜", DEPARTMENT[1], roles=frozenset({"sales"})))

    def mark_one() -> Callable[[], object]:
        (first,) = person.list(page_size=1).items
        return partial(mark_messages_read, person.begin, [first["id"]])

    print(measured("one is marked read", mark_one))
    for what, caller in (("20,000 of a person", SALES), ("300,000 of a role", ADMIN), ("the same again", ADMIN)):
        began = time.monotonic()
        marked = mark_messages_read(Person(database, caller).begin, None)
        print(f"marking {what} read: {marked:,} in {(time.monotonic() - began) * 1000:.0f} ms")
