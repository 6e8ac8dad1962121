"""Who is told what, once, and when it is done."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.event import listen

from services.contracts.notify import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.errors import Conflict
from services.kit.ids import new_id
from services.kit.inbox import AlreadyConsumed
from services.kit.tables import outbox
from services.kit.unit_of_work import Begin
from services.notify.usecases.close_tasks import close_tasks
from services.notify.usecases.copy_customer import copy_customer
from services.notify.usecases.count_messages import count_messages
from services.notify.usecases.list_messages import list_messages
from services.notify.usecases.mark_messages_read import mark_messages_read
from services.notify.usecases.post_messages import post_messages
from tests.servers.worker_databases import WorkerDatabases

SALES, LEAD, ADMIN = str(new_id()), str(new_id()), str(new_id())
DEPARTMENT, CUSTOMER = str(new_id()), str(new_id())


@pytest.fixture
def database(worker_databases: WorkerDatabases) -> Database:
    return worker_databases.as_new("notify")


def _begin(database: Database, caller: Caller | None = None, consumer: str = "") -> Begin:
    return Begin("notify", database, EVENTS, CallContext(caller or Caller.system("notify")), consumer)


def _sales() -> Caller:
    return Caller(SALES, "张伟", DEPARTMENT, roles=frozenset({"sales"}))


def _lead() -> Caller:
    return Caller(LEAD, "王芳", DEPARTMENT, (DEPARTMENT,), (DEPARTMENT,), frozenset({"sales_lead"}))


def _event(source: str, kind: str, data: dict[str, Any], version: int = 1) -> Event:
    return Event(new_id(), source, kind, data.get("process_id", CUSTOMER), datetime(2026, 3, 1, tzinfo=UTC), 1, version, data)


def _tier_changed() -> Event:
    data: dict[str, Any] = {
        "customer_id": CUSTOMER,
        "customer_name": "上海云帆网络科技有限公司",
        "from_tier": "intent",
        "to_tier": "silent",
        "rule": "intent_without_log",
        "process_id": None,
        "facts": {},
        "owner_id": SALES,
        "owner_department_id": DEPARTMENT,
        "former_owner_id": SALES,
        "former_owner_department_id": DEPARTMENT,
        "superior_department_id": DEPARTMENT,
    }
    return _event("customer", "tier_changed", data)


def _process(task_id: str, **more: Any) -> dict[str, Any]:
    return {
        "process_id": str(UUID(int=7)),
        "code": "write_off",
        "name_zh": "销账",
        "name_en": "Write-off",
        "title": "销账 上海云帆",
        "customer_id": CUSTOMER,
        "initiator": {"id": SALES, "name": "张伟", "department_id": DEPARTMENT},
        "node": {"code": "confirm", "name_zh": "销售确认", "name_en": "Confirmation"},
        "tasks": [{"id": task_id, "user_id": SALES, "user_name": "张伟"}],
        "task_ids": [task_id],
        **more,
    }


def _said(database: Database, event_type: str) -> list[dict[str, Any]]:
    with database.session() as session:
        query = select(outbox.c.envelope).where(outbox.c.type == event_type).order_by(outbox.c.position)
        return [envelope["data"] for envelope in session.scalars(query)]


def _inbox(database: Database, caller: Caller, **filters: Any) -> list[dict[str, Any]]:
    asked = dict.fromkeys(("category", "place", "read", "customer_id", "since", "until"))
    return list_messages(
        _begin(database, caller), **{**asked, "text": "", "page_size": 50, "sort": "", "cursor": "", **filters}
    ).items


def test_a_fall_is_told_to_the_owner_and_to_the_lead_once_each(database: Database) -> None:
    post_messages(_begin(database, consumer="on_tier_changed"), _tier_changed())
    (mine,) = _inbox(database, _sales())
    (leads,) = _inbox(database, _lead())
    assert mine["text"]["zh"] == leads["text"]["zh"] == "上海云帆网络科技有限公司 由意向客户变为沉默客户。"
    assert mine["id"] != leads["id"]


def test_another_salesperson_hears_nothing_of_it(database: Database) -> None:
    post_messages(_begin(database, consumer="on_tier_changed"), _tier_changed())
    other = Caller(ADMIN, "李娜", DEPARTMENT, roles=frozenset({"sales"}))
    assert _inbox(database, other) == []


def test_the_owner_hears_of_an_account_however_it_was_opened(database: Database) -> None:
    customer = {"id": CUSTOMER, "owner_id": SALES, "owner_department_id": DEPARTMENT}
    copy_customer(_begin(database, consumer="on_customer_added"), _event("customer", "customer_added", customer))
    account = {
        "id": str(new_id()),
        "identifier": "yunfan01",
        "product_id": str(new_id()),
        "customer_id": CUSTOMER,
        "signature": "云帆科技",
        "interface": "http",
        "status": "active",
    }
    post_messages(_begin(database, consumer="on_account_opened"), _event("customer", "account_opened", account))
    (message,) = _inbox(database, _sales())
    assert (message["title"]["zh"], message["place"]) == ("账号已开通：yunfan01", "customers.accounts")
    assert message["text"]["zh"] == "账号 yunfan01 已开通，签名【云帆科技】。"


def test_an_owner_hears_that_money_is_no_longer_the_customers_by_whom_and_why(database: Database) -> None:
    data = {
        "receipt_id": str(new_id()),
        "payer_name": "云帆",
        "amount": "24.00",
        "received_at": "2026-04-01T01:00:00Z",
        "reason": "unmatched",
        "candidate_owner_ids": [],
        "undone_customer_id": CUSTOMER,
        "undone_customer_name": "上海云帆",
        "undone_owner_id": SALES,
        "undone_by_name": "赵敏",
        "undone_why": "是云帆广州的款",
    }
    post_messages(_begin(database, consumer="on_receipt_unmatched"), _event("payments", "receipt_unmatched", data))
    (message,) = _inbox(database, _sales())
    assert message["text"]["zh"] == "赵敏 撤销了 云帆 到款 24.00 元与 上海云帆 的匹配：是云帆广州的款"
    assert message["text"]["en"] == "赵敏 undid the match of 24.00 CNY from 云帆 to 上海云帆: 是云帆广州的款"
    assert (message["severity"], message["link"]) == ("warning", f"/receipts/{data['receipt_id']}")


def test_what_was_promised_once_is_sent_once(database: Database) -> None:
    begin, event = _begin(database, consumer="on_node_entered"), _event("workflow", "node_entered", _process(str(new_id())))
    post_messages(begin, event)
    with pytest.raises(AlreadyConsumed):
        post_messages(begin, event)
    post_messages(begin, _event("workflow", "node_entered", event.data))
    assert len(_inbox(database, _sales())) == 1


@pytest.mark.parametrize(
    ("rule", "to_taker", "to_former_owner"),
    [
        (
            "transferred",
            "王芳 将 张伟 的 上海云帆、海鸥 等 2 个客户转给您，原因：区域调整",
            ["王芳 将您的 上海云帆、海鸥 等 2 个客户转给 赵敏，原因：区域调整"],
        ),
        ("handed_over", "张伟 已离职，上海云帆、海鸥 等 2 个客户由您跟进。", []),
    ],
)
def test_a_transfer_is_told_once_to_the_taker_and_to_a_former_owner_who_is_still_there(
    database: Database, rule: str, to_taker: str, to_former_owner: list[str]
) -> None:
    data = {
        "rule": rule,
        "count": 2,
        "customer_id": CUSTOMER,
        "customer_name": "上海云帆",
        "customer_names": ["上海云帆", "海鸥"],
        "owner_id": ADMIN,
        "owner_name": "赵敏",
        "former_owner_id": SALES,
        "former_owner_name": "张伟",
        "by_name": "王芳",
        "reason": "区域调整",
    }
    post_messages(_begin(database, consumer="on_customer_transferred"), _event("customer", "customer_transferred", data))
    assert [message["text"]["zh"] for message in _inbox(database, Caller(ADMIN, "赵敏"))] == [to_taker]
    assert [message["text"]["zh"] for message in _inbox(database, _sales())] == to_former_owner


@pytest.mark.parametrize("order", [("entered", "left"), ("left", "entered")], ids=["in order", "the end comes first"])
def test_a_tasks_message_is_done_when_the_task_is_in_whatever_order_the_events_come(
    database: Database, order: tuple[str, str]
) -> None:
    task = _process(str(new_id()))
    for kind in order:
        if kind == "entered":
            post_messages(_begin(database, consumer="on_node_entered"), _event("workflow", "node_entered", task))
        else:
            close_tasks(_begin(database, consumer="on_node_left"), _event("workflow", "node_left", task))
    (message,) = _inbox(database, _sales())
    assert (message["done"], message["read"]) == (True, True)
    assert count_messages(_begin(database, _sales())) == {"total": 0, "places": {}}


def test_counters_go_down_to_each_entry_of_the_sub_menu_and_up_to_what_it_stands_under(database: Database) -> None:
    for _ in range(3):
        data = _process(str(new_id()))
        post_messages(_begin(database, consumer="on_node_entered"), _event("workflow", "node_entered", data))
    post_messages(_begin(database, consumer="on_tier_changed"), _tier_changed())
    assert count_messages(_begin(database, _sales())) == {
        "total": 4,
        "places": {
            "customers": 1,
            "customers.funnel": 1,
            "processes": 3,
            "processes.todo": 3,
            "processes.todo.write_off": 3,
            "processes.todo.write_off.confirm": 3,
        },
    }


def test_a_task_stays_counted_when_its_message_was_read_until_somebody_dealt_with_it(database: Database) -> None:
    task = _process(str(new_id()))
    post_messages(_begin(database, consumer="on_node_entered"), _event("workflow", "node_entered", task))
    post_messages(_begin(database, consumer="on_tier_changed"), _tier_changed())
    assert mark_messages_read(_begin(database, _sales()), None) == 2
    counts = count_messages(_begin(database, _sales()))
    assert (counts["total"], counts["places"]["processes.todo.write_off.confirm"]) == (0, 1)
    close_tasks(_begin(database, consumer="on_node_left"), _event("workflow", "node_left", task))
    assert count_messages(_begin(database, _sales())) == {"total": 0, "places": {}}


def test_of_many_who_mark_a_message_read_at_once_one_does(database: Database) -> None:
    for _ in range(20):
        post_messages(_begin(database, consumer="on_tier_changed"), _tier_changed())
    with ThreadPoolExecutor(4) as pool:
        marked = list(pool.map(lambda _: mark_messages_read(_begin(database, _sales()), None), range(8)))
    assert sum(marked) == 20


def test_a_mark_of_everything_is_told_as_one_however_much_it_was(database: Database) -> None:
    for _ in range(7):
        post_messages(_begin(database, consumer="on_tier_changed"), _tier_changed())
    assert mark_messages_read(_begin(database, _sales()), None) == 7
    assert _said(database, "message_read") == [{"user_id": SALES, "message_ids": [], "everything": True}]


def test_marking_nothing_new_says_nothing(database: Database) -> None:
    post_messages(_begin(database, consumer="on_tier_changed"), _tier_changed())
    (message,) = _inbox(database, _sales())
    assert [mark_messages_read(_begin(database, _sales()), [message["id"]]) for _ in range(2)] == [1, 0]
    assert [told["message_ids"] for told in _said(database, "message_read")] == [[str(message["id"])]]


def test_an_event_of_many_items_is_posted_in_a_few_statements(database: Database) -> None:
    tasks = [{"id": str(new_id()), "user_id": SALES, "user_name": "张伟"} for _ in range(50)]
    statements: list[str] = []
    listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    data = {**_process(str(new_id())), "tasks": tasks}
    post_messages(_begin(database, consumer="on_node_entered"), _event("workflow", "node_entered", data))
    assert len(_inbox(database, _sales())) == len(_said(database, "message_posted")) == 50
    assert len(statements) < 15


def test_a_withdrawn_process_is_told_to_its_initiator(database: Database) -> None:
    data = _process(str(new_id()), by_id=SALES, by_name="张伟", opinion="客户不要了", opinion_en="客户不要了", to_node=None)
    post_messages(_begin(database, consumer="on_process_withdrawn"), _event("workflow", "process_withdrawn", data))
    (message,) = _inbox(database, _sales())
    assert message["text"]["zh"] == "“销账 上海云帆”已由 张伟 撤回。客户不要了"


def test_read_messages_go_last_and_pages_keep_the_order(database: Database) -> None:
    for _ in range(4):
        data = _process(str(new_id()))
        post_messages(_begin(database, consumer="on_node_entered"), _event("workflow", "node_entered", data))
    newest_first = [message["id"] for message in _inbox(database, _sales())]
    assert mark_messages_read(_begin(database, _sales()), [newest_first[0]]) == 1
    expected = [*newest_first[1:], newest_first[0]]
    begin = _begin(database, _sales())
    cursor: str | None = ""
    seen: list[str] = []
    asked: dict[str, Any] = dict.fromkeys(("category", "place", "read", "customer_id", "since", "until"))
    while cursor is not None:
        page = list_messages(begin, **asked, text="", page_size=3, sort="", cursor=cursor)
        seen += [message["id"] for message in page.items]
        cursor = page.next_cursor
    assert seen == expected


def test_marking_all_read_touches_nobody_elses(database: Database) -> None:
    post_messages(_begin(database, consumer="on_tier_changed"), _tier_changed())
    assert mark_messages_read(_begin(database, _sales()), None) == 1
    assert mark_messages_read(_begin(database, _sales()), None) == 0
    assert [message["read"] for message in _inbox(database, _lead())] == [False]


def test_an_event_that_names_a_customer_not_known_here_yet_is_to_come_again(database: Database) -> None:
    data = {"invoice_id": str(new_id()), "customer_id": CUSTOMER, "customer_name": "云帆", "number": "1", "amount": "1.00"}
    event = _event("billing", "invoice_issued", data)
    with pytest.raises(Conflict, match="customer_not_known_yet"):
        post_messages(_begin(database, consumer="on_invoice_issued"), event)
    owned = {"id": CUSTOMER, "owner_id": SALES, "owner_department_id": DEPARTMENT}
    copy_customer(_begin(database, consumer="on_customer_added"), _event("customer", "customer_added", owned))
    post_messages(_begin(database, consumer="on_invoice_issued"), event)
    assert [message["title"]["zh"] for message in _inbox(database, _sales())] == ["发票已开具：云帆"]


def test_an_older_fact_never_overwrites_a_newer_one(database: Database) -> None:
    for owner, version in ((ADMIN, 5), (SALES, 4)):
        data = {"id": CUSTOMER, "owner_id": owner, "owner_department_id": DEPARTMENT}
        copy_customer(_begin(database, consumer="on_customer_changed"), _event("customer", "customer_changed", data, version))
    data = {"price_id": "p", "product_id": "p", "customer_id": CUSTOMER, "valid_from": "2026-03-01", "valid_to": "2026-03-31"}
    post_messages(_begin(database, consumer="on_price_in_force"), _event("billing", "price_in_force", data))
    assert _inbox(database, _sales()) == []
