"""A history makes a state: what each entry did to a process. Pure.

Spec, workflow.md, "The engine"::

    starting ──► running ──► archived            (``starting``, ``refused``: before the first entry, see use case start_process)
       │          │ │ ▲ ╲
       ▼          │ │ │  ╲──► returned ──► running     (back at the initiator, or at an earlier node and running on)
    refused       │ ▼ │
                  │ rejected ──► running               (resubmitted)
                  ▼
               withdrawn                               (from running, returned or rejected: by the initiator, or as what it
                                                        rests on has ended)

Whom an open visit asks is settled in :mod:`services.workflow.domain.seats`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from typing import Any, Final

from services.workflow.domain.definitions import START, Definition
from services.workflow.domain.seats import Added, Handler, Seat, Seats, add_seat, advise, decide, hand_on, is_complete, seats_of

ACTIVE: Final = frozenset({"running", "returned"})
ENDED: Final = frozenset({"archived", "withdrawn"})
RESUBMITTABLE: Final = frozenset({"rejected", "returned"})


@dataclass(frozen=True)
class Entry:
    """One line of a process's history.

    :param action: one of :data:`ACTIONS`.
    :param by: who; ``None`` for the system.
    :param principal: whose seat it is about, where that is not ``by``: whom a deputy acted for, or from whom an administrator
        took a task.
    :param opinion: his or her words; the system's in Chinese, with ``opinion_en`` beside them.
    :param handlers: whom an entered node asks, in turn where the node says so; to whom it was copied.
    :param added: further approvers whom an earlier stay at the entered node had been given.
    :param to_node: where it was returned to.
    :param to: who takes over, gives advice, or approves besides.
    :param position: of a further approver: ``before`` or ``after`` who added him or her.
    :param attachments: ``{"id", "name"}`` of files beside the words.
    :param changes: from which value to which, by field.
    """

    action: str
    node: str | None
    at: datetime
    by: Handler | None = None
    principal: Handler | None = None
    opinion: str = ""
    opinion_en: str = ""
    handlers: tuple[Handler, ...] = ()
    added: tuple[Added, ...] = ()
    to_node: str | None = None
    to: Handler | None = None
    position: str | None = None
    attachments: tuple[Mapping[str, str], ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def seat_id(self) -> str:
        """Whose seat it is about."""
        person = self.principal or self.by
        assert person is not None, f"{self.action} is about somebody's seat"
        return person.id


@dataclass(frozen=True)
class Visit:
    """One stay at a node; a node returned to is visited again.

    :param number: from 1, over the whole process.
    :param outcome: ``None`` while it is open; else the action that ended it.
    :param words: what the system said when the node passed by itself, Chinese and English.
    """

    number: int
    node: str
    seats: Seats
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


def _apply(definition: Definition, state: State, entry: Entry) -> State:
    effect = ACTIONS.get(entry.action)
    if effect is None:
        raise ValueError(f"no such action: {entry.action}")
    return effect(definition, state, entry)


def _started(_: Definition, state: State, entry: Entry) -> State:
    assert entry.by is not None, "a start is the initiator's"
    opened = _opened(replace(state, status="running"), entry, (Seat(entry.by, "started", entry.at),))
    return _closed(opened, entry)


def _passed(_: Definition, state: State, entry: Entry) -> State:
    words = (entry.opinion, entry.opinion_en)
    return _closed(_opened(replace(state, status="running"), entry, (), words), entry)


def _entered(_: Definition, state: State, entry: Entry) -> State:
    status = "returned" if entry.node == START else "running"
    return _opened(replace(state, status=status), entry, seats_of(entry.handlers, entry.added))


def _approved(definition: Definition, state: State, entry: Entry) -> State:
    return _closed_if_complete(definition, _decided(state, entry, "approved"), entry)


def _seat_passed(definition: Definition, state: State, entry: Entry) -> State:
    return _closed_if_complete(definition, _decided(state, entry, "passed"), entry)


def _returned(_: Definition, state: State, entry: Entry) -> State:
    return _closed(_decided(state, entry, "returned"), entry)


def _rejected(_: Definition, state: State, entry: Entry) -> State:
    return replace(_closed(_decided(state, entry, "rejected"), entry), status="rejected")


def _resubmitted(_: Definition, state: State, entry: Entry) -> State:
    """The initiator's own stay at the start: the one that the return opened, or a new one after a rejection."""
    assert entry.by is not None, "a resubmission is the initiator's"
    if state.visit is None:
        state = _opened(state, entry, (Seat(entry.by, "resubmitted", entry.at),))
    else:
        state = _with_seats(state, decide(state.visit.seats, entry.seat_id, "resubmitted", entry.by, entry.at))
    return replace(_closed(state, entry), status="running")


def _archived(_: Definition, state: State, entry: Entry) -> State:
    return replace(_closed(state, entry), status="archived")


def _withdrawn(_: Definition, state: State, entry: Entry) -> State:
    """Whoever took it back acted at the open node, whether or not it asks him or her; the system acts in nobody's place."""
    if state.visit is not None and entry.by is not None:
        others = tuple(seat for seat in state.visit.seats if seat.handler.id != entry.by.id or seat.decision is not None)
        state = _with_seats(state, (*others, Seat(entry.by, "withdrawn", entry.at)))
    return replace(_closed(state, entry), status="withdrawn")


def _handed_on(definition: Definition, state: State, entry: Entry) -> State:
    assert entry.to is not None, f"{entry.action} has a taker"
    # Whoever takes over a colleague's seat beside his own may have agreed already.
    return _closed_if_complete(definition, _with_seats(state, hand_on(_seats(state), entry.seat_id, entry.to)), entry)


def _delegated(_: Definition, state: State, entry: Entry) -> State:
    return _with_seats(state, advise(_seats(state), entry.seat_id, entry.to))


def _advised(_: Definition, state: State, entry: Entry) -> State:
    seats = _seats(state)
    asker = next(seat.handler.id for seat in seats if seat.adviser is not None and seat.adviser.id == entry.seat_id)
    return _with_seats(state, advise(seats, asker, None))


def _recalled(_: Definition, state: State, entry: Entry) -> State:
    return _with_seats(state, advise(_seats(state), entry.seat_id, None))


def _approver_added(_: Definition, state: State, entry: Entry) -> State:
    assert entry.to is not None, "a further approver is somebody"
    assert entry.position is not None, "a further approver comes before or after"
    return _with_seats(state, add_seat(_seats(state), Added(entry.to, entry.position, entry.seat_id)))


def _said(_: Definition, state: State, __: Entry) -> State:
    """What is told and changes no state."""
    return state


Effect = Callable[[Definition, State, Entry], State]

ACTIONS: Final[Mapping[str, Effect]] = {
    "started": _started,
    "resubmitted": _resubmitted,
    "entered": _entered,
    "passed": _passed,
    "seat_passed": _seat_passed,
    "approved": _approved,
    "rejected": _rejected,
    "returned": _returned,
    "transferred": _handed_on,
    "reassigned": _handed_on,
    "delegated": _delegated,
    "advised": _advised,
    "recalled": _recalled,
    "approver_added": _approver_added,
    "withdrawn": _withdrawn,
    "archived": _archived,
    "copied": _said,
    "urged": _said,
    "commented": _said,
    "applied": _said,
    "effect_failed": _said,
    "effect_retried": _said,
}
"""What each action does to a state."""


def _opened(state: State, entry: Entry, seats: Seats, words: tuple[str, str] | None = None) -> State:
    assert entry.node is not None, f"{entry.action} is at a node"
    visit = Visit(state.number + 1, entry.node, seats, words=words, at=entry.at)
    return replace(state, visit=visit, number=visit.number, visits={**state.visits, visit.node: visit})


def _closed(state: State, entry: Entry) -> State:
    if state.visit is None:
        return state
    closed = replace(state.visit, outcome=entry.action)
    return replace(state, visit=None, visits={**state.visits, closed.node: closed})


def _closed_if_complete(definition: Definition, state: State, entry: Entry) -> State:
    assert state.visit is not None, f"{entry.action} is a visit's"
    agree = definition.node(state.visit.node).agree
    return _closed(state, entry) if is_complete(state.visit.seats, agree) else state


def _decided(state: State, entry: Entry, decision: str) -> State:
    return _with_seats(state, decide(_seats(state), entry.seat_id, decision, entry.by, entry.at))


def _seats(state: State) -> Seats:
    assert state.visit is not None, "seats are a visit's"
    return state.visit.seats


def _with_seats(state: State, seats: Seats) -> State:
    assert state.visit is not None, "seats are a visit's"
    visit = replace(state.visit, seats=seats)
    return replace(state, visit=visit, visits={**state.visits, visit.node: visit})
