"""Who is to decide: tasks handed on, lent for advice, given further approvers; and what is said beside a process. Pure.

Spec, workflow.md, "The engine": transferred, delegated, given a further approver before or after (加签), copied to somebody
(抄送), urged (催办), commented; and, by an administrator or because a handler has left, reassigned.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from services.kit.errors import Conflict, Forbidden, InvalidInput, TooMany
from services.workflow.domain.acting import Acting, Decision, Handlers, acting, advising, asked, require_opinion
from services.workflow.domain.conditions import Values
from services.workflow.domain.definitions import START, Definition
from services.workflow.domain.history import Entry, State, follow
from services.workflow.domain.process import advance
from services.workflow.domain.seats import Handler

POSITIONS: Final = ("before", "after")
SEATS_MAX: Final = 50
"""At one node; more is a mistake."""
URGE_EVERY: Final = timedelta(hours=4)
"""How often a process may be urged."""


def transfer(definition: Definition, state: State, decision: Decision, to: Handler, handlers: Handlers) -> tuple[Entry, ...]:
    """转办: another person takes the handler's place, in the same role.

    :raises Conflict: ``already_handler``, if that person is asked at this node anyway; ``initiator_cannot_take_over``.
    """
    actor = acting(definition, state, decision, handlers)
    _require_new(state, to)
    _require_not_his_own(actor.node.code, to, handlers)
    return (actor.entry("transferred", to=replace(to, role=actor.seat.handler.role)),)


def delegate(definition: Definition, state: State, decision: Decision, to: Handler, handlers: Handlers) -> tuple[Entry, ...]:
    """委派: another person is to look at it and say what he or she thinks; then it is the handler's again.

    :raises Conflict: ``already_handler``.
    """
    actor = acting(definition, state, decision, handlers)
    _require_new(state, to)
    return (actor.entry("delegated", to=replace(to, role=actor.seat.handler.role)),)


def give_advice(definition: Definition, state: State, decision: Decision) -> tuple[Entry, ...]:
    """The answer of the one who was asked for it; the handler decides with it.

    :raises InvalidInput: without words.
    """
    actor = advising(definition, state, decision)
    require_opinion(decision)
    return (actor.entry("advised", to=actor.seat.handler),)


def recall(definition: Definition, state: State, decision: Decision) -> tuple[Entry, ...]:
    """Its handler waits for the advice no longer.

    :raises Conflict: ``nothing_to_recall``.
    """
    for each in asked(definition, state):
        if each.kind == "advise" and each.seat.handler.id == decision.seat_id:
            assert state.visit is not None, "an open seat is a visit's"
            actor = Acting(decision, definition.node(state.visit.node), each.seat)
            return (actor.entry("recalled", to=each.handler),)
    raise Conflict("nothing_to_recall")


def add_approver(
    definition: Definition, state: State, decision: Decision, to: Handler, position: str, handlers: Handlers
) -> tuple[Entry, ...]:
    """加签: somebody else must agree, too, before or after the handler; also whenever the process comes to this node again.

    :param position: ``before`` or ``after``.
    :raises InvalidInput: for another position.
    :raises Conflict: ``already_handler``, ``too_many_approvers``.
    """
    actor = acting(definition, state, decision, handlers)
    if position not in POSITIONS:
        raise InvalidInput(fields={"position": [f"one_of|{', '.join(POSITIONS)}"]})
    _require_new(state, to)
    assert state.visit is not None, "an open seat is a visit's"
    if len(state.visit.seats) >= SEATS_MAX:
        raise Conflict("too_many_approvers", max=SEATS_MAX)
    return (actor.entry("approver_added", to=replace(to, role=actor.seat.handler.role), position=position),)


def reassign(definition: Definition, state: State, entry: Entry, values: Values, handlers: Handlers) -> tuple[Entry, ...]:
    """A task is somebody else's from now on, because an administrator says so or its handler has left.

    A task that only asks for advice goes back to who asked for it.

    :param entry: ``reassigned`` of a ``principal`` to a taker.
    :raises Forbidden: ``not_your_task``, if that person is not asked.
    :raises Conflict: ``already_handler``, if it is the taker's already, and for a further approver whose taker is asked at this
        node anyway; ``initiator_cannot_take_over``.
    """
    assert entry.to is not None, "a task is reassigned to somebody"
    found = next((each for each in asked(definition, state) if each.handler.id == entry.seat_id), None)
    if found is None or state.visit is None:
        raise Forbidden("not_your_task")
    node = state.visit.node
    if found.kind == "advise":
        return (replace(entry, action="recalled", node=node, principal=found.seat.handler, to=found.handler),)
    # A handler's own seat may fall together with one that another has; what a further approver was asked for may not.
    if found.seat.added is not None or entry.to.id in {found.handler.id, *_advisers(state)}:
        _require_new(state, entry.to)
    _require_not_his_own(node, entry.to, handlers)
    taker = replace(entry.to, role=found.seat.handler.role)
    moved = replace(entry, node=node, principal=found.seat.handler, to=taker)
    after = follow(definition, state, [moved])
    if after.visit is not None:
        return (moved,)
    return (moved, *advance(definition, after, node, entry.at, values, handlers))


def copy(state: State, decision: Decision, to: tuple[Handler, ...]) -> tuple[Entry, ...]:
    """抄送: people who are to know of it, and see it from now on.

    :raises InvalidInput: without anybody.
    """
    if not to:
        raise InvalidInput(fields={"user_ids": ["required"]})
    return (decision.entry("copied", _node_of(state), handlers=to),)


def urge(definition: Definition, state: State, decision: Decision, urged_at: datetime | None) -> tuple[Entry, ...]:
    """催办: those whom it waits for are reminded.

    :param urged_at: when it was urged last.
    :raises Conflict: ``nobody_to_urge``, unless it waits for somebody else than its initiator alone.
    :raises TooMany: ``urged_already``, within :data:`URGE_EVERY`.
    """
    others = [each for each in asked(definition, state) if each.handler.id != decision.by.id]
    if state.status != "running" or not others:
        raise Conflict("nobody_to_urge")
    if urged_at is not None and decision.at < urged_at + URGE_EVERY:
        left = urged_at + URGE_EVERY - decision.at
        minutes = -(-int(left.total_seconds()) // 60)
        raise TooMany("urged_already", minutes=minutes, seconds=int(left.total_seconds()) + 1)
    return (decision.entry("urged", _node_of(state)),)


def comment(state: State, decision: Decision) -> tuple[Entry, ...]:
    """Words that decide nothing.

    :raises InvalidInput: without any.
    """
    require_opinion(decision)
    return (decision.entry("commented", _node_of(state)),)


def _require_new(state: State, to: Handler) -> None:
    assert state.visit is not None, "an open seat is a visit's"
    if to.id in {seat.handler.id for seat in state.visit.seats} | _advisers(state):
        raise Conflict("already_handler", name=to.name)


def _require_not_his_own(node: str, to: Handler, handlers: Handlers) -> None:
    """Nobody approves his own in another's place; where the definition itself asks the initiator, he or she does."""
    initiators, here = ({handler.id for handler in handlers.get(code, ())} for code in (START, node))
    if to.id in initiators - here:
        raise Conflict("initiator_cannot_take_over", name=to.name)


def _advisers(state: State) -> set[str]:
    assert state.visit is not None, "an open seat is a visit's"
    return {seat.adviser.id for seat in state.visit.seats if seat.adviser is not None}


def _node_of(state: State) -> str | None:
    return None if state.visit is None else state.visit.node
