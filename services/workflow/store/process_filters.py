"""What a list of processes can be narrowed to (spec, workflow.md, "Lists")."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, select
from sqlalchemy.orm import aliased

from services.kit.clock import end_of_day, start_of_day
from services.workflow.store.tables import Copy, Process, Task, User

# Not those that a list may be of.
_task, _copy = aliased(Task), aliased(Copy)

WAITING = ("running", "returned")
"""The states in which a process waits for somebody."""


@dataclass(frozen=True)
class ProcessFilter:
    """``None`` and empty for everything. Days are Shanghai's; the last one counts.

    :param code: of the definition; several with commas between them, as ``state``.
    :param node: where it stands now.
    :param product_id: one of the products that it concerns.
    :param text: part of the title, or of the name of the subject, the customer or the initiator.
    :param decided_from: the first day of what the reader decided himself or herself.
    :param effect: of an archived one.
    :param overdue: whether a time limit is over at which somebody has not acted.
    :param unread: whether it was copied to the reader, who has not looked at it.
    :param stuck: whether it waits for nobody but people who have left.
    """

    code: str | None = None
    state: str | None = None
    node: str = ""
    customer_id: UUID | None = None
    product_id: UUID | None = None
    initiator_id: UUID | None = None
    text: str = ""
    started_from: date | None = None
    started_to: date | None = None
    changed_from: date | None = None
    changed_to: date | None = None
    decided_from: date | None = None
    decided_to: date | None = None
    effect: str | None = None
    overdue: bool = False
    unread: bool = False
    stuck: bool = False


def conditions_of(wanted: ProcessFilter, me: ColumnElement[Any], now: datetime) -> list[ColumnElement[bool]]:
    """What the filter asks of a process, but for the text, which lists look for in their own ways.

    :param me: the reader's id.
    """
    return [*_of_the_process(wanted), *_of_its_people(wanted, me, now)]


def kept_in_order(wanted: ProcessFilter) -> Iterator[ColumnElement[bool]]:
    """Of what the filter asks, what an index has in the order of the last change."""
    if wanted.customer_id is not None:
        yield Process.customer_id == wanted.customer_id
    elif wanted.initiator_id is not None:
        yield Process.initiator_id == wanted.initiator_id
    elif wanted.code and "," not in wanted.code:
        yield Process.code == wanted.code


def between_days(column: SQLColumnExpression[Any], first: date | None, last: date | None) -> Iterator[ColumnElement[bool]]:
    if first is not None:
        yield column >= start_of_day(first)
    if last is not None:
        yield column < end_of_day(last)


def _of_the_process(wanted: ProcessFilter) -> Iterator[ColumnElement[bool]]:
    for column, values in ((Process.code, wanted.code), (Process.state, wanted.state)):
        if values:
            several = values.split(",")
            # Compared to one, an index gives the list's order; compared to several, it does not.
            yield column == several[0] if len(several) == 1 else column.in_(several)
    if wanted.node:
        yield Process.node == wanted.node
    if wanted.customer_id is not None:
        yield Process.customer_id == wanted.customer_id
    if wanted.product_id is not None:
        yield Process.product_ids.contains([wanted.product_id])
    if wanted.initiator_id is not None:
        yield Process.initiator_id == wanted.initiator_id
    if wanted.effect is not None:
        yield Process.effect == wanted.effect
    yield from between_days(Process.started_at, wanted.started_from, wanted.started_to)
    yield from between_days(Process.changed_at, wanted.changed_from, wanted.changed_to)


def _of_its_people(wanted: ProcessFilter, me: ColumnElement[Any], now: datetime) -> Iterator[ColumnElement[bool]]:
    of_it = _task.process_id == Process.id
    if wanted.decided_from or wanted.decided_to:
        days = between_days(_task.settled_at, wanted.decided_from, wanted.decided_to)
        yield select(_task.id).where(of_it, _task.acted_by_id == me, _task.state == "done", *days).exists()
    if wanted.overdue:
        yield select(_task.id).where(of_it, _task.state == "open", _task.due_at < now).exists()
    if wanted.unread:
        yield select(_copy.user_id).where(_copy.process_id == Process.id, _copy.user_id == me, _copy.read_at.is_(None)).exists()
    if wanted.stuck:
        waits = select(_task.process_id).join(User, User.id == _task.user_id).where(_task.state == "open")
        yield Process.state.in_(WAITING)
        # From those who have left, who are few, to what waits for them.
        yield Process.id.in_(waits.where(~User.active))
        yield ~waits.where(of_it, User.active).exists()
