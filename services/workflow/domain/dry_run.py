"""A process that is only pretended: the form's errors and the whole way, as definition and directory stand. Pure.

Spec, workflow.md, "Administration": definitions are "dry-run against sample forms".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.kit.errors import InvalidInput
from services.workflow.domain.acting import Handlers
from services.workflow.domain.conditions import Values, holds, pass_words
from services.workflow.domain.definitions import START, Definition, Node
from services.workflow.domain.forms import Form, check_form
from services.workflow.domain.seats import Handler


@dataclass(frozen=True)
class DryPerson:
    """:param passed_as: whom the node passes by automatically: ``initiator`` or ``earlier_handler``; ``None`` for who acts."""

    handler: Handler
    passed_as: str | None


@dataclass(frozen=True)
class DryNode:
    """
    :param state: ``starts``, ``asks``, ``passes`` (by condition, in these words) or ``stuck`` (nobody could act).
    """

    node: Node
    state: str
    people: tuple[DryPerson, ...] = ()
    words: tuple[str, str] | None = None


def form_errors(definition: Definition, form: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with a sample form, by path: the start's fields as at a start; of fields that are entered later or filled by
    the owner, only those that the sample holds."""
    at_start = definition.fields_at(START)
    own = {field.code for field in at_start}
    later = [field for field in definition.fields if field.code in form and field.code not in own]
    names = {field.code for field in later}
    first, rest = _split(form, names)
    errors: dict[str, list[str]] = {}
    for fields, part in ((at_start, first), (later, rest)):
        try:
            check_form(fields, part, operands=definition.operands, known=form)
        except InvalidInput as error:
            errors |= error.fields
    return errors


def _split(form: Mapping[str, Any], names: set[str]) -> tuple[Form, Form]:
    return {code: form[code] for code in form if code not in names}, {code: form[code] for code in form if code in names}


def whole_way(definition: Definition, values: Values, handlers: Handlers, initiator_id: str) -> list[DryNode]:
    """What would happen at each node, in order.

    :param handlers: who can act, by node, as the directory stands.
    :raises InvalidInput: ``fact_invalid``, for a value that a condition cannot compare.
    """
    way: list[DryNode] = []
    earlier: set[str] = set()
    for node in definition.nodes:
        if node.pass_when is not None and holds(node.pass_when, definition.operands, values):
            way.append(DryNode(node, "passes", words=pass_words(node.pass_when, definition.operands)))
            continue
        found = handlers.get(node.code, ())
        people = tuple(DryPerson(handler, _passed_as(node, handler.id, initiator_id, earlier)) for handler in found)
        asks = "starts" if node.code == START else "asks"
        # Whom an initiator may choose, he or she chooses when it starts.
        way.append(DryNode(node, asks if people or node.actors.kind == "chosen" else "stuck", people))
        if node.code != START:
            earlier |= {handler.id for handler in found}
    return way


def _passed_as(node: Node, user_id: str, initiator_id: str, earlier: set[str]) -> str | None:
    if node.code == START:
        return None
    if "initiator" in node.passes and user_id == initiator_id:
        return "initiator"
    return "earlier_handler" if "earlier_handler" in node.passes and user_id in earlier else None
