"""What makes a definition one that cannot be finished, or names what is not there: each fault with its place.

Pure (spec, "The engine"). The data has the contract's shape already; these are the contradictions that no shape shows.
"""

import re
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
        *_faults_of_owner(definition),
    ]


def _faults_of_ends(definition: Definition) -> Iterator[Fault]:
    if definition.nodes[0].code != START or definition.nodes[0].actors.kind != "initiator":
        yield Fault("nodes.0", "first_node_is_not_the_initiators_start")
    if len(definition.nodes) < 2:
        yield Fault("nodes", "no_node_after_the_start")


def _faults_of_node(definition: Definition, position: int, node: Node) -> Iterator[Fault]:
    place = f"nodes.{position}"
    actors = node.actors
    if actors.kind in ("role", "department_role") and not actors.roles:
        yield Fault(f"{place}.actors.roles", "required")
    if actors.kind == "users" and not actors.user_ids:
        yield Fault(f"{place}.actors.user_ids", "required")
    yield from _unknown_roles(f"{place}.actors.roles", actors.roles)
    if node.pass_when is not None:
        yield from _faults_of_condition(definition, f"{place}.pass_when", node.pass_when)
    required = [field.code for field in definition.fields_at(node.code) if field.required or field.required_when is not None]
    if node.passes and (required or node.code == START):
        yield Fault(f"{place}.passes", f"passed_where_something_is_entered|{', '.join(required) or START}")
    if node.bulk_approve and (required or node.code == START):
        yield Fault(f"{place}.bulk_approve", f"passed_where_something_is_entered|{', '.join(required) or START}")
    if node.remind_before_hours is not None and node.remind_before_hours >= (node.time_limit_hours or 0):
        yield Fault(f"{place}.remind_before_hours", "reminder_not_within_time_limit")


def _faults_of_condition(
    definition: Definition, place: str, condition: Condition, *, sources: tuple[str, ...] = ("field", "fact")
) -> Iterator[Fault]:
    if not isinstance(condition, Comparison):
        word = "and" if isinstance(condition, AllOf) else "or"
        for position, part in enumerate(condition.parts):
            yield from _faults_of_condition(definition, f"{place}.{word}.{position}", part, sources=sources)
        return
    if condition.source not in sources:
        yield Fault(f"{place}.{condition.source}", f"one_of|{', '.join(sources)}")
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
    """Where a field is entered and seen: nodes that are there, and that ask somebody if the field must be filled."""
    nodes = {node.code: node for node in definition.nodes}
    here = f"fields.{position}"
    for key, codes in (("edited_at", field.edited_at), ("seen_at", field.seen_at)):
        for number, code in enumerate(codes):
            if code not in nodes:
                yield Fault(f"{here}.{key}.{number}", f"unknown_node|{code}")
    enterers = () if field.is_computed else (field.entered_at, *field.edited_at)
    if field.seen_at and not set(enterers) <= set(field.seen_at):
        yield Fault(f"{here}.seen_at", f"entered_where_unseen|{', '.join(sorted(set(enterers) - set(field.seen_at)))}")
    if field.entered_at not in nodes:
        yield Fault(f"{here}.entered_at", f"unknown_node|{field.entered_at}")
    elif field.required and field.entered_at != START and nodes[field.entered_at].pass_when is not None:
        yield Fault(f"{here}.entered_at", f"required_where_nobody_may_be_asked|{field.entered_at}")
    if field.required_when is not None:
        yield from _faults_of_condition(definition, f"{here}.required_when", field.required_when, sources=("field",))


def _faults_of_owner(definition: Definition) -> Iterator[Fault]:
    """A choice that decides whose the process is: entered at the start, and left as it is."""
    if definition.owner_by is None:
        return
    code, services = definition.owner_by
    field = next((field for field in definition.fields if field.code == code), None)
    if field is None:
        yield Fault("owner_by.field", f"unknown_field|{code}")
    elif field.type != "choice" or not field.required or field.entered_at != START or field.edited_at:
        yield Fault("owner_by.field", f"not_a_required_choice_of_the_start|{code}")
    else:
        choices = [choice.code for choice in field.choices]
        for value in services:
            if value not in choices:
                yield Fault(f"owner_by.services.{value}", f"one_of|{', '.join(choices)}")


def _faults_of_fields(place: str, fields: Iterable[Field]) -> Iterator[Fault]:
    for position, field in enumerate(fields):
        here = f"{place}.{position}"
        if field.type == "choice" and not field.choices:
            yield Fault(f"{here}.choices", "required")
        if field.type == "grid" and not field.columns:
            yield Fault(f"{here}.columns", "required")
        if field.pattern is not None and (field.type not in ("text", "long_text") or not _is_regular(field.pattern)):
            yield Fault(f"{here}.pattern", "no_regular_expression")
        yield from _duplicates(f"{here}.columns", [column.code for column in field.columns])
        yield from _faults_of_fields(f"{here}.columns", field.columns)


def _is_regular(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _unknown_roles(place: str, roles: Iterable[str]) -> Iterator[Fault]:
    for position, role in enumerate(roles):
        if role not in ROLES:
            yield Fault(f"{place}.{position}", f"unknown_role|{role}")


def _duplicates(place: str, codes: list[str]) -> Iterator[Fault]:
    for code, count in Counter(codes).items():
        if count > 1:
            yield Fault(place, f"duplicate|{code}")
