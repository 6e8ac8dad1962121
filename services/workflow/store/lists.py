"""Lists of processes: to do, done, started, copied, and all that one may see (spec, workflow.md, "Lists")."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, Select, and_, case, cast, func, literal, null, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from services.kit.caller import Caller
from services.kit.paging import Page, PageRequest, Sorts, fetch_page
from services.workflow.store.deputies import principals_of
from services.workflow.store.process_filters import ProcessFilter, between_days, conditions_of
from services.workflow.store.processes import HIDDEN_STATES, visible_to
from services.workflow.store.tables import Copy, Process, Task

_own, _of_task = aliased(Task), aliased(Process)

_NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
_UNREAD_AHEAD: Final = 10**11
"""More seconds than any instant has."""

_SORTS: Final[Sorts] = {"changed_at": Process.changed_at, "started_at": Process.started_at}
_TODO_SORTS: Final[Sorts] = {"waiting_since": Task.opened_at, "due_at": func.coalesce(Task.due_at, _NEVER), **_SORTS}
_DONE_SORTS: Final[Sorts] = {"decided_at": Task.settled_at, **_SORTS}
_COPIED_SORTS: Final[Sorts] = {
    "copied_at": Copy.at,
    "unread": cast(func.extract("epoch", Copy.at), Numeric) + case((Copy.read_at.is_(None), _UNREAD_AHEAD), else_=0),
    **_SORTS,
}


@dataclass(frozen=True)
class Reader:
    """Whose list it is.

    :param now: when it is read: what is overdue depends on it, and on its day in Shanghai whose deputy the reader is.
    """

    caller: Caller
    now: datetime
    today: date

    @property
    def me(self) -> ColumnElement[Any]:
        """The reader's id; nobody's for a caller who is no person."""
        return literal(UUID(self.caller.user_id)) if self.caller.user_id else null()


@dataclass(frozen=True)
class Count:
    """How many processes (to do: tasks) of a kind lie in a box; how many are overdue (to do) or unread (copied)."""

    count: int
    overdue: int = 0
    unread: int = 0


def page_of_box(session: Session, reader: Reader, box: str, wanted: ProcessFilter, request: PageRequest) -> Page:
    """Rows of a process with what the box says of it: to do and done, the task; copied, the copy. Each box has its own order."""
    if box == "todo":
        return _page_of_todo(session, reader, wanted, request)
    if box == "done":
        return _page_of_done(session, reader, wanted, request)
    if box == "copied":
        return _page_of_copied(session, reader, wanted, request)
    condition = _started_by(session, reader) if box == "started" else visible_to(reader.caller, reader.today)
    return _page_of_processes(session, reader, condition, wanted, request)


def counts_by_code(session: Session, reader: Reader, box: str) -> dict[str, Count]:
    """How much of each kind lies in a box."""
    count = func.count()
    if box == "todo":
        overdue = func.count().filter(Task.due_at < reader.now)
        query = select(Task.code, count, overdue, literal(0)).where(*_waiting_for(session, reader)).group_by(Task.code)
    elif box == "done":
        count = func.count(Task.process_id.distinct())
        query = select(Task.code, count, literal(0), literal(0)).where(*_done_by(reader)).group_by(Task.code)
    elif box == "copied":
        unread = func.count().filter(Copy.read_at.is_(None))
        query = select(Process.code, count, literal(0), unread).join(Copy, Copy.process_id == Process.id)
        query = query.where(Copy.user_id == reader.me).group_by(Process.code)
    else:
        query = select(Process.code, count, literal(0), literal(0)).where(_started_by(session, reader)).group_by(Process.code)
    return {code: Count(*numbers) for code, *numbers in session.execute(query)}


def _page_of_todo(session: Session, reader: Reader, wanted: ProcessFilter, request: PageRequest) -> Page:
    """What waits for the reader, or for somebody whose deputy he or she is today; one row a task."""
    query = select(Process, Task).join(Task, Task.process_id == Process.id)
    query = query.where(*_waiting_for(session, reader), *conditions_of(wanted, reader.me, reader.now))
    if wanted.code and "," not in wanted.code:
        query = query.where(Task.code == wanted.code)  # the tasks' index has it, too
    if wanted.overdue:
        query = query.where(Task.due_at < reader.now)
    return fetch_page(session, query, request, sorts=_TODO_SORTS, default_sort="-waiting_since", key=Task.id)


def _page_of_done(session: Session, reader: Reader, wanted: ProcessFilter, request: PageRequest) -> Page:
    """What the reader acted on, with the last time: a task that somebody else settled was not done by its other handlers."""
    same = and_(_own.process_id == Task.process_id, _own.acted_by_id == reader.me, _own.state == "done")
    is_later = tuple_(_own.settled_at, _own.id) > tuple_(Task.settled_at, Task.id)
    in_days = tuple(between_days(_own.settled_at, wanted.decided_from, wanted.decided_to))
    query = select(Process, Task).join(Task, Task.process_id == Process.id).where(*_done_by(reader))
    query = query.where(*between_days(Task.settled_at, wanted.decided_from, wanted.decided_to))
    query = query.where(~select(_own.id).where(same, is_later, *in_days).exists(), *conditions_of(wanted, reader.me, reader.now))
    return fetch_page(session, query, request, sorts=_DONE_SORTS, default_sort="-decided_at", key=Task.id)


def _page_of_copied(session: Session, reader: Reader, wanted: ProcessFilter, request: PageRequest) -> Page:
    """What was copied to the reader: the unread first, and of those the newest."""
    query = select(Process, Copy).join(Copy, Copy.process_id == Process.id).where(Copy.user_id == reader.me)
    query = query.where(*conditions_of(wanted, reader.me, reader.now))
    return fetch_page(session, query, request, sorts=_COPIED_SORTS, default_sort="-unread", key=Process.id)


def _page_of_processes(
    session: Session, reader: Reader, in_box: ColumnElement[bool], wanted: ProcessFilter, request: PageRequest
) -> Page:
    """What the reader has started, or may see: with his or her own open task, if it has one; the one changed last first."""
    own = select(_own.id).where(_own.process_id == Process.id, _own.user_id == reader.me, _own.state == "open")
    # One may be asked to decide and, by somebody else, for advice: a process is in the list once.
    first = own.order_by(_own.kind.desc(), _own.id).limit(1).scalar_subquery()
    query: Select[*tuple[Any, ...]] = select(Process, Task).outerjoin(Task, Task.id == first)
    query = query.where(in_box, *conditions_of(wanted, reader.me, reader.now))
    return fetch_page(session, query, request, sorts=_SORTS, default_sort="-changed_at", key=Process.id)


def _waiting_for(session: Session, reader: Reader) -> tuple[ColumnElement[bool], ...]:
    """Open tasks of the reader's, and of those whose deputy he or she is."""
    principals: list[UUID] = []
    if reader.caller.user_id:
        principals = list(session.scalars(principals_of(UUID(reader.caller.user_id), reader.today)))
    # Alone, the index gives the list's order.
    whose: ColumnElement[bool] = Task.user_id == reader.me
    if principals:
        initiator = func.coalesce(_of_task.successor_id, _of_task.initiator_id)
        # Nobody approves his own in another's name.
        own = select(_of_task.id).where(_of_task.id == Task.process_id, initiator == reader.me).exists()
        whose |= Task.user_id.in_(principals) & ~own
    return whose, Task.state == "open"


def _done_by(reader: Reader) -> tuple[ColumnElement[bool], ...]:
    return Task.acted_by_id == reader.me, Task.state == "done"


def _started_by(session: Session, reader: Reader) -> ColumnElement[bool]:
    """What the reader has started, or is the initiator of since that one has left."""
    own, taken_over = Process.initiator_id == reader.me, Process.successor_id == reader.me
    # Hardly anybody is a successor; for all others, the index of what one has started gives the list's order.
    has_some = session.scalar(select(select(Process.id).where(taken_over).exists()))
    return and_(or_(own, taken_over) if has_some else own, Process.state.not_in(HIDDEN_STATES))
