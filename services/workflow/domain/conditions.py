"""Conditions under which a node passes by itself: fields and facts, operators, values, and/or; no code (spec, "The engine").

Pure. What is not known never passes: a comparison with a missing value is false, whatever the operator.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from services.kit.errors import InvalidInput


@dataclass(frozen=True)
class Comparison:
    """A field or fact against a value.

    :param source: ``field`` or ``fact``.
    """

    source: str
    name: str
    operator: str
    value: Any


@dataclass(frozen=True)
class AllOf:
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class AnyOf:
    parts: tuple["Condition", ...]


Condition = Comparison | AllOf | AnyOf


@dataclass(frozen=True)
class Operand:
    """What a comparison asks for, as people call it.

    :param names_of_values: of a choice's codes.
    """

    name_zh: str
    name_en: str
    type: str
    names_of_values: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Values:
    """What is known when a condition is asked: the form as entered and the owner's facts."""

    form: Mapping[str, Any]
    facts: Mapping[str, Any]

    def value_of(self, comparison: Comparison) -> Any:
        return (self.form if comparison.source == "field" else self.facts).get(comparison.name)


OPERATORS: Final[Mapping[str, tuple[str, str]]] = {
    "equals": ("等于", "equals"),
    "not_equals": ("不等于", "does not equal"),
    "greater": ("大于", "is greater than"),
    "at_least": ("大于等于", "is at least"),
    "less": ("小于", "is less than"),
    "at_most": ("小于等于", "is at most"),
    "in": ("属于", "is one of"),
}
"""Code → Chinese and English."""

ORDERED_TYPES: Final = frozenset({"integer", "decimal", "money", "date"})
ORDER_OPERATORS: Final = frozenset({"greater", "at_least", "less", "at_most"})
COMPARABLE_TYPES: Final = ORDERED_TYPES | {"boolean", "choice", "text"}
_NUMBERS: Final = frozenset({"integer", "decimal", "money"})

_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "equals": lambda left, right: bool(left == right),
    "not_equals": lambda left, right: bool(left != right),
    "greater": lambda left, right: bool(left > right),
    "at_least": lambda left, right: bool(left >= right),
    "less": lambda left, right: bool(left < right),
    "at_most": lambda left, right: bool(left <= right),
}

Operands = Mapping[tuple[str, str], Operand]


def read_condition(content: Mapping[str, Any]) -> Condition:
    """A condition from data: ``{"fact", "operator", "value"}``, ``{"field", …}``, ``{"and": […]}`` or ``{"or": […]}``."""
    if content.get("and"):
        return AllOf(tuple(read_condition(part) for part in content["and"]))
    if content.get("or"):
        return AnyOf(tuple(read_condition(part) for part in content["or"]))
    source = "field" if content.get("field") else "fact"
    return Comparison(source, str(content.get(source)), str(content.get("operator")), content.get("value"))


def holds(condition: Condition, operands: Operands, values: Values) -> bool:
    """Whether it is met.

    :raises InvalidInput: ``fact_invalid``, if a value is not of the type that the definition says.
    """
    if isinstance(condition, AllOf):
        return all(holds(part, operands, values) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(holds(part, operands, values) for part in condition.parts)
    value = values.value_of(condition)
    if value is None or value == "":
        return False
    kind = operands[condition.source, condition.name].type
    left = _typed(value, kind, condition.name)
    if condition.operator == "in":
        return left in [_typed(each, kind, condition.name) for each in condition.value]
    return _COMPARE[condition.operator](left, _typed(condition.value, kind, condition.name))


def pass_words(condition: Condition, operands: Operands) -> tuple[str, str]:
    """What the entry of a node that passed by itself says, Chinese and English."""
    zh, en = _words(condition, operands, outermost=True)
    return f"满足条件: {zh} 系统自动通过", f"Condition met: {en}; passed by the system"


def value_fits(kind: str, value: Any) -> bool:
    """Whether a condition's value can be compared with an operand of this type."""
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in _NUMBERS:
        try:
            return not isinstance(value, bool | float) and _typed(value, kind, "") is not None
        except InvalidInput:
            return False
    return isinstance(value, str)


def _words(condition: Condition, operands: Operands, *, outermost: bool = False) -> tuple[str, str]:
    if isinstance(condition, Comparison):
        operand = operands[condition.source, condition.name]
        operator_zh, operator_en = OPERATORS[condition.operator]
        value_zh, value_en = _value_words(condition.value, operand)
        return f"{operand.name_zh} {operator_zh} {value_zh}", f"{operand.name_en} {operator_en} {value_en}"
    words = [_words(part, operands) for part in condition.parts]
    joint_zh, joint_en = ("且", "and") if isinstance(condition, AllOf) else ("或", "or")
    zh, en = f" {joint_zh} ".join(zh for zh, _ in words), f" {joint_en} ".join(en for _, en in words)
    return (zh, en) if outermost else (f"({zh})", f"({en})")


def _value_words(value: Any, operand: Operand) -> tuple[str, str]:
    if isinstance(value, list | tuple):
        words = [_value_words(each, operand) for each in value]
        return "、".join(zh for zh, _ in words), ", ".join(en for _, en in words)
    if isinstance(value, bool):
        return ("是", "yes") if value else ("否", "no")
    return operand.names_of_values.get(str(value), (str(value), str(value)))


def _typed(value: Any, kind: str, name: str) -> Any:
    if kind in _NUMBERS:
        try:
            number = Decimal(int(value)) if isinstance(value, bool) else Decimal(str(value))
        except InvalidOperation as error:
            raise InvalidInput("fact_invalid", fields={name: ["invalid"]}) from error
        if not number.is_finite():
            raise InvalidInput("fact_invalid", fields={name: ["invalid"]})
        return number
    if kind == "boolean":
        if value not in (True, False):
            raise InvalidInput("fact_invalid", fields={name: ["invalid"]})
        return bool(value)
    return str(value)
