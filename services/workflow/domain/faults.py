"""What makes a definition one that cannot be finished, or names what is not there: each fault with its place.

Pure (spec, "The engine"). The data has the contract's shape already; these are the contradictions that no shape shows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.contracts.people import ROLES
from services.workflow.domain.conditions import (
    COMPARABLE_TYPES,
    OPERATORS,
    ORDER_OPERATORS,
    ORDERED_TYPES,
    AllOf,
    Comparison,
    Condition,
    value_fits,
)
from services.workflow.domain.definitions import START, Definition, Field, Node


@dataclass(frozen=True)
class Fault:
    """
    :param place: the path in the definition's data: ``nodes.2.pass_when.and.0.operator``.
    :param code: as in an input error: ``unknown_role|boss``.
    """

    place: str
    code: str


def faults_of(definition: Definition) -> list[Fault]:
    """Everything that is wrong; empty for a definition that can be published."""
    return [
        *_duplicates("nodes", [node.code for node in definition.nodes]),
        *_duplicates("fields", [field.code for field in definition.fields]),
        *_duplicates("facts", [fact.code for fact in definition.facts]),
        *_unknown_roles("starters", definition.starters),
        *_faults_of_ends(definition),
        *(fault for position, node in enumerate(definition.nodes) for fault in _faults_of_node(definition, position, node)),
        *(fault for position, field in enumerate(definition.fields) for fault in _faults_of_entry(definition, position, field)),
        *_faults_of_fields("fields", definition.fields),
    ]


def _faults_of_ends(definition: Definition) -> Iterator[Fault]:
    if definition.nodes[0].code != START or definition.nodes[0].actors.kind != "initiator":
        yield Fault("nodes.0", "first_node_is_not_the_initiators_start")
    if len(definition.nodes) < 2:
        yield Fault("nodes", "no_node_after_the_start")


def _faults_of_node(definition: Definition, position: int, node: Node) -> Iterator[Fault]:
    place = f"nodes.{position}"
    actors = node.actors
    if actors.kind == "role" and not actors.roles:
        yield Fault(f"{place}.actors.roles", "required")
    if actors.kind == "users" and not actors.user_ids:
        yield Fault(f"{place}.actors.user_ids", "required")
    yield from _unknown_roles(f"{place}.actors.roles", actors.roles)
    if node.pass_when is not None:
        yield from _faults_of_condition(definition, f"{place}.pass_when", node.pass_when)


def _faults_of_condition(definition: Definition, place: str, condition: Condition) -> Iterator[Fault]:
    if not isinstance(condition, Comparison):
        word = "and" if isinstance(condition, AllOf) else "or"
        for position, part in enumerate(condition.parts):
            yield from _faults_of_condition(definition, f"{place}.{word}.{position}", part)
        return
    operand = definition.operands.get((condition.source, condition.name))
    if operand is None:
        yield Fault(f"{place}.{condition.source}", f"unknown_{condition.source}|{condition.name}")
        return
    if operand.type not in COMPARABLE_TYPES:
        yield Fault(f"{place}.{condition.source}", f"not_comparable|{operand.type}")
    if condition.operator not in OPERATORS:
        yield Fault(f"{place}.operator", f"unknown_operator|{condition.operator}")
    elif condition.operator in ORDER_OPERATORS and operand.type not in ORDERED_TYPES:
        yield Fault(f"{place}.operator", f"operator_does_not_fit|{operand.type}")
    values = condition.value if condition.operator == "in" else [condition.value]
    if not isinstance(values, list) or not values or not all(value_fits(operand.type, value) for value in values):
        yield Fault(f"{place}.value", f"value_does_not_fit|{operand.type}")
    elif operand.names_of_values and not all(value in operand.names_of_values for value in values):
        yield Fault(f"{place}.value", f"one_of|{', '.join(operand.names_of_values)}")


def _faults_of_entry(definition: Definition, position: int, field: Field) -> Iterator[Fault]:
    """Where a field is entered: a node that is there, and that asks somebody if the field must be filled."""
    nodes = {node.code: node for node in definition.nodes}
    place = f"fields.{position}.entered_at"
    if field.entered_at not in nodes:
        yield Fault(place, f"unknown_node|{field.entered_at}")
    elif field.required and field.entered_at != START and nodes[field.entered_at].pass_when is not None:
        yield Fault(place, f"required_where_nobody_may_be_asked|{field.entered_at}")


def _faults_of_fields(place: str, fields: Iterable[Field]) -> Iterator[Fault]:
    for position, field in enumerate(fields):
        here = f"{place}.{position}"
        if field.type == "choice" and not field.choices:
            yield Fault(f"{here}.choices", "required")
        if field.type == "grid" and not field.columns:
            yield Fault(f"{here}.columns", "required")
        yield from _duplicates(f"{here}.columns", [column.code for column in field.columns])
        yield from _faults_of_fields(f"{here}.columns", field.columns)


def _unknown_roles(place: str, roles: Iterable[str]) -> Iterator[Fault]:
    for position, role in enumerate(roles):
        if role not in ROLES:
            yield Fault(f"{place}.{position}", f"unknown_role|{role}")


def _duplicates(place: str, codes: list[str]) -> Iterator[Fault]:
    for code, count in Counter(codes).items():
        if count > 1:
            yield Fault(place, f"duplicate|{code}")
