"""Who is told what of a running process, and for how long it counts (spec, workflow.md, "The engine"; notify.md)."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.contracts import workflow
from services.contracts.notify import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.clock import utc_now
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.ids import new_id
from services.kit.inbox import AlreadyConsumed
from services.kit.schema import dump
from services.kit.unit_of_work import Begin
from services.notify.usecases.close_tasks import close_tasks
from services.notify.usecases.count_messages import count_messages
from services.notify.usecases.list_messages import list_messages
from services.notify.usecases.post_messages import post_messages
from tests.servers.worker_databases import WorkerDatabases

SALES_DEPARTMENT, FINANCE_DEPARTMENT = str(new_id()), str(new_id())
INITIATOR = Caller(str(new_id()), "张伟", SALES_DEPARTMENT, roles=frozenset({"sales"}))
HANDLER = Caller(str(new_id()), "赵敏", FINANCE_DEPARTMENT, roles=frozenset({"finance"}))
SECOND = Caller(str(new_id()), "钱进", FINANCE_DEPARTMENT, roles=frozenset({"finance"}))
DEPUTY = Caller(str(new_id()), "孙莉", FINANCE_DEPARTMENT, roles=frozenset({"finance"}))
HEAD = Caller(str(new_id()), "周总", FINANCE_DEPARTMENT, (FINANCE_DEPARTMENT,), (FINANCE_DEPARTMENT,), frozenset({"finance"}))
ADMIN = Caller(str(new_id()), "管理员", roles=frozenset({"admin"}))
EVERYBODY = (INITIATOR, HANDLER, SECOND, DEPUTY, HEAD, ADMIN)
PROCESS_ID = new_id()
PROCESS: dict[str, Any] = {
    "process_id": PROCESS_ID,
    "code": "recharge",
    "definition_version": 1,
    "name_zh": "销售充值",
    "name_en": "Recharge",
    "owner_service": "billing",
    "title": "上海云帆 充值",
    "subject": {"type": "account", "id": "1", "name": "yunfan01"},
    "customer_id": new_id(),
    "customer_name": "上海云帆",
    "initiator": {"id": UUID(INITIATOR.user_id), "name": INITIATOR.name, "department_id": UUID(SALES_DEPARTMENT)},
    "form": {},
    "facts": {},
}
NODE = {"code": "finance", "name_zh": "财务(总部)", "name_en": "Finance"}
URGED: dict[str, Any] = {"by_id": UUID(INITIATOR.user_id), "by_name": INITIATOR.name, "opinion": "客户在等", "node": NODE}
DUE_AT = datetime(2026, 3, 3, 10, 30, tzinfo=UTC)


class Notify:
    """The service on its database, which hears what workflow says."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def begin(self, caller: Caller, consumer: str = "") -> Begin:
        return Begin("notify", self.database, EVENTS, CallContext(caller), consumer)

    def hear(self, event_type: str, event: Event | None = None, **fields: Any) -> Event:
        """An event as workflow's contract has it; an earlier one, if it is given."""
        if event is None:
            contract = workflow.EVENTS[event_type]
            data = dump(contract.schema, fields)
            event = Event(new_id(), "workflow", event_type, str(PROCESS_ID), utc_now(), contract.version, 1, data)
        use_case = close_tasks if event_type == "node_left" else post_messages
        use_case(self.begin(Caller.system("notify"), f"on_{event_type}"), event)
        return event

    def inbox(self, reader: Caller) -> list[dict[str, Any]]:
        asked: dict[str, Any] = dict.fromkeys(("category", "place", "read", "customer_id", "since", "until"))
        return list_messages(self.begin(reader), **asked, text="", page_size=50, sort="posted_at", cursor="").items

    def told(self) -> dict[str, list[str]]:
        """What everybody was told, in Chinese; by name, without those who were told nothing."""
        texts = {reader.name: [message["text"]["zh"] for message in self.inbox(reader)] for reader in EVERYBODY}
        return {name: text for name, text in texts.items() if text}

    def counts(self, reader: Caller) -> dict[str, Any]:
        """Of the menu's last entries alone; what stands above them has their sums."""
        counted = count_messages(self.begin(reader))
        places = counted["places"]
        last = {code: count for code, count in places.items() if not any(other.startswith(f"{code}.") for other in places)}
        return {**counted, "places": last}


@pytest.fixture
def notify(worker_databases: WorkerDatabases) -> Notify:
    return Notify(worker_databases.as_new("notify"))


def _task(handler: Caller, deputy: Caller | None = None) -> dict[str, Any]:
    return {
        "id": new_id(),
        "user_id": UUID(handler.user_id),
        "user_name": handler.name,
        "deputy_id": deputy and UUID(deputy.user_id),
        "due_at": None,
    }


def _timed(handler: Caller, deputy: Caller | None = None) -> dict[str, Any]:
    task = {**_task(handler, deputy), "due_at": DUE_AT}
    return {**PROCESS, "node": NODE, "task": task, "user_department_id": UUID(FINANCE_DEPARTMENT)}


def test_whoever_stands_in_for_a_handler_is_asked_beside_him(notify: Notify) -> None:
    notify.hear("node_entered", **PROCESS, node=NODE, tasks=[_task(HANDLER, DEPUTY), _task(SECOND)])
    assert notify.told() == {
        "赵敏": ["张伟 发起的“上海云帆 充值”等待您处理。"],
        "钱进": ["张伟 发起的“上海云帆 充值”等待您处理。"],
        "孙莉": ["张伟 发起的“上海云帆 充值”等待您代 赵敏 处理。"],
    }


def test_a_deputys_message_is_done_when_either_of_them_has_dealt_with_the_task(notify: Notify) -> None:
    task = _task(HANDLER, DEPUTY)
    notify.hear("node_entered", **PROCESS, node=NODE, tasks=[task])
    assert notify.counts(DEPUTY)["places"] == {"processes.todo.recharge.finance": 1}
    notify.hear("node_left", **PROCESS, node=NODE, task_ids=[task["id"]])
    assert [notify.counts(reader)["places"] for reader in (HANDLER, DEPUTY)] == [{}, {}]


def test_an_event_from_before_there_were_deputies_is_told_to_its_handler(notify: Notify) -> None:
    task = {name: value for name, value in _task(HANDLER).items() if name not in ("deputy_id", "due_at")}
    notify.hear("node_entered", **PROCESS, node=NODE, tasks=[task])
    assert list(notify.told()) == ["赵敏"]


def test_urging_tells_those_whom_it_waits_for_and_their_deputies(notify: Notify) -> None:
    notify.hear("process_urged", **PROCESS, **URGED, tasks=[_task(HANDLER, DEPUTY), _task(SECOND)])
    assert notify.told() == {name: ["张伟 请您尽快处理“上海云帆 充值”。客户在等"] for name in ("赵敏", "钱进", "孙莉")}
    assert {message["severity"] for message in notify.inbox(DEPUTY)} == {"action"}


def test_words_without_an_opinion_end_with_the_sentence(notify: Notify) -> None:
    silent = {**URGED, "opinion": ""}
    notify.hear("process_urged", **PROCESS, **silent, tasks=[_task(HANDLER)])
    notify.hear("process_withdrawn", **PROCESS, **silent)
    said = [text for reader in (HANDLER, INITIATOR) for message in notify.inbox(reader) for text in message["text"].values()]
    assert said == [
        "张伟 请您尽快处理“上海云帆 充值”。",
        "张伟 asks you to hurry with Recharge for 上海云帆.",
        "“上海云帆 充值”已由 张伟 撤回。",
        "Recharge for 上海云帆 was withdrawn by 张伟.",
    ]


def test_who_stands_in_for_two_is_urged_for_each(notify: Notify) -> None:
    notify.hear("process_urged", **PROCESS, **URGED, tasks=[_task(HANDLER, DEPUTY), _task(SECOND, DEPUTY)])
    assert len(notify.inbox(DEPUTY)) == 2


def test_urging_twice_tells_twice_and_an_urge_that_comes_again_adds_nothing(notify: Notify) -> None:
    tasks = [_task(HANDLER)]
    first = notify.hear("process_urged", **PROCESS, **URGED, tasks=tasks)
    with pytest.raises(AlreadyConsumed):
        notify.hear("process_urged", first)
    notify.hear("process_urged", **PROCESS, **URGED, tasks=tasks)
    assert len(notify.inbox(HANDLER)) == 2


def test_a_task_that_was_urged_and_is_overdue_still_counts_once_in_the_menu(notify: Notify) -> None:
    timed = _timed(HANDLER, DEPUTY)
    tasks = [timed["task"]]
    notify.hear("node_entered", **PROCESS, node=NODE, tasks=tasks)
    notify.hear("task_due_soon", **timed)
    notify.hear("process_urged", **PROCESS, **URGED, tasks=tasks)
    notify.hear("task_overdue", **timed)
    counts = {"total": 4, "places": {"processes.todo.recharge.finance": 1}}
    assert notify.counts(HANDLER) == notify.counts(DEPUTY) == counts
    assert notify.counts(HEAD) == {"total": 1, "places": {"processes.overdue": 1}}


def test_whatever_was_said_of_a_task_is_done_when_somebody_has_dealt_with_it(notify: Notify) -> None:
    timed = _timed(HANDLER, DEPUTY)
    tasks = [timed["task"]]
    notify.hear("node_entered", **PROCESS, node=NODE, tasks=tasks)
    notify.hear("task_due_soon", **timed)
    notify.hear("task_overdue", **timed)
    notify.hear("node_left", **PROCESS, node=NODE, task_ids=[timed["task"]["id"]])
    notify.hear("process_urged", **PROCESS, **URGED, tasks=tasks)  # said before the end, heard after it
    readers = (HANDLER, DEPUTY, HEAD)
    assert all(message["done"] for reader in readers for message in notify.inbox(reader))
    assert [notify.counts(reader) for reader in readers] == [{"total": 0, "places": {}}] * 3


def test_a_task_that_is_due_soon_tells_its_handler_and_deputy_until_when_by_shanghais_clock(notify: Notify) -> None:
    notify.hear("task_due_soon", **_timed(HANDLER, DEPUTY))
    assert notify.told() == {name: ["“上海云帆 充值”请在 2026-03-03 18:30 前处理。"] for name in ("赵敏", "孙莉")}


def test_an_overdue_task_tells_its_handler_and_then_the_handlers_lead(notify: Notify) -> None:
    notify.hear("task_overdue", **_timed(HANDLER))
    assert notify.told() == {
        "赵敏": ["“上海云帆 充值”应在 2026-03-03 18:30 前处理，请尽快处理。"],
        "周总": ["张伟 发起的“上海云帆 充值”应由 赵敏 在 2026-03-03 18:30 前处理，至今未处理。"],
    }


@pytest.mark.parametrize("event_type", ["task_due_soon", "task_overdue"])
def test_a_time_limit_that_is_told_again_of_the_same_task_adds_nothing(notify: Notify, event_type: str) -> None:
    timed = _timed(HANDLER)
    notify.hear(event_type, **timed)
    told = notify.told()
    notify.hear(event_type, **timed)
    assert notify.told() == told


def test_a_copy_tells_its_recipients_and_counts_at_a_place_of_its_own(notify: Notify) -> None:
    recipients = [UUID(HEAD.user_id), UUID(ADMIN.user_id)]
    copied: dict[str, Any] = {
        "by_id": UUID(HANDLER.user_id),
        "by_name": HANDLER.name,
        "opinion": "请知悉",
        "recipient_ids": recipients,
    }
    notify.hear("process_copied", **PROCESS, **copied)
    assert notify.told() == {name: ["赵敏 将“上海云帆 充值”抄送给您。请知悉"] for name in ("周总", "管理员")}
    assert notify.counts(HEAD)["places"] == {"processes.copied": 1}


def test_an_effect_that_failed_is_told_to_the_initiator_and_to_administrators_with_the_reason(notify: Notify) -> None:
    notify.hear("process_effect_failed", **PROCESS, reason_zh="账号已停用", reason_en="the account is closed")
    assert notify.told() == {
        "张伟": ["“上海云帆 充值”已归档但未生效：账号已停用"],
        "管理员": ["张伟 发起的“上海云帆 充值”已归档但未生效，请处理后重试：账号已停用"],
    }
    assert notify.counts(ADMIN)["places"] == {"processes.failed": 1}


def test_a_retry_of_its_effect_does_not_say_again_that_it_is_archived(notify: Notify) -> None:
    notify.hear("process_archived", **PROCESS)
    notify.hear("process_effect_failed", **PROCESS, reason_zh="账号已停用", reason_en="the account is closed")
    notify.hear("process_archived", **PROCESS)
    assert [text for text in notify.told()["张伟"] if "已全部通过" in text] == ["“上海云帆 充值”已全部通过并归档。"]
    another = {**PROCESS, "process_id": new_id(), "title": "上海云帆 再充值"}
    notify.hear("process_archived", **another)
    assert "“上海云帆 再充值”已全部通过并归档。" in notify.told()["张伟"]


def test_a_deputy_who_begins_is_told_of_what_waits_until_somebody_has_dealt_with_it(notify: Notify) -> None:
    task = _task(HANDLER)
    notify.hear("node_entered", **PROCESS, node=NODE, tasks=[task])
    notify.hear("task_deputed", **PROCESS, node=NODE, task={**task, "deputy_id": UUID(DEPUTY.user_id)})
    assert notify.told()["孙莉"] == ["张伟 发起的“上海云帆 充值”等待您代 赵敏 处理。"]
    assert notify.counts(DEPUTY)["places"] == {"processes.todo.recharge.finance": 1}
    notify.hear("node_left", **PROCESS, node=NODE, task_ids=[task["id"]])
    assert notify.counts(DEPUTY)["places"] == {}


def test_a_deputy_is_told_for_whom_and_from_when_to_when(notify: Notify) -> None:
    first, last = date(2026, 3, 2), date(2026, 3, 6)
    people: dict[str, Any] = {"user_id": UUID(HANDLER.user_id), "user_name": HANDLER.name, "deputy_id": UUID(DEPUTY.user_id)}
    notify.hear("deputy_named", **people, deputy_name=DEPUTY.name, first_day=first, last_day=last)
    assert notify.told() == {"孙莉": ["2026-03-02 至 2026-03-06，请代 赵敏 处理待办。"]}
