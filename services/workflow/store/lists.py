"""Lists of processes: to do, done, started, and all that one may see."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, null, or_, select
from sqlalchemy.orm import Session

from services.kit.caller import Caller
from services.kit.clock import end_of_day, start_of_day
from services.kit.paging import Page, PageRequest, Sorts, fetch_page
from services.workflow.store.processes import HIDDEN_STATES, visible_to
from services.workflow.store.tables import Process, Task

_SORTS: Sorts = {"changed_at": Process.changed_at, "started_at": Process.started_at, "title": Process.title}
_TODO_SORTS: Sorts = {"waiting_since": Task.opened_at, **_SORTS}


@dataclass(frozen=True)
class ProcessFilter:
    """What a list is narrowed to; ``None`` and empty for everything.

    :param started_from: the first day of the start, in Shanghai.
    :param started_to: the last one, inclusive.
    :param text: part of the title, the subject's name or the initiator's.
    """

    code: str | None = None
    state: str | None = None
    customer_id: UUID | None = None
    text: str = ""
    started_from: date | None = None
    started_to: date | None = None


def page_of_todo(session: Session, caller: Caller, wanted: ProcessFilter, request: PageRequest) -> Page:
    """Processes that wait for the caller, with his or her task; the newest first."""
    query = select(Process, Task.id.label("task_id"), Task.opened_at).join(Task, Task.process_id == Process.id)
    query = query.where(Task.user_id == _me(caller), Task.state == "open")
    if wanted.code is not None:
        query = query.where(Task.code == wanted.code)
    query = query.where(*_conditions(wanted))
    return fetch_page(session, query, request, sorts=_TODO_SORTS, default_sort="-waiting_since", key=Task.id)


def page_of_box(session: Session, caller: Caller, today: date, box: str, wanted: ProcessFilter, request: PageRequest) -> Page:
    """Processes that the caller has acted on, has started, or may see; the one changed last first."""
    own_task = and_(Task.process_id == Process.id, Task.user_id == _me(caller), Task.state == "open")
    query: Select[*tuple[Any, ...]] = select(Process, Task.id.label("task_id"), Task.opened_at).outerjoin(Task, own_task)
    query = query.where(_in_box(caller, today, box), *_conditions(wanted))
    return fetch_page(session, query, request, sorts=_SORTS, default_sort="-changed_at", key=Process.id)


def counts_by_code(session: Session, caller: Caller, today: date, box: str) -> dict[str, int]:
    """How many processes of each kind lie in a box."""
    if box == "todo":
        query = select(Task.code, func.count()).where(Task.user_id == _me(caller), Task.state == "open").group_by(Task.code)
    else:
        query = select(Process.code, func.count()).where(_in_box(caller, today, box)).group_by(Process.code)
    return {row[0]: row[1] for row in session.execute(query)}


def _in_box(caller: Caller, today: date, box: str) -> ColumnElement[bool]:
    if box == "done":
        # Only what one decided oneself: a task that somebody else settled was not done by its other handlers.
        return Process.id.in_(select(Task.process_id).where(Task.user_id == _me(caller), Task.state == "done"))
    if box == "started":
        return and_(Process.initiator_id == _me(caller), Process.state.not_in(HIDDEN_STATES))
    return visible_to(caller, today)


def _conditions(wanted: ProcessFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.code is not None:
        conditions.append(Process.code == wanted.code)
    if wanted.state is not None:
        conditions.append(Process.state == wanted.state)
    if wanted.customer_id is not None:
        conditions.append(Process.customer_id == wanted.customer_id)
    if wanted.started_from is not None:
        conditions.append(Process.started_at >= start_of_day(wanted.started_from))
    if wanted.started_to is not None:
        conditions.append(Process.started_at < end_of_day(wanted.started_to))
    if wanted.text:
        texts = (Process.title, Process.subject_name, Process.initiator_name)
        conditions.append(or_(*(text.icontains(wanted.text, autoescape=True) for text in texts)))
    return conditions


def _me(caller: Caller) -> ColumnElement[Any]:
    """The caller's id; nobody's for a caller who is no person."""
    return literal(UUID(caller.user_id)) if caller.user_id else null()
