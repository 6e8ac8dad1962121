"""The decisions on a process: a definition, a state and a decision make further entries (spec, workflow.md, "The engine"). Pure.

Every decision gives the entries that it makes, oldest first; :func:`services.workflow.domain.history.follow` makes the next state
of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.contracts.people import ROLES
from services.kit.errors import Conflict, Forbidden, InvalidInput
from services.workflow.domain.conditions import Values, holds, pass_words
from services.workflow.domain.definitions import START, Definition, Node
from services.workflow.domain.history import ENDED, RESUBMITTABLE, Entry, Handler, State, follow, open_seats

Handlers = Mapping[str, tuple[Handler, ...]]
"""Who can act, by node code; as the directory says at this moment."""


@dataclass(frozen=True)
class Decision:
    """Who decides what, when: the part that all decisions share."""

    by: Handler
    at: datetime
    opinion: str = ""


def start(definition: Definition, decision: Decision, values: Values, handlers: Handlers) -> tuple[Entry, ...]:
    """It begins: by its initiator, or by the system where the start itself passes by condition.

    :raises Conflict: ``nobody_holds_role``, for any node that will ask somebody as things stand: better now than half-way.
    """
    _require_handlers(definition, values, handlers)
    first = definition.node(START)
    begun = _passed(definition, first, values, decision.at)
    if begun is None:
        begun = Entry("started", START, decision.at, decision.by, decision.opinion)
    return (begun, *_advance(definition, START, decision.at, values, handlers))


def approve(
    definition: Definition, state: State, decision: Decision, values: Values, handlers: Handlers, changes: Mapping[str, Any]
) -> tuple[Entry, ...]:
    """One handler agrees; where that is enough, the process goes on to the next node or is archived.

    :param values: with what the handler entered.
    :raises Conflict: ``nobody_holds_role``, ``resubmit_instead`` and as :func:`seat_of`.
    :raises InvalidInput: without an opinion where the node requires one.
    """
    handler, node = check_approval(definition, state, decision)
    approved = Entry("approved", node.code, decision.at, handler, decision.opinion, changes=changes)
    if follow(definition, state, [approved]).visit is not None:
        return (approved,)
    return (approved, *_advance(definition, node.code, decision.at, values, handlers))


def check_approval(definition: Definition, state: State, decision: Decision) -> tuple[Handler, Node]:
    """Whether the decision can be an approval, as known before anybody is asked about what it enters.

    :raises Conflict, Forbidden, InvalidInput: as :func:`approve`.
    """
    handler, node = _acting(definition, state, decision)
    if node.opinion_required:
        _require_opinion(decision)
    return handler, node


def reject(definition: Definition, state: State, decision: Decision) -> tuple[Entry, ...]:
    """Back to the initiator, who may edit and resubmit or leave it; what was reserved is released.

    :raises InvalidInput: without an opinion.
    """
    handler, node = _acting(definition, state, decision)
    _require_opinion(decision)
    return (Entry("rejected", node.code, decision.at, handler, decision.opinion),)


def return_targets(definition: Definition, state: State) -> tuple[str, ...]:
    """The nodes that the open one can be returned to: the start, and earlier ones that asked somebody."""
    if state.status != "running" or state.visit is None:
        return ()
    earlier = definition.nodes[: definition.position(state.visit.node)]
    return tuple(node.code for node in earlier if node.code == START or _asked_somebody(state, node.code))


def return_to(definition: Definition, state: State, decision: Decision, to_node: str, handlers: Handlers) -> tuple[Entry, ...]:
    """Back to an earlier node; what was reserved stays so.

    :raises InvalidInput: without an opinion, or for a node that is not among :func:`return_targets`.
    """
    handler, node = _acting(definition, state, decision)
    _require_opinion(decision)
    targets = return_targets(definition, state)
    if to_node not in targets:
        raise InvalidInput(fields={"to_node": [f"one_of|{', '.join(targets)}"]})
    returned = Entry("returned", node.code, decision.at, handler, decision.opinion, to_node=to_node)
    return (returned, _entered(definition.node(to_node), decision.at, handlers))


def transfer(definition: Definition, state: State, decision: Decision, to: Handler) -> tuple[Entry, ...]:
    """Another person takes the handler's place, in the same role.

    :raises Conflict: ``already_handler``, if that person is asked at this node anyway.
    """
    handler, node = _acting(definition, state, decision)
    assert state.visit is not None, "acting needs a visit"
    if any(seat.handler.id == to.id for seat in state.visit.seats):
        raise Conflict("already_handler", name=to.name)
    moved = replace(to, role=handler.role)
    return (Entry("transferred", node.code, decision.at, handler, decision.opinion, to=moved),)


def withdraw(state: State, decision: Decision) -> tuple[Entry, ...]:
    """Its initiator takes it back, at any moment before it is archived.

    :raises Conflict: ``process_ended``.
    """
    if state.status in ENDED:
        raise Conflict("process_ended", state=state.status)
    node = None if state.visit is None else state.visit.node
    return (Entry("withdrawn", node, decision.at, decision.by, decision.opinion),)


def resubmit(
    definition: Definition, state: State, decision: Decision, values: Values, handlers: Handlers, changes: Mapping[str, Any]
) -> tuple[Entry, ...]:
    """Its initiator sends it round again from the start, edited or not.

    :raises Conflict: ``not_to_be_resubmitted``, unless it was rejected or returned to the start.
    """
    if state.status not in RESUBMITTABLE:
        raise Conflict("not_to_be_resubmitted", state=state.status)
    _require_handlers(definition, values, handlers)
    resubmitted = Entry("resubmitted", START, decision.at, decision.by, decision.opinion, changes=changes)
    return (resubmitted, *_advance(definition, START, decision.at, values, handlers))


def comment(state: State, decision: Decision) -> tuple[Entry, ...]:
    """Words that decide nothing.

    :raises InvalidInput: without any.
    """
    _require_opinion(decision)
    return (Entry("commented", None if state.visit is None else state.visit.node, decision.at, decision.by, decision.opinion),)


def nobody_holds(node: Node) -> Conflict:
    """The error of a node without handlers, which names what is missing as people call it."""
    if node.actors.kind == "role":
        words = [ROLES[role] for role in node.actors.roles]
    else:
        words = [ROLES["sales_lead"]] if node.actors.kind == "lead" else [(node.name_zh, node.name_en)]
    return Conflict(
        "nobody_holds_role", node=node.code, role="、".join(zh for zh, _ in words), role_en=", ".join(en for _, en in words)
    )


def seat_of(definition: Definition, state: State, user_id: str) -> Handler:
    """The open seat of a person.

    :raises Forbidden: ``not_your_task``.
    """
    for handler in open_seats(definition, state):
        if handler.id == user_id:
            return handler
    raise Forbidden("not_your_task")


def _acting(definition: Definition, state: State, decision: Decision) -> tuple[Handler, Node]:
    handler = seat_of(definition, state, decision.by.id)
    assert state.visit is not None, "an open seat is a visit's"
    if state.status == "returned":
        raise Conflict("resubmit_instead")
    return handler, definition.node(state.visit.node)


def _advance(definition: Definition, after: str, at: datetime, values: Values, handlers: Handlers) -> Iterator[Entry]:
    """From a node that is done to the next one that asks somebody, past those whose condition is met; or to the end."""
    for node in definition.nodes[definition.position(after) + 1 :]:
        passed = _passed(definition, node, values, at)
        if passed is None:
            yield _entered(node, at, handlers)
            return
        yield passed
    yield Entry("archived", None, at)


def _passed(definition: Definition, node: Node, values: Values, at: datetime) -> Entry | None:
    if node.pass_when is None or not holds(node.pass_when, definition.operands, values):
        return None
    zh, en = pass_words(node.pass_when, definition.operands)
    return Entry("passed", node.code, at, opinion=zh, opinion_en=en)


def _entered(node: Node, at: datetime, handlers: Handlers) -> Entry:
    found = handlers.get(node.code, ())
    if not found:
        raise nobody_holds(node)
    return Entry("entered", node.code, at, handlers=found)


def _require_handlers(definition: Definition, values: Values, handlers: Handlers) -> None:
    for node in definition.nodes[1:]:
        passes = node.pass_when is not None and holds(node.pass_when, definition.operands, values)
        if not passes and not handlers.get(node.code):
            raise nobody_holds(node)


def _require_opinion(decision: Decision) -> None:
    if not decision.opinion.strip():
        raise InvalidInput(fields={"opinion": ["required"]})


def _asked_somebody(state: State, node: str) -> bool:
    return node in state.visits and bool(state.visits[node].seats)
