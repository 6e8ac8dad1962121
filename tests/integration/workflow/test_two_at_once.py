"""Two who act at the same moment: one wins, the other learns what happened. Real threads on real PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest

from services.kit.errors import Conflict, Refusal
from services.workflow.usecases.approve_task import approve_task
from services.workflow.usecases.reject_task import reject_task
from services.workflow.usecases.withdraw_process import withdraw_process
from tests.integration.workflow.conftest import Company


def at_once(*actions: Callable[[], object]) -> list[object]:
    """What each of them gave: its result or its refusal."""
    gate = Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        gate.wait()
        try:
            return action()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def approving(company: Company, name: str, task_id: UUID) -> Callable[[], object]:
    return lambda: approve_task(company.begin(name), company.owners, task_id, opinion="同意", form={})


@pytest.mark.parametrize("round_number", range(5))
def test_of_six_who_approve_at_once_one_wins(company: Company, round_number: int) -> None:
    process_id = company.start("reconciliation", {"bill_ids": [f"b{round_number}"]})
    names = ["audit", "care", "risk", "vp"]
    tasks = {name: company.task_of(process_id, name) for name in names}

    outcomes = at_once(*(approving(company, name, tasks[name]) for name in names))

    lost = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    winner = next(name for name, outcome in zip(names, outcomes, strict=True) if outcome == process_id)
    assert [refusal.code for refusal in lost] == ["task_already_decided"] * 3
    assert {refusal.params["by"] for refusal in lost} == {company.people[winner].name}
    history = company.page(process_id)["history"]
    assert [entry["action"] for entry in history] == ["started", "entered", "approved", "entered"]


def test_the_same_approval_twice_at_once_counts_once(company: Company) -> None:
    process_id = company.start("claim_customer", {"reason": "老客户"})
    task_id = company.task_of(process_id, "lead")
    outcomes = at_once(*(approving(company, "lead", task_id) for _ in range(4)))
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 3
    assert [entry["action"] for entry in company.page(process_id)["history"]].count("approved") == 1


@pytest.mark.parametrize("round_number", range(5))
def test_a_withdrawal_and_the_last_approval_at_once_end_the_process_one_way(company: Company, round_number: int) -> None:
    process_id = company.start("claim_customer", {"reason": f"老客户 {round_number}"})
    company.approve(process_id, "lead")
    task_id = company.task_of(process_id, "admin")

    outcomes = at_once(
        approving(company, "admin", task_id), lambda: withdraw_process(company.begin("sales"), process_id, opinion="")
    )

    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    endings = {"process_archived", "process_withdrawn"} & set(company.event_types(process_id))
    assert len(endings) == 1
    assert endings == {f"process_{company.page(process_id)['state']}"}


def test_a_rejection_and_an_approval_at_once_leave_one_decision(company: Company) -> None:
    process_id = company.start("reconciliation", {"bill_ids": ["b"]})
    mine, other = company.task_of(process_id, "audit"), company.task_of(process_id, "risk")
    outcomes = at_once(approving(company, "audit", mine), lambda: reject_task(company.begin("risk"), other, opinion="金额不符"))
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    decisions = [entry for entry in company.page(process_id)["history"] if entry["action"] in {"approved", "rejected"}]
    assert len(decisions) == 1
