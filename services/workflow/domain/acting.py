"""Who acts, on whose seat: what every decision at a node begins with. Pure (spec, workflow.md, "The engine")."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.contracts.people import ROLES
from services.kit.errors import Conflict, Forbidden, InvalidInput
from services.workflow.domain.definitions import Definition, Node
from services.workflow.domain.history import Entry, State
from services.workflow.domain.seats import Asked, Handler, Seat, asked_of

Handlers = Mapping[str, tuple[Handler, ...]]
"""Who can act, by node code; as the directory says at this moment."""


@dataclass(frozen=True)
class Decision:
    """Who decides what, when: the part that all decisions share.

    :param principal: for whom, if ``by`` is his or her deputy.
    :param attachments: ``{"id", "name"}`` of files beside the words.
    """

    by: Handler
    at: datetime
    opinion: str = ""
    principal: Handler | None = None
    attachments: tuple[Mapping[str, str], ...] = ()

    @property
    def seat_id(self) -> str:
        return (self.principal or self.by).id

    def entry(self, action: str, node: str | None, **details: Any) -> Entry:
        """The line that says so in the history."""
        return Entry(
            action,
            node,
            self.at,
            by=self.by,
            principal=self.principal,
            opinion=self.opinion,
            attachments=self.attachments,
            **details,
        )


@dataclass(frozen=True)
class Acting:
    """A decision at the open node, by somebody whom it asks.

    :param decision: with the role that the seat gives.
    """

    decision: Decision
    node: Node
    seat: Seat

    def entry(self, action: str, **details: Any) -> Entry:
        return self.decision.entry(action, self.node.code, **details)


def asked(definition: Definition, state: State) -> tuple[Asked, ...]:
    """Whom the process asks at this moment: the holders of its open tasks."""
    if state.visit is None:
        return ()
    return asked_of(state.visit.seats, definition.node(state.visit.node).agree)


def acting(definition: Definition, state: State, decision: Decision, handlers: Handlers) -> Acting:
    """Whoever decides, with the seat that lets him or her.

    :param handlers: who can act at the node as the directory says now: a role that is gone decides nothing any more.
    :raises Forbidden: ``not_your_task``; ``role_no_longer_held``.
    :raises Conflict: ``advice_only``, for who is asked for advice; ``resubmit_instead``.
    """
    found = _asked_for(definition, state, decision.seat_id)
    if found.kind == "advise":
        raise Conflict("advice_only", name=found.seat.handler.name)
    if state.status == "returned":
        raise Conflict("resubmit_instead")
    assert state.visit is not None, "an open seat is a visit's"
    node, seat = definition.node(state.visit.node), found.seat
    if not may_decide(seat, handlers.get(node.code, ())):
        zh, en = role_words(seat, node)
        raise Forbidden("role_no_longer_held", role=zh, role_en=en, name=seat.handler.name)
    return Acting(_in_role(decision, seat.handler.role), node, seat)


def may_decide(seat: Seat, handlers: Iterable[Handler]) -> bool:
    """Whether a seat's handler still is one as the directory says now, or has it from a person.

    :param handlers: who can act at the node.
    """
    return seat.is_given or any(each.id == seat.handler.id for each in handlers)


def role_words(seat: Seat, node: Node) -> tuple[str, str]:
    """As what a seat's handler was asked, Chinese and English."""
    return ROLES.get(seat.handler.role, (node.name_zh, node.name_en))


def advising(definition: Definition, state: State, decision: Decision) -> Acting:
    """Whoever was asked for advice, with the seat that it is for.

    :raises Forbidden: ``not_your_task``.
    :raises Conflict: ``decide_instead``, for a handler who decides himself.
    """
    found = _asked_for(definition, state, decision.seat_id)
    if found.kind != "advise":
        raise Conflict("decide_instead")
    assert state.visit is not None, "an open seat is a visit's"
    return Acting(_in_role(decision, found.handler.role), definition.node(state.visit.node), found.seat)


def nobody_holds(node: Node) -> Conflict:
    """The error of a node without handlers, which names what is missing as people call it; whoever knows the directory adds who
    can help."""
    actors = node.actors
    words = [ROLES[role] for role in actors.roles]
    if actors.kind == "lead":
        words = [ROLES["sales_lead"]]
    elif not words or actors.kind == "chosen":
        words = [(node.name_zh, node.name_en)]
    role, role_en = "、".join(zh for zh, _ in words), ", ".join(en for _, en in words)
    return Conflict("nobody_holds_role", node=node.code, role=role, role_en=role_en, administrators="")


def require_opinion(decision: Decision) -> None:
    """
    :raises InvalidInput: without words.
    """
    if not decision.opinion.strip():
        raise InvalidInput(fields={"opinion": ["required"]})


def _asked_for(definition: Definition, state: State, person: str) -> Asked:
    for each in asked(definition, state):
        if each.handler.id == person:
            return each
    raise Forbidden("not_your_task")


def _in_role(decision: Decision, role: str) -> Decision:
    principal = decision.principal and replace(decision.principal, role=role)
    return replace(decision, by=replace(decision.by, role=role), principal=principal)
