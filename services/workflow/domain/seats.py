"""The seats at a node: who must agree, in which order, and whom that asks at this moment. Pure (spec, "The engine").

A visit to a node has a seat for each of its handlers, and one for each further approver (加签) whom a handler has asked for.
Seats are decided, handed on (转办) and lent for advice (委派); nobody has two at one node.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

AGREED: Final = frozenset({"approved", "passed"})


@dataclass(frozen=True)
class Handler:
    """A person, and in which role he or she acts: a role's code, ``initiator`` or ``user``."""

    id: str
    name: str
    role: str


@dataclass(frozen=True)
class Added:
    """A further approver.

    :param position: ``before`` who asked for it acts, or ``after``.
    :param by_id: who asked for it.
    """

    handler: Handler
    position: str
    by_id: str


@dataclass(frozen=True)
class Seat:
    """One handler's part in a visit.

    :param decision: ``None`` until it is decided; ``passed`` if the system did.
    :param by: who decided, where that was a deputy.
    :param added: why it is there, if the definition did not say so.
    :param waits_for: the handlers' ids of the seats that must be decided first.
    :param adviser: whose advice its handler waits for.
    :param is_given: whether a person, not the definition, gave it to its handler.
    """

    handler: Handler
    decision: str | None = None
    at: datetime | None = None
    by: Handler | None = None
    added: Added | None = None
    waits_for: tuple[str, ...] = ()
    adviser: Handler | None = None
    is_given: bool = False


Seats = tuple[Seat, ...]


@dataclass(frozen=True)
class Asked:
    """Who is asked at this moment: to decide, or to advise the one whose seat it is.

    :param kind: ``decide`` or ``advise``.
    :param seat: the seat that it is about.
    """

    handler: Handler
    kind: str
    seat: Seat


def seats_of(handlers: Iterable[Handler], added: Iterable[Added] = ()) -> Seats:
    """The seats of a node that is entered.

    :param added: those whom an earlier stay had been given: a return loses nobody whose agreement was asked for.
    """
    seats: Seats = tuple(Seat(handler) for handler in handlers)
    for each in added:
        seats = add_seat(seats, each)
    return seats


def add_seat(seats: Seats, added: Added) -> Seats:
    """A further approver beside the one who asked for him or her; at the end, if that one has no seat any more."""
    ids = [seat.handler.id for seat in seats]
    if added.by_id not in ids:
        return (*seats, Seat(added.handler, added=added, is_given=True))
    place = ids.index(added.by_id)
    asker = seats[place]
    if added.position == "before":
        waiting = replace(asker, waits_for=(*asker.waits_for, added.handler.id))
        return (*seats[:place], Seat(added.handler, added=added, is_given=True), waiting, *seats[place + 1 :])
    after = Seat(added.handler, added=added, waits_for=(asker.handler.id,), is_given=True)
    return (*seats[: place + 1], after, *seats[place + 1 :])


def added_of(seats: Seats) -> tuple[Added, ...]:
    """The further approvers, as who they are now, for the next stay at the node."""
    return tuple(replace(seat.added, handler=seat.handler) for seat in seats if seat.added is not None)


def decide(seats: Seats, handler_id: str, decision: str, by: Handler | None, at: datetime) -> Seats:
    """One seat decided; ``by`` is kept where it was somebody else than its handler."""
    deputy = by if by is not None and by.id != handler_id else None
    return tuple(
        replace(seat, decision=decision, at=at, by=deputy, adviser=None) if seat.handler.id == handler_id else seat
        for seat in seats
    )


def hand_on(seats: Seats, from_id: str, to: Handler) -> Seats:
    """Another person's from now on, in the same role; if he or she has a seat already, the one that is handed on goes."""
    has_seat = any(seat.handler.id == to.id for seat in seats)
    kept: list[Seat] = []
    for seat in seats:
        waits_for = tuple(to.id if each == from_id else each for each in seat.waits_for)
        if seat.handler.id != from_id:
            own = tuple(each for each in waits_for if each != seat.handler.id)
            kept.append(replace(seat, waits_for=own))
        elif not has_seat:
            taker = replace(to, role=seat.handler.role)
            kept.append(replace(seat, handler=taker, waits_for=waits_for, adviser=None, is_given=True))
    return tuple(kept)


def advise(seats: Seats, handler_id: str, adviser: Handler | None) -> Seats:
    """A handler waits for somebody's advice, or, with ``None``, for nobody's any more."""
    return tuple(replace(seat, adviser=adviser) if seat.handler.id == handler_id else seat for seat in seats)


def asked_of(seats: Seats, agree: str) -> tuple[Asked, ...]:
    """Whom a visit with these seats asks at this moment.

    :param agree: the node's: ``any_one``, ``all`` or ``in_turn``.
    """
    open_ones = _needed(seats, agree)
    if agree == "in_turn":
        due = open_ones[:1]
    else:
        undecided = {seat.handler.id for seat in open_ones}
        due = [seat for seat in open_ones if undecided.isdisjoint(seat.waits_for)]
    return tuple(Asked(seat.adviser or seat.handler, "advise" if seat.adviser else "decide", seat) for seat in due)


def is_complete(seats: Seats, agree: str) -> bool:
    """Whether as many have agreed as must."""
    return not _needed(seats, agree)


def _needed(seats: Seats, agree: str) -> list[Seat]:
    """The seats whose agreement is missing. Where one handler is enough, the others' is not; a further approver's always is."""
    one_agreed = agree == "any_one" and any(seat.added is None and seat.decision in AGREED for seat in seats)
    return [seat for seat in seats if seat.decision is None and (seat.added is not None or not one_agreed)]
