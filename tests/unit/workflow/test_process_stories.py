"""Whatever people do to a process, in any order (hypothesis, stateful)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.kit.errors import Conflict
from services.workflow.domain.acting import Decision, asked
from services.workflow.domain.conditions import Values
from services.workflow.domain.definitions import START, Definition
from services.workflow.domain.handing import (
    POSITIONS,
    add_approver,
    comment,
    copy,
    delegate,
    give_advice,
    reassign,
    recall,
    transfer,
    urge,
)
from services.workflow.domain.history import ACTIVE, ENDED, RESUBMITTABLE, Entry, State, follow, state_of
from services.workflow.domain.node_line import node_line
from services.workflow.domain.process import approve, reject, resubmit, return_targets, return_to, start, withdraw
from services.workflow.domain.seats import Asked, Handler, added_of
from tests.unit.workflow.examples import definition, node

AT = datetime(2026, 3, 2, tzinfo=UTC)
ROLES = ("legal", "finance", "resource", "tech_support")
SALES = Handler("sales", "sales", "initiator")
PEOPLE = tuple(Handler(f"p{number}", f"p{number}", "role") for number in range(6))
DEPUTY = Handler("deputy", "deputy", "")
ADMIN = Handler("admin", "admin", "admin")
STEPS_MAX = 300

nodes_drawn = st.lists(
    st.tuples(
        st.sampled_from(("any_one", "all", "in_turn", "initiator")),
        st.integers(1, 3),
        st.booleans(),
        st.sets(st.sampled_from(("initiator", "earlier_handler"))),
    ),
    min_size=1,
    max_size=4,
)
facts_drawn = st.fixed_dictionaries({"days": st.integers(0, 5)})
number = st.integers(0, 5)


class ProcessStories(RuleBasedStateMachine):
    """One process of a random definition."""

    def __init__(self) -> None:
        super().__init__()
        self.kind: Definition = definition()
        self.handlers: dict[str, tuple[Handler, ...]] = {}
        self.values = Values({}, {})
        self.history: tuple[Entry, ...] = ()
        self.state = State()
        self.length = 0

    @initialize(drawn=nodes_drawn, facts=facts_drawn, initiator_acts=st.booleans())
    def begin(self, drawn: list[tuple[str, int, bool, set[str]]], facts: dict[str, Any], *, initiator_acts: bool) -> None:
        nodes = [node(START)]
        self.handlers = {START: (SALES,)}
        for place, (mode, people, conditional, passes) in enumerate(drawn):
            code = f"n{place}"
            if mode == "initiator":
                nodes.append(node(code))
                self.handlers[code] = (SALES,)
                continue
            when = {"fact": "days", "operator": "less", "value": place + 1} if conditional else None
            nodes.append(node(code, ROLES[place], agree=mode, pass_when=when, passes=sorted(passes)))
            self.handlers[code] = (*PEOPLE[place : place + people], *([SALES] if initiator_acts else []))
        self.kind = definition(nodes=nodes)
        self.values = Values({}, facts)
        self.add(start(self.kind, self.decision(SALES), self.values, self.handlers))

    @precondition(lambda self: self.decider(0) is not None)
    @rule(seat=number, by_deputy=st.booleans())
    def one_approves(self, seat: int, *, by_deputy: bool) -> None:
        decision = self.decision(self.decider_at(seat).handler)
        if by_deputy:
            decision = replace(decision, by=DEPUTY, principal=decision.by)
        before = self.state
        self.add(approve(self.kind, self.state, decision, self.values, self.handlers, {}))
        assert before.visit is not None
        decided = next(each for each in self.state.visits[before.visit.node].seats if each.handler.id == decision.seat_id)
        assert self.state.number > before.number or decided.by == (
            replace(DEPUTY, role=decided.handler.role) if by_deputy else None
        )

    @precondition(lambda self: self.decider(0) is not None)
    @rule(seat=number)
    def one_rejects(self, seat: int) -> None:
        self.add(reject(self.kind, self.state, self.decision(self.decider_at(seat).handler), self.handlers))
        assert self.state.status == "rejected"

    @precondition(lambda self: self.decider(0) is not None)
    @rule(seat=number, choice=number)
    def one_returns(self, seat: int, choice: int) -> None:
        targets = return_targets(self.kind, self.state)
        to_node = targets[choice % len(targets)]
        further = (
            {each.handler.id for each in added_of(self.state.visits[to_node].seats)} if to_node in self.state.visits else set()
        )
        decision = self.decision(self.decider_at(seat).handler)
        self.add(return_to(self.kind, self.state, decision, to_node, self.handlers))
        assert self.state.visit is not None
        assert self.state.visit.node == to_node
        needed = {handler.id for handler in self.handlers[to_node]} | further
        assert needed == {each.handler.id for each in self.state.visit.seats}, "a return loses nobody whose agreement is needed"
        assert all(each.decision is None for each in self.state.visit.seats)

    @precondition(lambda self: self.decider(0) is not None)
    @rule(seat=number, to=st.sampled_from(PEOPLE), act=st.sampled_from((transfer, delegate)))
    def one_hands_it_to_somebody(self, seat: int, to: Handler, act: Callable[..., tuple[Entry, ...]]) -> None:
        self.try_to(lambda: act(self.kind, self.state, self.decision(self.decider_at(seat).handler), to, self.handlers), to)

    @precondition(lambda self: self.decider(0) is not None)
    @rule(seat=number, to=st.sampled_from(PEOPLE), position=st.sampled_from(POSITIONS))
    def one_asks_for_a_further_approver(self, seat: int, to: Handler, position: str) -> None:
        asker = self.decider_at(seat).handler
        added = self.try_to(lambda: add_approver(self.kind, self.state, self.decision(asker), to, position, self.handlers), to)
        ids = [each.handler.id for each in asked(self.kind, self.state)]
        assert not added or (to.id in ids, asker.id in ids) != (True, True), "one of the two is asked before the other"

    @precondition(lambda self: self.adviser() is not None)
    @rule()
    def the_adviser_answers(self) -> None:
        adviser = self.adviser()
        assert adviser is not None
        self.add(give_advice(self.kind, self.state, self.decision(adviser.handler)))
        assert adviser.seat.handler.id in [each.handler.id for each in asked(self.kind, self.state)], "the asker decides"

    @precondition(lambda self: self.adviser() is not None)
    @rule()
    def the_asker_recalls(self) -> None:
        adviser = self.adviser()
        assert adviser is not None
        self.add(recall(self.kind, self.state, self.decision(adviser.seat.handler)))

    @precondition(lambda self: self.state.status in ACTIVE)
    @rule(seat=number, to=st.sampled_from((*PEOPLE, SALES)))
    def an_administrator_reassigns(self, seat: int, to: Handler) -> None:
        waiting = asked(self.kind, self.state)
        one = waiting[seat % len(waiting)].handler
        entry = Entry("reassigned", None, AT, by=ADMIN, principal=one, to=to)
        try:
            self.add(reassign(self.kind, self.state, entry, self.values, self.handlers))
        except Conflict as refusal:
            if refusal.code != "already_handler" and (refusal.code, to) != ("initiator_cannot_take_over", SALES):
                raise
            return
        assert one.id != to.id or waiting[seat % len(waiting)].kind == "advise", "given to the same, a task would fall away"

    @precondition(lambda self: self.state.status in RESUBMITTABLE)
    @rule(facts=facts_drawn)
    def the_initiator_resubmits(self, facts: dict[str, Any]) -> None:
        self.values = Values({}, facts)
        self.add(resubmit(self.kind, self.state, self.decision(SALES), self.values, self.handlers, {}))

    @rule()
    def somebody_comments_and_copies_it(self) -> None:
        before = self.state
        self.add(comment(self.state, self.decision(SALES)))
        self.add(copy(self.state, self.decision(SALES), PEOPLE[:2]))
        try:
            self.add(urge(self.kind, self.state, self.decision(SALES), None))
        except Conflict as refusal:
            if refusal.code != "nobody_to_urge":
                raise
        assert self.state == before

    @precondition(lambda self: self.state.status not in ENDED)
    @rule()
    def the_initiator_withdraws(self) -> None:
        self.add(withdraw(self.state, self.decision(SALES)))
        assert self.state.status == "withdrawn"

    @invariant()
    def history_never_shrinks_and_leads_to_the_state(self) -> None:
        assert len(self.history) >= self.length
        self.length = len(self.history)
        assert state_of(self.kind, self.history) == self.state

    @invariant()
    def somebody_is_asked_exactly_while_it_runs(self) -> None:
        assert bool(asked(self.kind, self.state)) is (self.state.status in ACTIVE)

    @invariant()
    def nobody_is_asked_twice_at_once(self) -> None:
        ids = [each.handler.id for each in asked(self.kind, self.state)]
        assert len(ids) == len(set(ids))

    @invariant()
    def the_line_shows_every_node_once_and_one_open_one_at_most(self) -> None:
        line = node_line(self.kind, self.state, self.values, self.handlers)
        assert [each.node for each in line] == list(self.kind.nodes)
        assert [each.state for each in line].count("current") == int(self.state.status in ACTIVE)
        asked_here = {(person.adviser or person.handler).id for each in line for person in each.people if person.is_asked}
        assert asked_here == {each.handler.id for each in asked(self.kind, self.state)}

    @invariant()
    def no_node_is_done_without_the_agreement_that_it_requires(self) -> None:
        for visit in self.state.visits.values():
            if visit.outcome not in ("approved", "seat_passed", "reassigned"):
                continue
            agreed = [each for each in visit.seats if each.decision in ("approved", "passed")]
            assert agreed
            assert all(each in agreed for each in visit.seats if each.added is not None), "a further approver has agreed"
            if self.kind.node(visit.node).agree != "any_one":
                assert len(agreed) == len(visit.seats)

    @invariant()
    def it_can_be_withdrawn_and_it_can_be_ended(self) -> None:
        if self.state.status in ENDED:
            return
        withdrawn = follow(self.kind, self.state, withdraw(self.state, self.decision(SALES)))
        assert withdrawn.status == "withdrawn"
        assert not asked(self.kind, withdrawn)
        assert self.ended_by_approvals().status == "archived"

    def ended_by_approvals(self) -> State:
        """Where it gets to when everyone who is asked agrees."""
        state = self.state
        for _ in range(STEPS_MAX):
            if state.status == "archived":
                break
            if state.status in RESUBMITTABLE:
                entries = resubmit(self.kind, state, self.decision(SALES), self.values, self.handlers, {})
            else:
                first = asked(self.kind, state)[0]
                decision = self.decision(first.handler)
                entries = (
                    give_advice(self.kind, state, decision)
                    if first.kind == "advise"
                    else approve(self.kind, state, decision, self.values, self.handlers, {})
                )
            state = follow(self.kind, state, entries)
        return state

    def try_to(self, act: Callable[[], tuple[Entry, ...]], to: Handler) -> bool:
        """Whether it could be done: not with somebody who is asked at this node anyway."""
        assert self.state.visit is not None
        seats = self.state.visit.seats
        known = {each.handler.id for each in seats} | {each.adviser.id for each in seats if each.adviser is not None}
        try:
            self.add(act())
        except Conflict as refusal:
            if refusal.code != "already_handler" or to.id not in known:
                raise
            return False
        assert to.id not in known
        return True

    def add(self, entries: tuple[Entry, ...]) -> None:
        self.history = (*self.history, *entries)
        self.state = follow(self.kind, self.state, entries)

    def decider(self, seat: int) -> Asked | None:
        """One of those who are asked to decide, while it runs."""
        deciders = [each for each in asked(self.kind, self.state) if each.kind == "decide"]
        return deciders[seat % len(deciders)] if deciders and self.state.status == "running" else None

    def decider_at(self, seat: int) -> Asked:
        found = self.decider(seat)
        assert found is not None
        return found

    def adviser(self) -> Asked | None:
        return next((each for each in asked(self.kind, self.state) if each.kind == "advise"), None)

    def decision(self, by: Handler) -> Decision:
        return Decision(by, AT, "意见")


TestProcessStories = ProcessStories.TestCase
TestProcessStories.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
