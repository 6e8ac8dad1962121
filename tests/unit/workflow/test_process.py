"""The state machine, decision by decision."""

from datetime import UTC, datetime

import pytest

from services.kit.errors import Conflict, Forbidden, InvalidInput
from services.workflow.domain.acting import Decision
from services.workflow.domain.acting import asked as asked_at
from services.workflow.domain.conditions import Values
from services.workflow.domain.definitions import Definition
from services.workflow.domain.handing import transfer
from services.workflow.domain.history import Entry, State, follow, state_of
from services.workflow.domain.node_line import node_line
from services.workflow.domain.process import approve, resubmit, return_targets, return_to, start, withdraw
from services.workflow.domain.seats import Handler
from tests.unit.workflow.examples import definition, node

AT = datetime(2026, 3, 2, tzinfo=UTC)
NOTHING = Values({}, {})
ANNA, BERT, CARL = (Handler(name, name, "finance") for name in ("anna", "bert", "carl"))
SALES = Handler("sales", "sales", "initiator")
HANDLERS = {"start": (SALES,), "finance": (ANNA, BERT, CARL), "legal": (Handler("lena", "lena", "legal"),)}


def of_mode(agree: str) -> Definition:
    return definition(nodes=[node("start"), node("finance", "finance", agree=agree), node("legal", "legal")])


def started(kind: Definition) -> State:
    return state_of(kind, start(kind, Decision(SALES, AT), NOTHING, HANDLERS))


def approved(kind: Definition, state: State, *names: str) -> State:
    for name in names:
        decision = Decision(Handler(name, name, ""), AT, "同意")
        state = follow(kind, state, approve(kind, state, decision, NOTHING, HANDLERS, {}))
    return state


def asked(kind: Definition, state: State) -> list[str]:
    return [each.handler.id for each in asked_at(kind, state)]


@pytest.mark.parametrize(
    ("agree", "approvals", "then_asked"),
    [
        pytest.param("any_one", [], ["anna", "bert", "carl"], id="或签: all are asked"),
        pytest.param("any_one", ["bert"], ["lena"], id="或签: one is enough"),
        pytest.param("all", [], ["anna", "bert", "carl"], id="会签: all are asked"),
        pytest.param("all", ["carl", "anna"], ["bert"], id="会签: the last one is missing"),
        pytest.param("all", ["carl", "anna", "bert"], ["lena"], id="会签: all have agreed"),
        pytest.param("in_turn", [], ["anna"], id="依次: the first"),
        pytest.param("in_turn", ["anna"], ["bert"], id="依次: the second"),
        pytest.param("in_turn", ["anna", "bert", "carl"], ["lena"], id="依次: everyone has"),
    ],
)
def test_as_many_must_agree_as_the_node_says(agree: str, approvals: list[str], then_asked: list[str]) -> None:
    kind = of_mode(agree)
    assert asked(kind, approved(kind, started(kind), *approvals)) == then_asked


def test_nobody_acts_before_his_turn_or_twice() -> None:
    kind = of_mode("in_turn")
    with pytest.raises(Forbidden, match="not_your_task"):
        approved(kind, started(kind), "bert")
    with pytest.raises(Forbidden, match="not_your_task"):
        approved(kind, started(kind), "anna", "anna")


def test_a_return_from_a_node_where_all_must_agree_asks_everyone_again() -> None:
    kind = definition(
        nodes=[node("start"), node("finance", "finance", agree="all"), node("legal", "legal")],
    )
    state = approved(kind, started(kind), "anna", "bert", "carl")
    decision = Decision(HANDLERS["legal"][0], AT, "再看")
    state = follow(kind, state, return_to(kind, state, decision, "finance", HANDLERS))
    assert asked(kind, state) == ["anna", "bert", "carl"]
    assert asked(kind, approved(kind, state, "anna", "bert")) == ["carl"]


def test_a_transfer_keeps_the_turn() -> None:
    kind = of_mode("in_turn")
    state = started(kind)
    with pytest.raises(Conflict, match="already_handler"):
        transfer(kind, state, Decision(ANNA, AT), BERT, HANDLERS)
    state = follow(kind, state, transfer(kind, state, Decision(ANNA, AT), Handler("dora", "dora", ""), HANDLERS))
    assert asked(kind, state) == ["dora"]
    assert asked_at(kind, state)[0].handler.role == "finance"
    assert asked(kind, approved(kind, state, "dora")) == ["bert"]


def test_an_opinion_is_asked_for_where_the_node_requires_one() -> None:
    kind = definition(nodes=[node("start"), node("finance", "finance", opinion_required=True)])
    with pytest.raises(InvalidInput) as refused:
        approve(kind, started(kind), Decision(ANNA, AT, " "), NOTHING, HANDLERS, {})
    assert refused.value.fields == {"opinion": ["required"]}


def test_nodes_that_passed_by_themselves_are_nothing_to_return_to() -> None:
    passing = {"fact": "days", "operator": "less", "value": 3}
    kind = definition(nodes=[node("start"), node("finance", "finance", pass_when=passing), node("legal", "legal")])
    state = state_of(kind, start(kind, Decision(SALES, AT), Values({}, {"days": 1}), HANDLERS))
    assert return_targets(kind, state) == ("start",)


def test_a_condition_is_asked_anew_in_every_round() -> None:
    passing = {"fact": "days", "operator": "less", "value": 3}
    kind = definition(nodes=[node("start"), node("finance", "finance", pass_when=passing), node("legal", "legal")])
    state = state_of(kind, start(kind, Decision(SALES, AT), Values({}, {"days": 1}), HANDLERS))
    state = follow(kind, state, return_to(kind, state, Decision(HANDLERS["legal"][0], AT, "改"), "start", HANDLERS))
    assert (state.status, asked(kind, state)) == ("returned", ["sales"])
    state = follow(kind, state, resubmit(kind, state, Decision(SALES, AT), Values({}, {"days": 5}), HANDLERS, {}))
    assert (state.status, asked(kind, state)) == ("running", ["anna", "bert", "carl"])


def test_the_node_line_shows_who_acted_who_is_asked_and_who_will_be() -> None:
    kind = of_mode("in_turn")
    state = approved(kind, started(kind), "anna")
    line = node_line(kind, state, NOTHING, HANDLERS)
    assert [(each.node.code, each.state) for each in line] == [("start", "done"), ("finance", "current"), ("legal", "future")]
    people = [(person.handler.id, person.decision, person.is_asked) for person in line[1].people]
    assert people == [("anna", "approved", False), ("bert", None, True), ("carl", None, False)]
    assert [person.handler.id for person in line[2].people] == ["lena"]


def test_the_node_line_says_what_will_pass_by_itself_as_things_stand() -> None:
    passing = {"fact": "days", "operator": "less", "value": 3}
    kind = definition(nodes=[node("start"), node("finance", "finance"), node("legal", "legal", pass_when=passing)])
    state = started(kind)
    assert node_line(kind, state, Values({}, {"days": 1}), HANDLERS)[2].words == (
        "满足条件: 天数 小于 3 系统自动通过",
        "Condition met: Days is less than 3; passed by the system",
    )
    assert node_line(kind, state, Values({}, {"days": 3}), HANDLERS)[2].state == "future"


def test_the_node_line_shows_where_it_was_withdrawn_and_by_whom() -> None:
    kind = of_mode("all")
    state = approved(kind, started(kind), "anna")
    state = follow(kind, state, withdraw(state, Decision(SALES, AT)))
    line = node_line(kind, state, NOTHING, HANDLERS)
    assert [(person.handler.id, person.decision) for person in line[1].people] == [("anna", "approved"), ("sales", "withdrawn")]
    assert [each.state for each in line] == ["done", "done", "not_reached"]


def test_the_node_line_of_what_was_withdrawn_at_its_start_names_its_initiator_once() -> None:
    kind = of_mode("any_one")
    state = started(kind)
    state = follow(kind, state, return_to(kind, state, Decision(ANNA, AT, "改"), "start", HANDLERS))
    state = follow(kind, state, withdraw(state, Decision(SALES, AT)))
    (first, *_) = node_line(kind, state, NOTHING, HANDLERS)
    assert [(person.handler.id, person.decision) for person in first.people] == [("sales", "withdrawn")]


def test_an_unknown_action_in_a_history_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such action"):
        state_of(definition(), [Entry("danced", None, AT)])
