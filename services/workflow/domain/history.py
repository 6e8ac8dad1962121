"""A history makes a state: what each entry did to a process. Pure.

Spec, workflow.md, "The engine"::

    starting ──► running ──► archived            (``starting``, ``refused``: before the first entry, see use case start_process)
       │          │ │ ▲ ╲
       ▼          │ │ │  ╲──► returned ──► running     (back at the initiator, or at an earlier node and running on)
    refused       │ ▼ │
                  │ rejected ──► running               (resubmitted)
                  ▼
               withdrawn                               (from running, returned or rejected, by the initiator alone)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from typing import Any, Final

from services.workflow.domain.definitions import START, Definition

ACTIVE: Final = frozenset({"running", "returned"})
ENDED: Final = frozenset({"archived", "withdrawn"})
RESUBMITTABLE: Final = frozenset({"rejected", "returned"})


@dataclass(frozen=True)
class Handler:
    """A person, and in which role he or she acts: a role's code, ``initiator`` or ``user``."""

    id: str
    name: str
    role: str


@dataclass(frozen=True)
class Entry:
    """One line of a process's history.

    :param action: ``started``, ``resubmitted``, ``entered``, ``passed``, ``approved``, ``rejected``, ``returned``,
        ``transferred``, ``withdrawn``, ``commented``, ``archived``, ``applied`` or ``effect_failed``.
    :param by: who; ``None`` for the system.
    :param opinion: his or her words; the system's in Chinese, with ``opinion_en`` beside them.
    :param handlers: whom an entered node asks, in turn where the node says so.
    :param to_node: where it was returned to.
    :param to: to whom it was transferred.
    :param changes: from which value to which, by field.
    """

    action: str
    node: str | None
    at: datetime
    by: Handler | None = None
    opinion: str = ""
    opinion_en: str = ""
    handlers: tuple[Handler, ...] = ()
    to_node: str | None = None
    to: Handler | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Seat:
    """One handler's part in a visit; ``decision`` is ``None`` until he or she acted."""

    handler: Handler
    decision: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Visit:
    """One stay at a node; a node returned to is visited again.

    :param number: from 1, over the whole process.
    :param outcome: ``None`` while it is open; else the action that ended it.
    :param words: what the system said when the node passed by itself, Chinese and English.
    """

    number: int
    node: str
    seats: tuple[Seat, ...]
    outcome: str | None = None
    words: tuple[str, str] | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class State:
    """Where a process stands.

    :param visit: the open one, in ``running`` and ``returned``.
    :param visits: the last one of each node.
    """

    status: str = "starting"
    visit: Visit | None = None
    visits: Mapping[str, Visit] = field(default_factory=dict)
    number: int = 0


def state_of(definition: Definition, history: Iterable[Entry]) -> State:
    """The state that a history leads to."""
    return follow(definition, State(), history)


def follow(definition: Definition, state: State, entries: Iterable[Entry]) -> State:
    """The state after further entries."""
    return reduce(lambda current, entry: _apply(definition, current, entry), entries, state)


def open_seats(definition: Definition, state: State) -> tuple[Handler, ...]:
    """Who is asked at this moment: the holders of the open tasks."""
    if state.visit is None:
        return ()
    waiting = tuple(seat.handler for seat in state.visit.seats if seat.decision is None)
    return waiting[:1] if definition.node(state.visit.node).agree == "in_turn" else waiting


def _apply(definition: Definition, state: State, entry: Entry) -> State:
    match entry.action:
        case "started":
            assert entry.by is not None, "a start is the initiator's"
            opened = _opened(replace(state, status="running"), entry, (Seat(entry.by, "started", entry.at),))
            return _closed(opened, entry)
        case "passed":
            return _closed(_opened(replace(state, status="running"), entry, ()), entry)
        case "entered":
            status = "returned" if entry.node == START else "running"
            return _opened(replace(state, status=status), entry, tuple(Seat(handler) for handler in entry.handlers))
        case "approved":
            decided = _decided(state, entry)
            return _closed(decided, entry) if _is_complete(definition, decided) else decided
        case "transferred":
            return _moved(state, entry)
        case "returned":
            return _closed(_decided(state, entry), entry)
        case "rejected":
            return replace(_closed(_decided(state, entry), entry), status="rejected")
        case "resubmitted":
            return replace(_resubmitted(state, entry), status="running")
        case "withdrawn" | "archived":
            return replace(_closed(state, entry), status=entry.action)
        case "commented" | "applied" | "effect_failed":
            return state
    raise ValueError(f"no such action: {entry.action}")


def _opened(state: State, entry: Entry, seats: tuple[Seat, ...]) -> State:
    assert entry.node is not None, f"{entry.action} is at a node"
    words = (entry.opinion, entry.opinion_en) if entry.action == "passed" else None
    visit = Visit(state.number + 1, entry.node, seats, words=words, at=entry.at)
    return replace(state, visit=visit, number=visit.number, visits={**state.visits, visit.node: visit})


def _closed(state: State, entry: Entry) -> State:
    if state.visit is None:
        return state
    closed = replace(state.visit, outcome=entry.action)
    return replace(state, visit=None, visits={**state.visits, closed.node: closed})


def _decided(state: State, entry: Entry) -> State:
    assert state.visit is not None, f"{entry.action} is a visit's"
    assert entry.by is not None, f"{entry.action} is a handler's"
    person = entry.by.id
    seats = tuple(
        replace(seat, decision=entry.action, at=entry.at) if seat.handler.id == person else seat for seat in state.visit.seats
    )
    return _with_seats(state, seats)


def _moved(state: State, entry: Entry) -> State:
    assert state.visit is not None, "a transfer is a visit's"
    assert entry.by is not None, "a transfer has a giver"
    assert entry.to is not None, "a transfer has a taker"
    person, to = entry.by.id, entry.to
    return _with_seats(state, tuple(Seat(to) if seat.handler.id == person else seat for seat in state.visit.seats))


def _with_seats(state: State, seats: tuple[Seat, ...]) -> State:
    assert state.visit is not None, "seats are a visit's"
    visit = replace(state.visit, seats=seats)
    return replace(state, visit=visit, visits={**state.visits, visit.node: visit})


def _resubmitted(state: State, entry: Entry) -> State:
    """The initiator's own stay at the start: the one that the return opened, or a new one after a rejection."""
    assert entry.by is not None, "a resubmission is the initiator's"
    if state.visit is None:
        return _closed(_opened(state, entry, (Seat(entry.by, "resubmitted", entry.at),)), entry)
    return _closed(_decided(state, entry), entry)


def _is_complete(definition: Definition, state: State) -> bool:
    assert state.visit is not None, "a decision is a visit's"
    decisions = [seat.decision for seat in state.visit.seats]
    if definition.node(state.visit.node).agree == "any_one":
        return "approved" in decisions
    return None not in decisions
