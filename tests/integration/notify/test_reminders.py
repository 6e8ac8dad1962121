"""Reminders of tasks that wait, and their escalation (spec, notify.md: "tasks waiting longer than a policy's hours remind their
handler, then the handler's lead"; "A task's message becomes done by itself")."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.kit.caller import Caller
from services.kit.ids import new_id
from services.notify.usecases.remind_handlers import remind_handlers
from services.notify.usecases.set_policy import set_policy
from tests.integration.at_once import at_once
from tests.integration.notify.mailroom import NOON, Mailroom

FINANCE = str(new_id())
SALES = Caller(str(new_id()), "张伟", roles=frozenset({"sales"}))
HANDLER = Caller(str(new_id()), "赵敏", FINANCE, roles=frozenset({"finance"}))
DEPUTY = Caller(str(new_id()), "孙莉", FINANCE, roles=frozenset({"finance"}))
HEAD = Caller(str(new_id()), "周总", FINANCE, (FINANCE,), (FINANCE,), frozenset({"finance"}))
ADMIN = Caller(str(new_id()), "管理员", roles=frozenset({"admin"}))
NODE = {"code": "finance", "name_zh": "财务(总部)", "name_en": "Finance"}
TODO = "processes.todo.recharge.finance"


def _process() -> dict[str, Any]:
    return {
        "process_id": new_id(),
        "code": "recharge",
        "definition_version": 1,
        "name_zh": "销售充值",
        "name_en": "Recharge",
        "owner_service": "billing",
        "title": "上海云帆 充值",
        "subject": {"type": "account", "id": "1", "name": "yunfan01"},
        "customer_id": new_id(),
        "customer_name": "上海云帆",
        "initiator": {"id": UUID(SALES.user_id), "name": SALES.name, "department_id": None},
        "form": {},
        "facts": {},
        "node": NODE,
    }


def _task(**more: Any) -> dict[str, Any]:
    asked = {"id": new_id(), "user_id": UUID(HANDLER.user_id), "user_name": HANDLER.name, "deputy_id": None, "due_at": None}
    return {**asked, "superior_department_id": UUID(FINANCE), **more}


def _after(mailroom: Mailroom, hours: float) -> int:
    """The sweep, so long after noon."""
    mailroom.now = NOON + timedelta(hours=hours)
    return remind_handlers(mailroom.begin())


def test_a_task_that_waits_reminds_its_handler_and_then_the_handlers_lead_once_each(mailroom: Mailroom) -> None:
    mailroom.hear("workflow", "node_entered", **_process(), tasks=[_task(deputy_id=UUID(DEPUTY.user_id))])
    assert [
        _after(mailroom, 23.9),
        _after(mailroom, 24),
        _after(mailroom, 47.9),
        _after(mailroom, 48),
        _after(mailroom, 900),
    ] == [
        0,
        1,
        0,
        1,
        0,
    ]
    reminded = "张伟 发起的“上海云帆 充值”自 2026-03-02 12:00 起等待您处理。"
    assert mailroom.texts(HANDLER) == [reminded, "张伟 发起的“上海云帆 充值”等待您处理。"]
    assert mailroom.texts(DEPUTY)[0] == reminded
    assert mailroom.texts(HEAD) == ["张伟 发起的“上海云帆 充值”自 2026-03-02 12:00 起等待 赵敏 处理。"]
    assert {message["severity"] for message in mailroom.inbox(HANDLER)} == {"action"}
    assert mailroom.counts(HANDLER)["places"][TODO] == 1, "the task waits once"
    assert mailroom.counts(HEAD)["places"]["processes.overdue"] == 1


def test_a_reminder_leads_to_the_very_task_and_says_so_in_english_without_the_chinese_title(mailroom: Mailroom) -> None:
    process, task = _process(), _task()
    mailroom.hear("workflow", "node_entered", **process, tasks=[task])
    _after(mailroom, 24)
    message = mailroom.inbox(HANDLER)[0]
    assert message["link"] == f"/processes/{process['process_id']}?task={task['id']}"
    assert message["text"]["en"] == "Recharge for 上海云帆, started by 张伟, waits for you since 2026-03-02 12:00."


def test_a_task_with_a_time_limit_of_its_own_is_left_to_that(mailroom: Mailroom) -> None:
    mailroom.hear("workflow", "node_entered", **_process(), tasks=[_task(due_at=NOON + timedelta(hours=200))])
    assert _after(mailroom, 100) == 0


def test_what_somebody_has_dealt_with_reminds_nobody_and_what_was_said_of_it_is_done(mailroom: Mailroom) -> None:
    process, first, second = _process(), _task(), _task()
    mailroom.hear("workflow", "node_entered", **process, tasks=[first, second])
    _after(mailroom, 24)
    mailroom.hear("workflow", "node_left", **process, task_ids=[first["id"], second["id"]])
    assert _after(mailroom, 48) == 0
    assert all(message["done"] for message in mailroom.inbox(HANDLER))
    assert mailroom.counts(HANDLER) == {"total": 0, "places": {}}


def test_a_task_whose_end_is_heard_before_its_beginning_never_waits(mailroom: Mailroom) -> None:
    process, task = _process(), _task()
    mailroom.hear("workflow", "node_left", **process, task_ids=[task["id"]])
    mailroom.hear("workflow", "node_entered", **process, tasks=[task])
    assert _after(mailroom, 100) == 0


def test_of_a_handler_without_a_lead_above_nobody_is_told(mailroom: Mailroom) -> None:
    mailroom.hear("workflow", "node_entered", **_process(), tasks=[_task(superior_department_id=None)])
    assert _after(mailroom, 100) == 2, "reminded of, and escalated to nobody"
    assert len(mailroom.inbox(HANDLER)) == 2
    assert mailroom.inbox(HEAD) == []


def test_the_policys_hours_hold_from_when_they_are_set_for_what_waits_already(mailroom: Mailroom) -> None:
    mailroom.hear("workflow", "node_entered", **_process(), tasks=[_task()])
    set_policy(mailroom.begin(ADMIN), version=0, reason="试行", reminder_hours=2, escalation_hours=4, months_kept=12)
    assert [_after(mailroom, 1.9), _after(mailroom, 2), _after(mailroom, 4)] == [0, 1, 1]


def test_many_sweeps_at_once_remind_of_each_task_once(mailroom: Mailroom) -> None:
    tasks = [_task() for _ in range(20)]
    mailroom.hear("workflow", "node_entered", **_process(), tasks=tasks)
    mailroom.now = NOON + timedelta(hours=30)
    counts: list[int] = []
    at_once(4, lambda _: counts.append(remind_handlers(mailroom.begin())))
    assert sum(counts) == 20
    assert len(mailroom.inbox(HANDLER)) == 40
    assert len(mailroom.said("message_posted")) == 40


def test_of_more_than_a_batch_the_next_sweep_tells(mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.notify.usecases.remind_handlers.BATCH_SIZE", 3)
    mailroom.hear("workflow", "node_entered", **_process(), tasks=[_task() for _ in range(5)])
    assert [_after(mailroom, 24), _after(mailroom, 24), _after(mailroom, 24)] == [3, 2, 0]
