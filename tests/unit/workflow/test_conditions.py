"""Conditions, with the words that an entry shows (spec, workflow.md, "The engine")."""

from typing import Any

import pytest

from services.kit.errors import InvalidInput
from services.workflow.domain.conditions import Operand, Values, holds, pass_words, read_condition

OPERANDS = {
    ("fact", "automatic"): Operand("自动销账", "Automatic write-off", "integer", {}),
    ("fact", "below_floor"): Operand("低于底价", "Below the floor", "boolean", {}),
    ("field", "amount"): Operand("金额", "Amount", "money", {}),
    ("field", "until"): Operand("截止", "Until", "date", {}),
    ("field", "kind"): Operand("类型", "Kind", "choice", {"unblock": ("解封", "Unblock"), "other": ("其他", "Other")}),
}


def fact(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"fact": name, "operator": operator, "value": value}


def entered(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": name, "operator": operator, "value": value}


AUTOMATIC = fact("automatic", "equals", 1)
SMALL = entered("amount", "less", "1000.00")


@pytest.mark.parametrize(
    ("condition", "form", "facts", "is_met"),
    [
        pytest.param(AUTOMATIC, {}, {"automatic": 1}, True, id="等于: a number"),
        pytest.param(AUTOMATIC, {}, {"automatic": 0}, False, id="等于: another number"),
        pytest.param(AUTOMATIC, {}, {"automatic": True}, True, id="等于: a truth counts as 1"),
        pytest.param(AUTOMATIC, {}, {"automatic": "1"}, True, id="等于: a number as text"),
        pytest.param(AUTOMATIC, {}, {}, False, id="等于: nothing known"),
        pytest.param(fact("automatic", "not_equals", 1), {}, {}, False, id="不等于: nothing known passes nobody"),
        pytest.param(fact("automatic", "not_equals", 1), {}, {"automatic": 0}, True, id="不等于"),
        pytest.param(fact("below_floor", "equals", False), {}, {"below_floor": False}, True, id="等于: 否"),
        pytest.param(fact("below_floor", "equals", False), {}, {"below_floor": None}, False, id="等于 否: null is not 否"),
        pytest.param(SMALL, {"amount": "999.99"}, {}, True, id="小于: just below"),
        pytest.param(SMALL, {"amount": "1000.00"}, {}, False, id="小于: the bound itself"),
        pytest.param(SMALL, {"amount": "9"}, {}, True, id="小于: numbers, not letters"),
        pytest.param(entered("amount", "at_most", "1000"), {"amount": "1000.00"}, {}, True, id="小于等于: the bound itself"),
        pytest.param(entered("amount", "greater", "1000"), {"amount": "1000.01"}, {}, True, id="大于"),
        pytest.param(entered("amount", "at_least", "1000"), {"amount": "999.99"}, {}, False, id="大于等于"),
        pytest.param(entered("amount", "less", "1"), {"amount": ""}, {}, False, id="小于: left empty"),
        pytest.param(entered("until", "at_most", "2026-03-31"), {"until": "2026-03-31"}, {}, True, id="小于等于: a day"),
        pytest.param(entered("kind", "in", ["unblock"]), {"kind": "unblock"}, {}, True, id="属于"),
        pytest.param(entered("kind", "in", ["unblock"]), {"kind": "other"}, {}, False, id="属于: not among them"),
        pytest.param({"and": [AUTOMATIC, SMALL]}, {"amount": "1"}, {"automatic": 1}, True, id="且: both"),
        pytest.param({"and": [AUTOMATIC, SMALL]}, {"amount": "1"}, {"automatic": 0}, False, id="且: one"),
        pytest.param({"or": [AUTOMATIC, SMALL]}, {"amount": "1"}, {"automatic": 0}, True, id="或: one"),
        pytest.param({"or": [AUTOMATIC, SMALL]}, {"amount": "5000"}, {"automatic": 0}, False, id="或: none"),
        pytest.param({"or": [{"and": [AUTOMATIC, SMALL]}, SMALL]}, {"amount": "1"}, {}, True, id="或 over 且"),
    ],
)
def test_a_condition_is_met(condition: dict[str, Any], form: dict[str, Any], facts: dict[str, Any], is_met: bool) -> None:
    assert holds(read_condition(condition), OPERANDS, Values(form, facts)) is is_met


@pytest.mark.parametrize(
    ("condition", "zh", "en"),
    [
        (
            AUTOMATIC,
            "满足条件: 自动销账 等于 1 系统自动通过",
            "Condition met: Automatic write-off equals 1; passed by the system",
        ),
        (
            fact("below_floor", "equals", False),
            "满足条件: 低于底价 等于 否 系统自动通过",
            "Condition met: Below the floor equals no; passed by the system",
        ),
        (
            {"or": [{"and": [AUTOMATIC, SMALL]}, entered("kind", "in", ["unblock", "other"])]},
            "满足条件: (自动销账 等于 1 且 金额 小于 1000.00) 或 类型 属于 解封、其他 系统自动通过",
            (
                "Condition met: (Automatic write-off equals 1 and Amount is less than 1000.00) "
                "or Kind is one of Unblock, Other; passed by the system"
            ),
        ),
    ],
)
def test_the_entry_says_which_condition_it_was(condition: dict[str, Any], zh: str, en: str) -> None:
    assert pass_words(read_condition(condition), OPERANDS) == (zh, en)


@pytest.mark.parametrize(
    ("name", "value"), [("automatic", "yes"), ("automatic", "NaN"), ("automatic", "Infinity"), ("below_floor", "maybe")]
)
def test_a_fact_that_is_not_of_its_type_is_an_error_and_no_false(name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match="fact_invalid"):
        holds(read_condition(fact(name, "equals", 1)), OPERANDS, Values({}, {name: value}))
