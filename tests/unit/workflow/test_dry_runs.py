"""A process that is only pretended: the way it would go, and the words of its nodes."""

from typing import Any

import pytest

from services.workflow.domain.conditions import Values
from services.workflow.domain.definitions import Actors
from services.workflow.domain.dry_run import form_errors, whole_way
from services.workflow.domain.node_words import actors_in_words, words_of_nodes
from services.workflow.domain.seats import Handler
from tests.unit.workflow.examples import definition, form_field, node

INITIATOR = Handler("1", "张伟", "initiator")
LEGAL, FINANCE = Handler("2", "李", "legal"), Handler("3", "王", "finance")


def way_of(*nodes: dict[str, Any], facts: dict[str, Any] | None = None, **handlers: tuple[Handler, ...]) -> Any:
    found = definition(nodes=[node("start"), *nodes])
    return whole_way(found, Values({}, facts or {}), {"start": (INITIATOR,), **handlers}, INITIATOR.id)


def test_a_node_asks_passes_or_is_stuck() -> None:
    condition = {"fact": "days", "operator": "at_most", "value": 3}
    nodes = (node("finance", "finance", pass_when=condition), node("legal", "legal"), node("care", "customer_care"))
    way = way_of(*nodes, facts={"days": 2}, finance=(FINANCE,), legal=(LEGAL,))
    assert [each.state for each in way] == ["starts", "passes", "asks", "stuck"]
    assert way[1].words == ("满足条件: 天数 小于等于 3 系统自动通过", "Condition met: Days is at most 3; passed by the system")
    assert [each.state for each in way_of(*nodes, facts={"days": 4}, finance=(FINANCE,))][1:] == ["asks", "stuck", "stuck"]


def test_a_start_that_passes_by_condition_passes() -> None:
    condition = {"fact": "days", "operator": "equals", "value": 1}
    found = definition(nodes=[node("start", pass_when=condition), node("legal", "legal")])
    way = whole_way(found, Values({}, {"days": 1}), {"start": (INITIATOR,), "legal": (LEGAL,)}, INITIATOR.id)
    assert [each.state for each in way] == ["passes", "asks"]


def test_people_are_passed_by_as_their_node_says_and_only_after_a_node_that_would_ask_them() -> None:
    both = {"passes": ["initiator", "earlier_handler"]}
    again = Handler(INITIATOR.id, INITIATOR.name, "legal")
    way = way_of(
        node("first", "legal", **both), node("second", "legal"), node("third", "legal", **both),
        first=(LEGAL,), second=(LEGAL, again), third=(LEGAL, again, FINANCE),
    )  # fmt: skip
    passed = [[person.passed_as for person in each.people] for each in way]
    assert passed == [[None], [None], [None, None], ["earlier_handler", "initiator", None]]


@pytest.mark.parametrize(
    ("form", "errors"),
    [
        ({"reason": "病"}, {}),
        ({}, {"form.reason": ["required"]}),
        ({"reason": "病", "colour": "red"}, {"form.colour": ["unknown"]}),
        ({"reason": "病", "number": 7}, {"form.number": ["invalid"]}),
        ({"reason": "病", "number": "7", "total": "1.00"}, {}),
        ({"number": 7}, {"form.reason": ["required"], "form.number": ["invalid"]}),
    ],
)
def test_a_sample_form_is_checked_as_at_a_start_and_may_hold_what_comes_later(
    form: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    fields = [
        form_field("reason", required=True),
        form_field("number", required=True, entered_at="finance"),
        form_field("total", "money", is_computed=True),
    ]
    assert form_errors(definition(fields=fields), form) == errors


@pytest.mark.parametrize(
    ("actors", "zh"),
    [
        (Actors("initiator"), "发起人"),
        (Actors("role", ("legal", "finance")), "法务、财务(总部)"),
        (Actors("department_role", ("legal",)), "发起人部门或其上级部门的法务"),
        (Actors("lead"), "发起人部门或其上级部门的领导"),
        (Actors("users", user_ids=("7", "8")), "李娜、8"),
        (Actors("chosen"), "由发起人选定"),
        (Actors("chosen", ("legal",)), "由发起人在法务中选定"),
    ],
)
def test_who_acts_is_said_in_words(actors: Actors, zh: str) -> None:
    words = actors_in_words(actors, {"7": "李娜"})
    assert words[0] == zh
    assert words[1].strip()


def test_how_many_must_agree_matters_where_several_may_be_asked() -> None:
    def asks_many(kind: str, *user_ids: str) -> bool:
        actors = {"kind": kind, "roles": ["legal"], "user_ids": list(user_ids)}
        found = definition(nodes=[node("start"), {**node("x"), "actors": actors}])
        return words_of_nodes(found, {})[1].asks_many

    one, other = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
    assert [asks_many(kind) for kind in ("role", "department_role", "chosen", "lead", "initiator")] == [True] * 3 + [False] * 2
    assert (asks_many("users", one), asks_many("users", one, other)) == (False, True)


def test_what_is_entered_is_named_where_it_is_entered() -> None:
    fields = [form_field("reason"), form_field("number", entered_at="finance", edited_at=["legal"])]
    words = {each.node.code: each for each in words_of_nodes(definition(fields=fields), {})}
    assert {code: each.enters for code, each in words.items()} == {
        "start": (),
        "finance": (("number 名", "number"),),
        "legal": (("number 名", "number"),),
    }
    assert [each.asks_many for each in words.values()] == [False, True, True]
