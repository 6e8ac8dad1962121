"""The whole line of a process's nodes, past, present and future, with the people of each. Pure (spec, "The engine")."""

from dataclasses import dataclass
from datetime import datetime

from services.workflow.domain.acting import Handlers, asked, may_decide, role_words
from services.workflow.domain.conditions import Values, holds, pass_words
from services.workflow.domain.definitions import Definition, Node
from services.workflow.domain.history import ACTIVE, State
from services.workflow.domain.process import added_before
from services.workflow.domain.seats import Handler, Seat


@dataclass(frozen=True)
class PersonInLine:
    """
    :param decision: what he or she did; ``None`` for who can act, now or when it comes to that.
    :param by: who did it in his or her place.
    :param adviser: whose advice he or she waits for.
    :param position: of a further approver: ``before`` or ``after`` who asked for him or her.
    :param role_lost: as what he or she is asked and can decide nothing any more, Chinese and English.
    """

    handler: Handler
    decision: str | None
    at: datetime | None
    is_asked: bool
    by: Handler | None = None
    adviser: Handler | None = None
    position: str | None = None
    role_lost: tuple[str, str] | None = None


@dataclass(frozen=True)
class NodeInLine:
    """
    :param state: ``done``, ``passed`` (by itself), ``current``, ``future``, ``will_pass`` (as things stand) or ``not_reached``
        (it ended before).
    :param people: those who acted; at the current node those asked besides; at a future one those who can act.
    :param words: why it passed or will pass by itself, Chinese and English.
    """

    node: Node
    state: str
    people: tuple[PersonInLine, ...]
    words: tuple[str, str] | None


def node_line(definition: Definition, state: State, values: Values, handlers: Handlers) -> list[NodeInLine]:
    """One line a node, in order.

    :param handlers: who can act at this moment; needed of the open node and those that lie ahead.
    """
    reached = _position_reached(definition, state)
    return [
        _past(definition, state, node, handlers) if position <= reached else _ahead(definition, state, node, values, handlers)
        for position, node in enumerate(definition.nodes)
    ]


def _position_reached(definition: Definition, state: State) -> int:
    """The open node's place; of a process at rest, the place of the node visited last."""
    if not state.visits:
        return -1
    visit = state.visit or max(state.visits.values(), key=lambda visit: visit.number)
    return definition.position(visit.node)


def _past(definition: Definition, state: State, node: Node, handlers: Handlers) -> NodeInLine:
    visit = state.visits.get(node.code)
    if visit is None:
        return NodeInLine(node, "not_reached", (), None)
    if visit.words is not None:
        return NodeInLine(node, "passed", (), visit.words)
    is_current = visit.outcome is None
    open_seats = {each.seat.handler.id for each in asked(definition, state)} if is_current else set()
    shown = [seat for seat in visit.seats if is_current or seat.decision is not None]
    people = tuple(_person(seat, node, handlers, is_asked=seat.handler.id in open_seats) for seat in shown)
    return NodeInLine(node, "current" if is_current else "done", people, None)


def _person(seat: Seat, node: Node, handlers: Handlers, *, is_asked: bool) -> PersonInLine:
    position = None if seat.added is None else seat.added.position
    # Whoever is asked for advice gives it in no role.
    is_barred = is_asked and seat.adviser is None and not may_decide(seat, handlers.get(node.code, ()))
    role_lost = role_words(seat, node) if is_barred else None
    return PersonInLine(seat.handler, seat.decision, seat.at, is_asked, seat.by, seat.adviser, position, role_lost)


def _ahead(definition: Definition, state: State, node: Node, values: Values, handlers: Handlers) -> NodeInLine:
    if state.status not in ACTIVE and state.status != "rejected":
        return NodeInLine(node, "not_reached", (), None)
    if node.pass_when is not None and holds(node.pass_when, definition.operands, values):
        return NodeInLine(node, "will_pass", (), pass_words(node.pass_when, definition.operands))
    people = tuple(PersonInLine(handler, None, None, is_asked=False) for handler in handlers.get(node.code, ()))
    added = added_before(state, node, [person.handler for person in people])
    further = tuple(PersonInLine(each.handler, None, None, is_asked=False, position=each.position) for each in added)
    return NodeInLine(node, "future", people + further, None)
