"""Whatever people do to a process, in any order (hypothesis, stateful)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.kit.errors import Conflict
from services.workflow.domain.conditions import Values
from services.workflow.domain.definitions import START, Definition
from services.workflow.domain.history import ACTIVE, ENDED, RESUBMITTABLE, Entry, Handler, State, follow, open_seats, state_of
from services.workflow.domain.node_line import node_line
from services.workflow.domain.process import (
    Decision,
    approve,
    comment,
    reject,
    resubmit,
    return_targets,
    return_to,
    start,
    transfer,
    withdraw,
)
from tests.unit.workflow.examples import definition, node

AT = datetime(2026, 3, 2, tzinfo=UTC)
ROLES = ("legal", "finance", "resource", "tech_support")
SALES = Handler("sales", "sales", "initiator")
PEOPLE = tuple(Handler(f"p{number}", f"p{number}", "role") for number in range(6))
STEPS_MAX = 200

nodes_drawn = st.lists(
    st.tuples(st.sampled_from(("any_one", "all", "in_turn", "initiator")), st.integers(1, 3), st.booleans()),
    min_size=1,
    max_size=4,
)
facts_drawn = st.fixed_dictionaries({"days": st.integers(0, 5)})


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

    @initialize(drawn=nodes_drawn, facts=facts_drawn)
    def begin(self, drawn: list[tuple[str, int, bool]], facts: dict[str, Any]) -> None:
        nodes = [node(START)]
        self.handlers = {START: (SALES,)}
        for number, (mode, people, passes) in enumerate(drawn):
            code = f"n{number}"
            if mode == "initiator":
                nodes.append(node(code))
                self.handlers[code] = (SALES,)
                continue
            when = {"fact": "days", "operator": "less", "value": number + 1} if passes else None
            nodes.append(node(code, ROLES[number], agree=mode, pass_when=when))
            self.handlers[code] = PEOPLE[number : number + people]
        self.kind = definition(nodes=nodes)
        self.values = Values({}, facts)
        self.add(start(self.kind, self.decision(SALES), self.values, self.handlers))

    @precondition(lambda self: self.state.status == "running")
    @rule(seat=st.integers(0, 5))
    def one_approves(self, seat: int) -> None:
        decision = self.decision(self.asked(seat))
        self.add(approve(self.kind, self.state, decision, self.values, self.handlers, {}))

    @precondition(lambda self: self.state.status == "running")
    @rule(seat=st.integers(0, 5))
    def one_rejects(self, seat: int) -> None:
        self.add(reject(self.kind, self.state, self.decision(self.asked(seat))))

    @precondition(lambda self: self.state.status == "running")
    @rule(seat=st.integers(0, 5), choice=st.integers(0, 5))
    def one_returns(self, seat: int, choice: int) -> None:
        targets = return_targets(self.kind, self.state)
        to_node = targets[choice % len(targets)]
        self.add(return_to(self.kind, self.state, self.decision(self.asked(seat)), to_node, self.handlers))
        assert self.state.visit is not None
        assert self.state.visit.node == to_node
        assert {handler.id for handler in self.handlers[to_node]} == {each.handler.id for each in self.state.visit.seats}, (
            "a node returned to asks as many as before"
        )

    @precondition(lambda self: self.state.status == "running")
    @rule(seat=st.integers(0, 5), taker=st.sampled_from(PEOPLE))
    def one_transfers(self, seat: int, taker: Handler) -> None:
        assert self.state.visit is not None
        giver = self.decision(self.asked(seat))
        if taker.id in {each.handler.id for each in self.state.visit.seats}:
            with pytest.raises(Conflict, match="already_handler"):
                transfer(self.kind, self.state, giver, taker)
        else:
            self.add(transfer(self.kind, self.state, giver, taker))

    @precondition(lambda self: self.state.status in RESUBMITTABLE)
    @rule(facts=facts_drawn)
    def the_initiator_resubmits(self, facts: dict[str, Any]) -> None:
        self.values = Values({}, facts)
        self.add(resubmit(self.kind, self.state, self.decision(SALES), self.values, self.handlers, {}))

    @rule()
    def somebody_comments(self) -> None:
        before = self.state
        self.add(comment(self.state, self.decision(SALES)))
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
        assert bool(open_seats(self.kind, self.state)) is (self.state.status in ACTIVE)

    @invariant()
    def nobody_is_asked_twice_at_once(self) -> None:
        asked = [handler.id for handler in open_seats(self.kind, self.state)]
        assert len(asked) == len(set(asked))

    @invariant()
    def the_line_shows_every_node_once_and_one_open_one_at_most(self) -> None:
        line = node_line(self.kind, self.state, self.values, self.handlers)
        assert [each.node for each in line] == list(self.kind.nodes)
        assert [each.state for each in line].count("current") == int(self.state.status in ACTIVE)

    @invariant()
    def it_can_be_withdrawn_and_it_can_be_ended(self) -> None:
        if self.state.status in ENDED:
            return
        withdrawn = follow(self.kind, self.state, withdraw(self.state, self.decision(SALES)))
        assert withdrawn.status == "withdrawn"
        assert self.ended_by_approvals().status == "archived"

    def ended_by_approvals(self) -> State:
        """Where it gets to when everyone who is asked agrees."""
        state = self.state
        for _ in range(STEPS_MAX):
            if state.status == "archived":
                break
            decision = self.decision(SALES)
            if state.status in RESUBMITTABLE:
                entries = resubmit(self.kind, state, decision, self.values, self.handlers, {})
            else:
                decision = self.decision(open_seats(self.kind, state)[0])
                entries = approve(self.kind, state, decision, self.values, self.handlers, {})
            state = follow(self.kind, state, entries)
        return state

    def add(self, entries: tuple[Entry, ...]) -> None:
        self.history = (*self.history, *entries)
        self.state = follow(self.kind, self.state, entries)

    def asked(self, seat: int) -> Handler:
        seats = open_seats(self.kind, self.state)
        return seats[seat % len(seats)]

    def decision(self, by: Handler) -> Decision:
        return Decision(by, AT, "意见")


TestProcessStories = ProcessStories.TestCase
TestProcessStories.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
