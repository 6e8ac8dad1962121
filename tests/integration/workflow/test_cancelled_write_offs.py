"""The process of an automatic write-off ends when the match of its receipt is undone (spec, payments.md, "Matching")."""

from typing import Any
from uuid import UUID

import pytest

from services.kit.errors import Conflict, NotYet
from services.kit.inbox import AlreadyConsumed
from services.workflow.usecases.end_cancelled_write_off import end_cancelled_write_off
from services.workflow.usecases.reject_task import reject_task
from services.workflow.usecases.resubmit_process import resubmit_process
from services.workflow.usecases.start_automatic_write_off import start_automatic_write_off
from tests.integration.workflow.conftest import Company, event_of
from tests.integration.workflow.test_running_processes import write_off_event
from tests.integration.workflow.test_two_at_once import approving, at_once


def cancelled_event(company: Company, started: Any) -> Any:
    data = {
        "write_off_id": started.data["write_off_id"],
        "customer_id": started.data["customer_id"],
        "customer_name": started.data["customer_name"],
        "owner_id": started.data["owner_id"],
        "amount": started.data["amount"],
        "receipt_id": started.data["pairs"][0]["receipt_id"],
        "payer_name": "云帆科技",
        "by_id": company.people["admin"].user_id,
        "by_name": "赵敏",
        "reason": "是另一家的款",
    }
    return event_of("payments", "write_off_cancelled", data)


def hear(company: Company, event: Any) -> None:
    use_case = start_automatic_write_off if event.type == "write_off_started" else end_cancelled_write_off
    use_case(company.begin("admin", consumer=f"on_{event.type}"), event)


def waiting(company: Company) -> tuple[UUID, Any]:
    """A process that its owner is to confirm, and what payments would say to end it."""
    started = write_off_event(company, automatic=True)
    hear(company, started)
    return UUID(started.data["write_off_id"]), cancelled_event(company, started)


def test_it_ends_as_withdrawn_and_says_by_whom_and_why(company: Company) -> None:
    process_id, cancelled = waiting(company)
    hear(company, cancelled)
    page = company.page(process_id)
    last = page["history"][-1]
    assert (page["state"], page["can"]) == ("withdrawn", ["comment", "copy"])
    assert (last["action"], last["by_name"]) == ("withdrawn", "赵敏")
    assert last["opinion"] == "系统撤回：云帆科技 到款的匹配已撤销。是另一家的款"
    assert last["opinion_en"] == "Withdrawn by the system: the match of the receipt from 云帆科技 was undone. 是另一家的款"


def test_where_the_customer_is_anothers_the_system_ends_it_and_says_who_is_asked(company: Company) -> None:
    process_id, cancelled = waiting(company)
    data = {**cancelled.data, "cause": "owner_changed", "by_id": None, "by_name": "系统", "next_owner_name": "李娜"}
    hear(company, event_of("payments", "write_off_cancelled", data))
    page = company.page(process_id)
    last = page["history"][-1]
    assert (page["state"], last["action"], last["by_name"]) == ("withdrawn", "withdrawn", None)
    assert last["opinion"] == "系统撤回：客户转由 李娜 跟进，销账重新发起，由其确认。"
    assert company.waiting(process_id) == []
    told = company.events(process_id)[-1]["data"]
    assert (told["by_name"], told["opinion"]) == ("系统", last["opinion"])
    assert told["opinion_en"].startswith("Withdrawn by the system: 李娜 looks after the customer now"), (
        "as an English reader is told"
    )


def test_nobody_is_asked_any_more_and_its_owner_is_told(company: Company) -> None:
    process_id, cancelled = waiting(company)
    task_id = company.task_of(process_id, "sales")
    hear(company, cancelled)
    assert company.waiting(process_id) == []
    assert company.event_types(process_id)[-2:] == ["node_left", "process_withdrawn"]
    left, withdrawn = (envelope["data"] for envelope in company.events(process_id)[-2:])
    assert left["task_ids"] == [str(task_id)], "notify closes its message by this"
    assert (withdrawn["initiator"]["id"], withdrawn["by_name"]) == (company.people["sales"].user_id, "赵敏")
    with pytest.raises(Conflict) as late:
        approving(company, "sales", task_id)()
    assert (late.value.code, late.value.params["by"]) == ("task_already_decided", "赵敏")


def test_said_twice_it_ends_once(company: Company) -> None:
    process_id, cancelled = waiting(company)
    hear(company, cancelled)
    with pytest.raises(AlreadyConsumed):
        hear(company, cancelled)
    cancelled_again = event_of("payments", "write_off_cancelled", cancelled.data)
    hear(company, cancelled_again)
    assert company.event_types(process_id).count("process_withdrawn") == 1


def test_said_before_the_start_is_heard_it_is_tried_again(company: Company) -> None:
    started = write_off_event(company, automatic=True)
    cancelled = cancelled_event(company, started)
    with pytest.raises(NotYet, match="process_not_known_yet"):
        hear(company, cancelled)
    hear(company, started)
    hear(company, cancelled)
    assert company.page(UUID(started.data["write_off_id"]))["state"] == "withdrawn"


def test_one_that_was_rejected_cannot_be_sent_again(company: Company) -> None:
    process_id, cancelled = waiting(company)
    reject_task(company.begin("sales"), company.task_of(process_id, "sales"), opinion="不是这笔")
    hear(company, cancelled)
    with pytest.raises(Conflict, match="not_to_be_resubmitted"):
        resubmit_process(company.begin("sales"), company.owners, process_id, opinion="", form=None)


def test_one_that_is_being_sent_again_meanwhile_ends_too(company: Company) -> None:
    process_id, cancelled = waiting(company)
    reject_task(company.begin("sales"), company.task_of(process_id, "sales"), opinion="金额不对")

    def cancel(_request: dict[str, Any]) -> None:
        company.owner.before_answer = None
        hear(company, cancelled)

    company.owner.before_answer = cancel
    with pytest.raises(Conflict, match="process_changed"):
        resubmit_process(company.begin("sales"), company.owners, process_id, opinion="", form=None)
    assert company.page(process_id)["state"] == "withdrawn"


def test_one_that_is_confirmed_already_stays_archived_for_payments_to_refuse(company: Company) -> None:
    process_id, cancelled = waiting(company)
    company.approve(process_id, "sales", opinion="确认")
    hear(company, cancelled)
    assert company.page(process_id)["state"] == "archived"
    assert "process_withdrawn" not in company.event_types(process_id)


@pytest.mark.parametrize("round_number", range(5))
def test_confirmed_and_ended_at_the_same_moment_one_of_both_happens(company: Company, round_number: int) -> None:
    process_id, cancelled = waiting(company)
    confirm = approving(company, "sales", company.task_of(process_id, "sales"))
    outcomes = at_once(confirm, lambda: hear(company, cancelled))
    state = company.page(process_id)["state"]
    if isinstance(outcomes[0], Conflict):
        assert (outcomes[0].code, state) == ("task_already_decided", "withdrawn")
    else:
        assert state == "archived"
    ends = [said for said in company.event_types(process_id) if said in {"process_archived", "process_withdrawn"}]
    assert ends == [f"process_{state}"], f"round {round_number}"
