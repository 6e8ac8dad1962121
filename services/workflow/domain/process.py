"""The decisions that move a process on: a definition, a state and a decision make further entries (spec, "The engine"). Pure.

Every decision gives the entries that it makes, oldest first; :func:`services.workflow.domain.history.follow` makes the next state
of them. Those that only say who is to decide are in :mod:`services.workflow.domain.handing`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from services.kit.errors import Conflict, InvalidInput
from services.workflow.domain.acting import Acting, Decision, Handlers, acting, nobody_holds, require_opinion
from services.workflow.domain.conditions import Values, holds, pass_words
from services.workflow.domain.definitions import START, Definition, Node
from services.workflow.domain.history import ENDED, RESUBMITTABLE, Entry, State, follow
from services.workflow.domain.seats import Added, Handler, added_of


def start(definition: Definition, decision: Decision, values: Values, handlers: Handlers) -> tuple[Entry, ...]:
    """It begins: by its initiator, or by the system where the start itself passes by condition.

    :raises Conflict: ``nobody_holds_role``, for any node that will ask somebody as things stand: better now than half-way.
    """
    _require_handlers(definition, values, handlers)
    first = definition.node(START)
    begun = _passed(definition, first, values, decision.at)
    if begun is None:
        begun = decision.entry("started", START)
    return (begun, *advance(definition, follow(definition, State(), [begun]), START, decision.at, values, handlers))


def approve(
    definition: Definition, state: State, decision: Decision, values: Values, handlers: Handlers, changes: Mapping[str, Any]
) -> tuple[Entry, ...]:
    """One handler agrees; where that is enough, the process goes on to the next node or is archived.

    :param values: with what the handler entered.
    :raises Conflict: ``nobody_holds_role``, ``resubmit_instead`` and as :func:`acting`.
    :raises InvalidInput: without an opinion where the node requires one.
    """
    actor = check_approval(definition, state, decision, handlers)
    approved = actor.entry("approved", changes=changes)
    after = follow(definition, state, [approved])
    if after.visit is not None:
        return (approved,)
    return (approved, *advance(definition, after, actor.node.code, decision.at, values, handlers))


def check_approval(definition: Definition, state: State, decision: Decision, handlers: Handlers) -> Acting:
    """Whether the decision can be an approval, as known before anybody is asked about what it enters.

    :raises Conflict, Forbidden, InvalidInput: as :func:`approve`.
    """
    actor = acting(definition, state, decision, handlers)
    if actor.node.opinion_required:
        require_opinion(decision)
    return actor


def reject(definition: Definition, state: State, decision: Decision, handlers: Handlers) -> tuple[Entry, ...]:
    """Back to the initiator, who may edit and resubmit or leave it; what was reserved is released.

    :raises InvalidInput: without an opinion.
    """
    actor = acting(definition, state, decision, handlers)
    require_opinion(decision)
    return (actor.entry("rejected"),)


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
    actor = acting(definition, state, decision, handlers)
    require_opinion(decision)
    targets = return_targets(definition, state)
    if to_node not in targets:
        raise InvalidInput(fields={"to_node": [f"one_of|{', '.join(targets)}"]})
    returned = actor.entry("returned", to_node=to_node)
    return (returned, _entered(definition.node(to_node), state, decision.at, handlers))


def withdraw(state: State, decision: Decision) -> tuple[Entry, ...]:
    """It is taken back, at any moment before it is archived: by its initiator, or by who undid what it rests on.

    :raises Conflict: ``process_ended``.
    """
    if state.status in ENDED:
        raise Conflict("process_ended", state=state.status)
    return (decision.entry("withdrawn", None if state.visit is None else state.visit.node),)


def resubmit(
    definition: Definition, state: State, decision: Decision, values: Values, handlers: Handlers, changes: Mapping[str, Any]
) -> tuple[Entry, ...]:
    """Its initiator sends it round again from the start, edited or not.

    :raises Conflict: ``not_to_be_resubmitted``, unless it was rejected or returned to the start.
    """
    if state.status not in RESUBMITTABLE:
        raise Conflict("not_to_be_resubmitted", state=state.status)
    _require_handlers(definition, values, handlers)
    resubmitted = decision.entry("resubmitted", START, changes=changes)
    after = follow(definition, state, [resubmitted])
    return (resubmitted, *advance(definition, after, START, decision.at, values, handlers))


def advance(
    definition: Definition, state: State, after: str, at: datetime, values: Values, handlers: Handlers
) -> Iterator[Entry]:
    """From a node that is done to the next one that asks somebody, past those that pass by themselves; or to the end.

    :param state: with no visit open.
    """
    for node in definition.nodes[definition.position(after) + 1 :]:
        passed = _passed(definition, node, values, at)
        entries = [passed] if passed is not None else _stay(definition, state, node, at, handlers)
        yield from entries
        state = follow(definition, state, entries)
        if state.visit is not None:
            return
    yield Entry("archived", None, at)


def _passed(definition: Definition, node: Node, values: Values, at: datetime) -> Entry | None:
    if node.pass_when is None or not holds(node.pass_when, definition.operands, values):
        return None
    zh, en = pass_words(node.pass_when, definition.operands)
    return Entry("passed", node.code, at, opinion=zh, opinion_en=en)


def _stay(definition: Definition, state: State, node: Node, at: datetime, handlers: Handlers) -> list[Entry]:
    """The node is entered; those whom its policy passes by have agreed at once."""
    entered = _entered(node, state, at, handlers)
    passed = [
        Entry("seat_passed", node.code, at, principal=handler, opinion=zh, opinion_en=en)
        for handler in entered.handlers
        if (words := _why_passed(definition, state, node, handler)) is not None
        for zh, en in [words]
    ]
    # Where one is enough, one is passed by; the others have nothing left to decide.
    return [entered, *(passed[:1] if node.agree == "any_one" else passed)]


def _entered(node: Node, state: State, at: datetime, handlers: Handlers) -> Entry:
    """
    :raises Conflict: ``nobody_holds_role``.
    """
    found = handlers.get(node.code, ())
    if not found:
        raise nobody_holds(node)
    return Entry("entered", node.code, at, handlers=found, added=added_before(state, node, found))


def added_before(state: State, node: Node, handlers: Iterable[Handler]) -> tuple[Added, ...]:
    """The further approvers whom an earlier stay at a node was given, and who are not asked anyway: they are asked again."""
    visit, known = state.visits.get(node.code), {handler.id for handler in handlers}
    return tuple(each for each in added_of(visit.seats) if each.handler.id not in known) if visit is not None else ()


def _why_passed(definition: Definition, state: State, node: Node, handler: Handler) -> tuple[str, str] | None:
    """Why the node's policy passes a handler by, Chinese and English; ``None`` if it does not."""
    if "initiator" in node.passes and _started_by(state) == handler.id:
        return f"{handler.name} 是发起人，系统自动通过", f"{handler.name} is the initiator; passed by the system"
    if "earlier_handler" not in node.passes:
        return None
    for earlier in definition.nodes[1 : definition.position(node.code)]:
        visit = state.visits.get(earlier.code)
        if visit is not None and any(
            seat.decision == "approved" and (seat.by or seat.handler).id == handler.id for seat in visit.seats
        ):
            zh = f"{handler.name} 已在“{earlier.name_zh}”同意，系统自动通过"
            return zh, f"{handler.name} agreed at “{earlier.name_en}”; passed by the system"
    return None


def _started_by(state: State) -> str | None:
    first = state.visits.get(START)
    return first.seats[0].handler.id if first is not None and first.seats else None


def _require_handlers(definition: Definition, values: Values, handlers: Handlers) -> None:
    for node in definition.nodes[1:]:
        passes = node.pass_when is not None and holds(node.pass_when, definition.operands, values)
        if not passes and not handlers.get(node.code):
            raise nobody_holds(node)


def _asked_somebody(state: State, node: str) -> bool:
    return node in state.visits and bool(state.visits[node].seats)
