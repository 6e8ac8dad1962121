"""Whatever people do to a process, its rows say what its history says (hypothesis, stateful; spec, "The engine").

The rules themselves are held by tests/unit/workflow/test_process_stories.py; this holds what is written of them, and told.
"""

from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from services.kit.errors import Conflict
from services.workflow.domain.acting import asked
from services.workflow.domain.history import ACTIVE, ENDED, RESUBMITTABLE
from services.workflow.domain.process import return_targets
from services.workflow.domain.seats import Asked
from services.workflow.store.processes import Dossier, dossier_of
from services.workflow.store.tables import Process, Task
from services.workflow.usecases.add_approver import add_approver
from services.workflow.usecases.advise_task import advise_task
from services.workflow.usecases.approve_task import approve_task
from services.workflow.usecases.comment_process import comment_process
from services.workflow.usecases.delegate_task import delegate_task
from services.workflow.usecases.reassign_task import reassign_task
from services.workflow.usecases.recall_task import recall_task
from services.workflow.usecases.reject_task import reject_task
from services.workflow.usecases.resubmit_process import resubmit_process
from services.workflow.usecases.return_task import return_task
from services.workflow.usecases.transfer_task import transfer_task
from services.workflow.usecases.withdraw_process import withdraw_process
from tests.integration.workflow.conftest import Company
from tests.unit.workflow.examples import content, node

ROLES = ("finance", "legal", "risk_expert", "customer_care")
TAKERS = ("finance", "legal", "risk", "care", "vp", "audit", "sales")

nodes_drawn = st.lists(
    st.tuples(
        st.sampled_from(("any_one", "all", "in_turn")),
        st.lists(st.sampled_from(ROLES), min_size=1, max_size=3, unique=True),
        st.sets(st.sampled_from(("initiator", "earlier_handler"))),
    ),
    min_size=2,
    max_size=3,
)
which = st.integers(0, 3)
versions = count()


class StoriesOnPostgresql(RuleBasedStateMachine):
    """One process of a random definition, by the use cases."""

    def __init__(self, company: Company) -> None:
        super().__init__()
        self.company = company
        self.names = {UUID(caller.user_id): name for name, caller in company.people.items()}
        self.process_id: UUID
        self.dossier: Dossier
        self.lines: list[Any] = []

    @initialize(drawn=nodes_drawn)
    def begin(self, drawn: list[tuple[str, list[str], set[str]]]) -> None:
        nodes = [
            node(f"n{place}", *roles, agree=agree, passes=sorted(passes)) for place, (agree, roles, passes) in enumerate(drawn)
        ]
        # A name of its own makes each a new version, should two be drawn alike.
        self.company.publish(content(code="story", name_en=f"Story {next(versions)}", nodes=[node("start"), *nodes]))
        self.process_id = self.company.start("story", {"reason": "盖章"})

    @precondition(lambda self: self.waiting("decide"))
    @rule(which=which)
    def one_approves(self, which: int) -> None:
        name, task_id = self.one(which)
        approve_task(self.company.begin(name), self.company.owners, task_id, opinion="同意", form={})

    @precondition(lambda self: self.waiting("decide"))
    @rule(which=which)
    def one_rejects(self, which: int) -> None:
        name, task_id = self.one(which)
        reject_task(self.company.begin(name), task_id, opinion="不同意")

    @precondition(lambda self: self.waiting("decide"))
    @rule(which=which, place=which)
    def one_returns(self, which: int, place: int) -> None:
        name, task_id = self.one(which)
        targets = return_targets(self.dossier.definition, self.dossier.state)
        return_task(self.company.begin(name), task_id, opinion="再看", to_node=targets[place % len(targets)])

    @precondition(lambda self: self.waiting("decide"))
    @rule(which=which, to=st.sampled_from(TAKERS), act=st.sampled_from((transfer_task, delegate_task)))
    def one_hands_it_on(self, which: int, to: str, act: Callable[..., UUID]) -> None:
        name, task_id = self.one(which)
        self.unless_refused(lambda: act(self.company.begin(name), task_id, user_id=self.company.id_of(to), opinion=""))

    @precondition(lambda self: self.waiting("decide"))
    @rule(which=which, to=st.sampled_from(TAKERS), position=st.sampled_from(("before", "after")))
    def one_asks_for_a_further_approver(self, which: int, to: str, position: str) -> None:
        name, task_id = self.one(which)
        begin, user_id = self.company.begin(name), self.company.id_of(to)
        self.unless_refused(lambda: add_approver(begin, task_id, user_id=user_id, position=position, opinion=""))

    @precondition(lambda self: self.waiting("advise"))
    @rule(which=which)
    def the_adviser_answers(self, which: int) -> None:
        name, task_id = self.one(which, "advise")
        advise_task(self.company.begin(name), task_id, opinion="可以")

    @precondition(lambda self: self.waiting("advise"))
    @rule(which=which)
    def the_asker_recalls(self, which: int) -> None:
        waiting = self.waiting("advise")
        asker = waiting[which % len(waiting)].seat.handler
        recall_task(self.company.begin(self.names[UUID(asker.id)]), self.process_id, opinion="")

    @precondition(lambda self: self.status in ACTIVE)
    @rule(which=which, to=st.sampled_from(TAKERS))
    def an_administrator_reassigns(self, which: int, to: str) -> None:
        tasks = self.open_tasks()
        task_id, user_id = tasks[which % len(tasks)].id, self.company.id_of(to)
        self.unless_refused(lambda: reassign_task(self.company.begin("boss"), task_id, user_id=user_id, opinion=""))

    @precondition(lambda self: self.status in RESUBMITTABLE)
    @rule(form=st.sampled_from((None, {"reason": "改"})))
    def the_initiator_resubmits(self, form: dict[str, Any] | None) -> None:
        begin = self.company.begin(self.names[UUID(self.dossier.initiator.id)])
        resubmit_process(begin, self.company.owners, self.process_id, opinion="", form=form)

    @precondition(lambda self: self.status not in ENDED)
    @rule()
    def the_initiator_withdraws(self) -> None:
        withdraw_process(self.company.begin(self.names[UUID(self.dossier.initiator.id)]), self.process_id, opinion="")

    @rule()
    def somebody_comments(self) -> None:
        comment_process(self.company.begin("sales"), self.process_id, opinion="请尽快")

    @invariant()
    def what_is_written_is_true(self) -> None:
        with self.company.database.session() as session:
            process = session.get_one(Process, self.process_id)
            self.dossier = dossier_of(session, process)
        self.its_rows_say_what_its_history_says(process)
        self.its_history_only_grows()
        self.its_events_tell_of_every_task_that_waits()

    def its_rows_say_what_its_history_says(self, process: Process) -> None:
        state = self.dossier.state
        visited = None if state.visit is None else state.visit.node
        assert (process.state, process.node) == (state.status, visited)
        wanted = {(UUID(each.handler.id), each.kind, each.handler.role, visited) for each in self.waiting("decide", "advise")}
        tasks = self.open_tasks()
        assert {(task.user_id, task.kind, task.role, task.node) for task in tasks} == wanted
        assert len(tasks) == len(wanted)
        assert bool(tasks) is (state.status in ACTIVE), "no task is open in an ended process, and none that runs waits for nobody"
        assert (process.ended_at is not None) is (state.status in ENDED)

    def its_history_only_grows(self) -> None:
        known, self.lines = self.lines, list(self.dossier.history)
        assert self.lines[: len(known)] == known

    def its_events_tell_of_every_task_that_waits(self) -> None:
        events = self.company.events(self.process_id)
        versions_said = [event["aggregateversion"] for event in events]
        assert versions_said == sorted(set(versions_said))
        told: set[str] = set()
        for event in events:
            if event["type"] == "node_entered":
                told |= {task["id"] for task in event["data"]["tasks"]}
            if event["type"] == "node_left":
                assert told.issuperset(event["data"]["task_ids"]), "what ends had begun"
                told -= set(event["data"]["task_ids"])
        assert told == {str(task.id) for task in self.open_tasks()}

    @property
    def status(self) -> str:
        return self.dossier.state.status

    def waiting(self, *kinds: str) -> list[Asked]:
        """Who is asked to do this while it runs, as the history has it; what came back to its start is resubmitted instead."""
        waiting = asked(self.dossier.definition, self.dossier.state)
        wanted = [each for each in waiting if each.kind in kinds]
        return wanted if kinds != ("decide",) or self.status == "running" else []

    def one(self, which: int, kind: str = "decide") -> tuple[str, UUID]:
        """One of those asked, by name, with the task."""
        waiting = self.waiting(kind)
        user_id = UUID(waiting[which % len(waiting)].handler.id)
        return self.names[user_id], next(task.id for task in self.open_tasks() if task.user_id == user_id)

    def open_tasks(self) -> list[Task]:
        with self.company.database.session() as session:
            query = select(Task).where(Task.process_id == self.process_id, Task.state == "open")
            return list(session.scalars(query.order_by(Task.id)))

    def unless_refused(self, act: Callable[[], UUID]) -> None:
        try:
            act()
        except Conflict as refusal:
            if refusal.code not in ("already_handler", "initiator_cannot_take_over"):
                raise


def test_the_rows_of_a_process_say_what_its_history_says(company: Company) -> None:
    run_state_machine_as_test(
        lambda: StoriesOnPostgresql(company),  # type: ignore[arg-type]  # it takes whatever makes one
        settings=settings(
            max_examples=25, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck), database=None
        ),
    )
