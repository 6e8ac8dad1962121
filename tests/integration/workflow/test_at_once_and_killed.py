"""Sweeps, retries and lists against decisions at the same moment, and use cases killed between any two of their transactions.

Real threads and really killed processes on real PostgreSQL (issue 4, "Exactly once"; ``test_two_at_once`` has the decisions).
"""

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from uuid import UUID

import pytest
from sqlalchemy import event, select

from services.kit.caller import Caller
from services.kit.database import Database
from services.kit.errors import Conflict, Refusal
from services.workflow.store.tables import Process, Task
from services.workflow.usecases.approve_task import approve_task
from services.workflow.usecases.approve_tasks import approve_tasks
from services.workflow.usecases.end_deputy import end_deputy
from services.workflow.usecases.hand_over_tasks import hand_over_tasks
from services.workflow.usecases.note_effect import note_effect, note_effect_failed
from services.workflow.usecases.recover_starts import recover_starts
from services.workflow.usecases.reject_task import reject_task
from services.workflow.usecases.remind_handlers import remind_handlers
from services.workflow.usecases.resubmit_process import resubmit_process
from services.workflow.usecases.retry_effect import retry_effect
from services.workflow.usecases.withdraw_process import withdraw_process
from tests.integration.forks import FORKS
from tests.integration.workflow.conftest import NOW, Company, Owner, event_of
from tests.integration.workflow.test_absence import stand_in
from tests.integration.workflow.test_two_at_once import approving, at_once
from tests.unit.workflow.examples import content, form_field, node

CLAIM = {"reason": "老客户"}
STAMP = {"reason": "盖章"}


def actions(company: Company, process_id: UUID, name: str = "boss") -> list[str]:
    return [entry["action"] for entry in company.page(process_id, name)["history"]]


def leave(company: Company, name: str, successor: str) -> None:
    company.hear_user(name, tuple(company.people[name].roles), version=2, active=False, successor=successor)


def test_of_two_hand_overs_at_once_each_task_is_handed_over_once_and_a_withdrawal_leaves_none(company: Company) -> None:
    process_ids = [company.start("claim_customer", CLAIM) for _ in range(8)]
    leave(company, "lead", "vp")

    outcomes = at_once(
        lambda: hand_over_tasks(company.begin("sales")),
        lambda: hand_over_tasks(company.begin("sales")),
        *(partial(withdraw_process, company.begin("sales"), each, opinion="") for each in process_ids[::2]),
    )

    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    for place, process_id in enumerate(process_ids):
        assert company.waiting(process_id) == ([] if place % 2 == 0 else [("vp", "decide")])
        assert actions(company, process_id).count("reassigned") == 1 or place % 2 == 0


def test_a_task_is_reminded_of_once_whatever_sweeps_and_decides_at_once(company: Company) -> None:
    company.publish(content(code="stamp", nodes=[node("start"), node("finance", "finance", time_limit_hours=1)]))
    process_ids = [company.start("stamp", STAMP) for _ in range(6)]
    tasks = [company.task_of(process_id, "finance") for process_id in process_ids]
    later = NOW + timedelta(hours=2)

    at_once(
        *(lambda: remind_handlers(company.begin("sales", later)) for _ in range(3)),
        *(approving(company, "finance", task_id) for task_id in tasks[:3]),
    )
    remind_handlers(company.begin("sales", later))

    for place, task_id in enumerate(tasks):
        told = company.event_types(task_id)
        assert told == ["task_overdue"] or (place < 3 and not told), "an approval may have been first"


def test_a_retry_and_the_news_that_it_is_in_force_at_once_leave_it_in_force(company: Company) -> None:
    words = {"code": "claim_customer", "summary_zh": "已归您", "summary_en": "Yours"}
    for _ in range(4):
        process_id = company.start("claim_customer", CLAIM)
        company.approve(process_id, "lead")
        company.approve(process_id, "admin")
        (attempt,) = [said["aggregateversion"] for said in company.events(process_id) if said["type"] == "process_archived"]
        reasons = {"attempt": attempt, "reason_zh": "暂不可用", "reason_en": "Away"}
        failed = event_of(
            "customer", "process_apply_failed", {"process_id": str(process_id), "code": "claim_customer", **reasons}
        )
        note_effect_failed(company.begin("sales", consumer="on_apply_failed_by_customer"), failed)
        applied = event_of("customer", "process_applied", {"process_id": str(process_id), **words})

        hearing = company.begin("sales", consumer="on_applied_by_customer")
        retried, _ = at_once(
            partial(retry_effect, company.begin("sales"), process_id, opinion=""),
            partial(note_effect, hearing, applied),
        )

        assert retried == process_id or (isinstance(retried, Conflict) and retried.code == "effect_not_failed")
        assert company.page(process_id)["effect"]["state"] == "in_force"
        assert actions(company, process_id).count("applied") == 1


def test_a_task_approved_from_the_list_and_by_itself_at_once_is_approved_once(company: Company) -> None:
    process_ids = [company.start("claim_customer", CLAIM) for _ in range(6)]
    tasks = [company.task_of(process_id, "lead") for process_id in process_ids]

    def from_the_list() -> list[bool]:
        outcomes = approve_tasks(company.begin("lead"), company.owners, task_ids=tasks, opinion="同意")
        return [outcome["is_approved"] for outcome in outcomes]

    first, second, *single = at_once(from_the_list, from_the_list, *(approving(company, "lead", task_id) for task_id in tasks))

    assert isinstance(first, list)
    assert isinstance(second, list)
    for place, process_id in enumerate(process_ids):
        assert [first[place], second[place], single[place] == process_id].count(True) == 1
        assert actions(company, process_id).count("approved") == 1


def test_an_approval_delivered_again_is_answered_as_it_was_and_anothers_is_told_who_decided(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    task_id = company.task_of(process_id, "lead")

    def approve(key: str) -> UUID:
        begin = company.begin("lead")
        again = replace(begin, context=replace(begin.context, key=key))
        return approve_task(again, company.owners, task_id, opinion="同意", form={})

    assert [approve("k1"), approve("k1")] == [process_id, process_id]
    assert actions(company, process_id).count("approved") == 1
    for key in ("k2", ""):
        with pytest.raises(Conflict, match="task_already_decided"):
            approve(key)


def test_a_resubmission_delivered_again_is_answered_as_it_was(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    reject_task(company.begin("lead"), company.task_of(process_id, "lead"), opinion="不符")

    def resubmit(key: str) -> UUID:
        begin = company.begin("sales")
        again = replace(begin, context=replace(begin.context, key=key))
        return resubmit_process(again, company.owners, process_id, opinion="", form=None)

    assert [resubmit("k1"), resubmit("k1")] == [process_id, process_id]
    assert actions(company, process_id).count("resubmitted") == 1
    with pytest.raises(Conflict, match="not_to_be_resubmitted"):
        resubmit("k2")


def test_a_deputy_who_is_taken_back_while_acting_has_acted_or_has_not(company: Company) -> None:
    for _ in range(4):
        process_id = company.start("claim_customer", CLAIM)
        deputy = stand_in(company, "lead", "vp")
        task_id = company.task_of(process_id, "lead")
        acted, _ = at_once(approving(company, "vp", task_id), partial(end_deputy, company.begin("lead"), deputy.id))
        assert company.waiting(process_id) == ([("admin", "decide")] if acted == process_id else [("lead", "decide")])
        assert acted == process_id or isinstance(acted, Refusal)


def test_a_start_that_takes_long_and_the_sweep_that_undoes_it_at_once_end_one_way(company: Company) -> None:
    """The sweep counts by the database's clock, so the start is made to look old while its owner answers."""
    for number in range(4):

        def grow_old(request: dict[str, str]) -> None:
            with company.database.session() as session, session.begin():
                process = session.get_one(Process, UUID(request["process_id"]))
                assert process.asked_at is not None
                process.asked_at -= timedelta(minutes=5)

        company.owner.before_answer = grow_old
        started, _ = at_once(
            partial(company.start, "claim_customer", CLAIM, key=f"slow {number}"),
            lambda: [recover_starts(company.begin("sales")) for _ in range(20)],
        )
        company.owner.before_answer = None
        if isinstance(started, UUID):
            assert company.waiting(started) == [("lead", "decide")]
            assert "process_withdrawn" not in company.event_types(started)
        else:
            assert isinstance(started, Conflict)
            assert started.code == "start_took_too_long"


# Killed: before the nth commit, and whenever the work is done by then, not at all.

Work = Callable[[Company, list[UUID]], object]


def start(company: Company, _: list[UUID]) -> object:
    return company.start("stamp", STAMP, key="the one")


def enter_fields(company: Company, ids: list[UUID]) -> object:
    return approve_task(company.begin("finance"), company.owners, ids[1], opinion="", form={"number": "7"})


def resubmit(company: Company, ids: list[UUID]) -> object:
    return resubmit_process(company.begin("sales"), company.owners, ids[0], opinion="", form={"reason": "改"})


def approve_many(company: Company, ids: list[UUID]) -> object:
    return approve_tasks(company.begin("lead"), company.owners, task_ids=ids, opinion="同意")


def hand_over(company: Company, _: list[UUID]) -> object:
    return hand_over_tasks(company.begin("sales"))


def die_before_commit(url: str, people: dict[str, Caller], owner: Owner, work: Work, ids: list[UUID], commit: int) -> None:
    database = Database(url, pool_size=2)
    commits = count(1)

    @event.listens_for(database.engine, "commit")
    def die(_: object) -> None:
        if next(commits) == commit:
            os.kill(os.getpid(), signal.SIGKILL)

    work(Company(database, people, owner), ids)


def kill(company: Company, work: Work, ids: list[UUID], commit: int) -> bool:
    """Do some work in another process, which is killed before its nth commit.

    :returns: whether it was; ``False`` if it has fewer.
    """
    arguments = (company.database.url, company.people, company.owner, work, ids, commit)
    process = FORKS.Process(target=die_before_commit, args=arguments)
    process.start()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


@pytest.fixture
def entering(company: Company) -> None:
    """A definition at whose first node a number is entered."""
    fields = [form_field("reason", required=True), form_field("number", required=True, entered_at="finance")]
    nodes = [node("start"), node("finance", "finance"), node("legal", "legal")]
    company.publish(content(code="stamp", fields=fields, nodes=nodes))


@pytest.mark.usefixtures("entering")
@pytest.mark.parametrize("commit", [2, 3])
def test_a_start_that_was_killed_is_finished_by_its_repetition(company: Company, commit: int) -> None:
    assert kill(company, start, [], commit)
    process_id = company.start("stamp", STAMP, key="the one")
    assert company.waiting(process_id) == [("finance", "decide")]
    with company.database.session() as session:
        mine = select(Process.id).where(Process.initiator_id == company.id_of("sales"), Process.code == "stamp")
        assert session.scalars(mine).all() == [process_id]
    assert actions(company, process_id) == ["started", "entered"]


@pytest.mark.usefixtures("entering")
@pytest.mark.parametrize("commit", [1, 2])
def test_an_approval_that_was_killed_while_it_entered_fields_is_done_again_once(company: Company, commit: int) -> None:
    process_id = company.start("stamp", STAMP)
    task_id = company.task_of(process_id, "finance")
    assert kill(company, enter_fields, [process_id, task_id], commit)
    assert company.waiting(process_id) == [("finance", "decide")]
    enter_fields(company, [process_id, task_id])
    assert company.waiting(process_id) == [("legal", "decide")]
    assert actions(company, process_id) == ["started", "entered", "approved", "entered"]


@pytest.mark.usefixtures("entering")
@pytest.mark.parametrize("commit", [1, 2])
def test_a_resubmission_that_was_killed_is_done_again_once(company: Company, commit: int) -> None:
    process_id = company.start("stamp", STAMP)
    reject_task(company.begin("finance"), company.task_of(process_id, "finance"), opinion="改")
    assert kill(company, resubmit, [process_id], commit)
    assert company.page(process_id)["state"] == "rejected"
    resubmit(company, [process_id])
    assert actions(company, process_id) == ["started", "entered", "rejected", "resubmitted", "entered"]
    assert recover_starts(company.begin("sales")) == 0, "nobody is waiting for an owner any more"


def test_a_bulk_approval_that_was_killed_is_finished_by_its_repetition(company: Company) -> None:
    process_ids = [company.start("claim_customer", CLAIM) for _ in range(3)]
    ids = [company.task_of(process_id, "lead") for process_id in process_ids]
    assert kill(company, approve_many, ids, 3)
    assert [company.waiting(each)[0][0] for each in process_ids] == ["admin", "lead", "lead"]
    approve_many(company, ids)
    assert [actions(company, each).count("approved") for each in process_ids] == [1, 1, 1]


@pytest.mark.parametrize("commit", [1, 3, 4])
def test_a_hand_over_that_was_killed_goes_on_where_it_was(company: Company, commit: int) -> None:
    process_ids = [company.start("claim_customer", CLAIM) for _ in range(3)]
    leave(company, "lead", "vp")
    assert kill(company, hand_over, [], commit)
    with company.database.session() as session:
        of_lead = select(Task.id).where(Task.user_id == company.id_of("lead"), Task.state == "open")
        left = len(session.scalars(of_lead).all())
    assert hand_over_tasks(company.begin("sales")) == left
    assert [company.waiting(each) for each in process_ids] == [[("vp", "decide")]] * 3
    assert [actions(company, each).count("reassigned") for each in process_ids] == [1, 1, 1]
