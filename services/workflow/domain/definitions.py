"""What a process definition is (spec, workflow.md, "The engine"): data, read into frozen values. Pure.

The shape of the data is :mod:`services.contracts.workflow_definitions`; what it must not contradict, :mod:`.faults`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from services.kit.errors import NotFound
from services.workflow.domain.conditions import Condition, Operand, read_condition

START: Final = "start"
"""The code of every definition's first node: the initiator's own."""


@dataclass(frozen=True)
class Choice:
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Field:
    """One field of a form, or one column of a grid.

    :param type: one of ``FIELD_TYPES`` of the contract.
    :param required_when: the condition on other fields under which it must be filled, too.
    :param entered_at: the node whose handler enters it.
    :param edited_at: further nodes whose handlers may change it.
    :param seen_at: the nodes whose handlers see it (``start``: the initiator); empty for everybody who sees the process.
    :param is_computed: whether the owning service fills it, and nobody else.
    :param pattern: a regular expression for the whole of a text.
    :param max_length: of a text in characters, of a list, grid or attachments in entries.
    :param places: decimals at most.
    :param columns: of a grid or an object.
    :param is_open: whether a grid's rows or an object may bear more than its columns (the owning service completes them).
    """

    code: str
    name_zh: str
    name_en: str
    type: str
    required: bool
    entered_at: str
    choices: tuple[Choice, ...]
    columns: tuple["Field", ...]
    max_length: int | None
    places: int | None
    minimum: str | None
    maximum: str | None
    is_open: bool
    required_when: Condition | None = None
    edited_at: tuple[str, ...] = ()
    seen_at: tuple[str, ...] = ()
    is_computed: bool = False
    pattern: str | None = None


@dataclass(frozen=True)
class Fact:
    """Something that the owning service knows and conditions may ask for."""

    code: str
    name_zh: str
    name_en: str
    type: str


@dataclass(frozen=True)
class Actors:
    """Who acts at a node.

    :param kind: ``initiator``; ``role`` (any of ``roles``); ``department_role`` (the same, in the initiator's department or the
        nearest above where somebody holds one); ``lead`` (of that department or the nearest above that has one); ``users``; or
        ``chosen`` (by the initiator, among the holders of ``roles`` if there are any).
    """

    kind: str
    roles: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Node:
    """A step.

    :param agree: how many must approve: ``any_one`` 或签, ``all`` 会签, ``in_turn`` 依次.
    :param pass_when: the condition under which it passes by itself.
    :param passes: whom it passes by automatically: ``initiator``, ``earlier_handler``.
    :param time_limit_hours: from when it is a handler's turn; ``None`` for no limit.
    :param remind_before_hours: how long before the limit its handler is reminded; ``None`` for no reminder.
    :param bulk_approve: whether it can be approved from the list, many at once.
    """

    code: str
    name_zh: str
    name_en: str
    actors: Actors
    agree: str
    opinion_required: bool
    pass_when: Condition | None
    passes: tuple[str, ...] = ()
    time_limit_hours: int | None = None
    remind_before_hours: int | None = None
    bulk_approve: bool = False


@dataclass(frozen=True)
class Definition:
    """A kind of process, one version of it.

    :param owner_service: whose facts it concerns; that service is asked before the start and puts the effect into force.
    :param owner_by: a choice field and, by its values, other services to ask.
    :param starters: the roles that may start it.
    """

    code: str
    name_zh: str
    name_en: str
    owner_service: str
    subject_type: str
    starters: tuple[str, ...]
    fields: tuple[Field, ...]
    facts: tuple[Fact, ...]
    nodes: tuple[Node, ...]
    owner_by: tuple[str, Mapping[str, str]] | None = None

    def owner_of(self, form: Mapping[str, Any]) -> str:
        """The service whose facts a process with this form concerns."""
        if self.owner_by is None:
            return self.owner_service
        field, services = self.owner_by
        return services.get(str(form.get(field)), self.owner_service)

    @property
    def owners(self) -> tuple[str, ...]:
        """Every service whose facts some form of it concerns."""
        by_choice = self.owner_by[1].values() if self.owner_by else ()
        return tuple(dict.fromkeys((self.owner_service, *by_choice)))

    def node(self, code: str) -> Node:
        """
        :raises NotFound: ``node_not_found``.
        """
        return self.nodes[self.position(code)]

    def position(self, code: str) -> int:
        """The node's place in the order, from 0.

        :raises NotFound: ``node_not_found``.
        """
        for position, node in enumerate(self.nodes):
            if node.code == code:
                return position
        raise NotFound("node_not_found", node=code)

    def fields_at(self, node: str) -> tuple[Field, ...]:
        """The fields that the handler of a node enters or may change."""
        fields = (field for field in self.fields if not field.is_computed)
        return tuple(field for field in fields if field.entered_at == node or node in field.edited_at)

    @cached_property
    def operands(self) -> Mapping[tuple[str, str], Operand]:
        """What conditions may ask for, by source (``field``, ``fact``) and code."""
        fields = {("field", field.code): _operand(field) for field in self.fields}
        facts = {("fact", fact.code): Operand(fact.name_zh, fact.name_en, fact.type, {}) for fact in self.facts}
        return {**fields, **facts}


def read_definition(content: Mapping[str, Any]) -> Definition:
    """A definition from data that has the contract's shape."""
    return Definition(
        code=content["code"],
        name_zh=content["name_zh"],
        name_en=content["name_en"],
        owner_service=content["owner_service"],
        subject_type=content["subject_type"],
        starters=tuple(content["starters"]),
        fields=_read_fields(content["fields"]),
        facts=tuple(Fact(fact["code"], fact["name_zh"], fact["name_en"], fact["type"]) for fact in content["facts"]),
        nodes=tuple(_read_node(node) for node in content["nodes"]),
        owner_by=content["owner_by"] and (content["owner_by"]["field"], content["owner_by"]["services"]),
    )


def _operand(field: Field) -> Operand:
    choices = {choice.code: (choice.name_zh, choice.name_en) for choice in field.choices}
    return Operand(field.name_zh, field.name_en, field.type, choices)


def _read_fields(fields: Iterable[Mapping[str, Any]]) -> tuple[Field, ...]:
    return tuple(
        Field(
            code=field["code"],
            name_zh=field["name_zh"],
            name_en=field["name_en"],
            type=field["type"],
            required=field["required"],
            entered_at=field["entered_at"],
            choices=tuple(Choice(choice["code"], choice["name_zh"], choice["name_en"]) for choice in field["choices"]),
            columns=_read_fields(field["columns"]),
            max_length=field["max_length"],
            places=field["places"],
            minimum=field["minimum"],
            maximum=field["maximum"],
            is_open=field["is_open"],
            required_when=_read_condition(field["required_when"]),
            edited_at=tuple(field["edited_at"]),
            seen_at=tuple(field["seen_at"]),
            is_computed=field["is_computed"],
            pattern=field["pattern"],
        )
        for field in fields
    )


def _read_node(node: Mapping[str, Any]) -> Node:
    actors = node["actors"]
    return Node(
        code=node["code"],
        name_zh=node["name_zh"],
        name_en=node["name_en"],
        actors=Actors(actors["kind"], tuple(actors["roles"]), tuple(actors["user_ids"])),
        agree=node["agree"],
        opinion_required=node["opinion_required"],
        pass_when=_read_condition(node["pass_when"]),
        passes=tuple(node["passes"]),
        time_limit_hours=node["time_limit_hours"],
        remind_before_hours=node["remind_before_hours"],
        bulk_approve=node["bulk_approve"],
    )


def _read_condition(content: Mapping[str, Any] | None) -> Condition | None:
    return None if content is None else read_condition(content)
