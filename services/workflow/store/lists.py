"""Lists of processes: to do, done, started, copied, and all that one may see (spec, workflow.md, "Lists")."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    SQLColumnExpression,
    Subquery,
    Uuid,
    and_,
    any_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from services.kit.caller import Caller
from services.kit.paging import Page, PageRequest, Sorts, fetch_page, from_cursor
from services.kit.planning import plan_for_values
from services.workflow.domain.searched_texts import AskedText
from services.workflow.store.deputies import principals_of
from services.workflow.store.process_filters import ProcessFilter, between_days, conditions_of, kept_in_order
from services.workflow.store.process_texts import few_with_text, has_text, ids_with_text, is_common
from services.workflow.store.processes import HIDDEN_STATES, ids_visible_to, visible_to
from services.workflow.store.tables import Copy, Process, Task

_own, _of_task = aliased(Task), aliased(Process)

_NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)

_FEW_MAX: Final = 300
"""So many processes that have a text are found before they are sorted."""
_WALK_MAX: Final = 2_000
"""So many rows are asked, in the list's order, whether they have it, where more than that have."""

_FEW_SEEN_MAX: Final = 5_000
"""Of somebody who sees so many, each is asked for the text; of somebody who sees more, the newest of all are."""

_SORTS: Final[Sorts] = {"changed_at": Process.changed_at, "started_at": Process.started_at}
_TODO_SORTS: Final[Sorts] = {"waiting_since": Task.opened_at, "due_at": func.coalesce(Task.due_at, _NEVER), **_SORTS}
_DONE_SORTS: Final[Sorts] = {"decided_at": Task.settled_at, **_SORTS}
_COPIED_SORTS: Final[Sorts] = {
    "copied_at": Copy.at,
    "unread": Copy.listed_at,
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
    listed = _BOXES[box](session, reader, wanted)
    asked = AskedText.of(wanted.text)
    return listed.page(session, request) if asked is None else _page_with_text(session, listed, asked, request)


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


def processes_of_customer(caller: Caller, today: date, customer_id: UUID) -> Select[UUID]:
    """The ids of the processes about a customer that the caller may see."""
    return select(Process.id).where(Process.customer_id == customer_id, visible_to(caller, today))


@dataclass(frozen=True)
class _List:
    """
    :param query: a process with what the box says of it; the box's rows that pass the filter, without order or limit.
    :param walked: the key of each of the box's rows, or of more, as an index has them in the list's order: nothing that it would
        have to look for.
    :param seen: the processes in the box, where no index has them in the list's order.
    """

    query: Select[*tuple[Any, ...]]
    walked: Select[UUID]
    sorts: Sorts
    default_sort: str
    key: SQLColumnExpression[Any]
    seen: Select[UUID] | None = None

    def page(self, session: Session, request: PageRequest, *conditions: ColumnElement[bool]) -> Page:
        query = self.query.where(*conditions)
        return fetch_page(session, query, request, sorts=self.sorts, default_sort=self.default_sort, key=self.key)

    def begun(self, request: PageRequest) -> Subquery:
        """The first of ``walked`` where the page begins, with what the list is sorted by."""
        walked = from_cursor(self.walked, request, sorts=self.sorts, default_sort=self.default_sort, key=self.key)
        return walked.add_columns(self.sorted_by(request).label("sort")).limit(_WALK_MAX).subquery("begun")

    def sorted_by(self, request: PageRequest) -> SQLColumnExpression[Any]:
        return self.sorts[(request.sort or self.default_sort).removeprefix("-")]


def _page_with_text(session: Session, listed: _List, asked: AskedText, request: PageRequest) -> Page:
    """What few processes have is found by the index. What many have stands soon in the list's order; only if it does not, or the
    reader sees few, all that have it are sorted. See decision 0012."""
    plan_for_values(session)
    if not is_common(session, asked):
        few = few_with_text(session, asked, _FEW_MAX)
        if few is not None:
            # One array, and not as many parameters: the statement need not be written anew for each call.
            return listed.page(session, request, Process.id == any_(cast(few, ARRAY(Uuid))))
    elif listed.seen is None or not _are_few(session, listed.seen):
        begun = listed.begun(request)
        # Equal in the sort as well: so it is known that what begins in the list's order goes on in it, up to a full page.
        same = and_(begun.c.id == listed.key, begun.c.sort == listed.sorted_by(request))
        page = replace(listed, query=listed.query.join(begun, same)).page(session, request, has_text(asked))
        if page.next_cursor is not None or session.scalars(select(func.count()).select_from(begun)).one() < _WALK_MAX:
            return page
    return listed.page(session, request, Process.id.in_(ids_with_text(asked, listed.seen)))


def _are_few(session: Session, ids: Select[UUID]) -> bool:
    some = ids.limit(_FEW_SEEN_MAX + 1).subquery()
    return session.scalars(select(func.count()).select_from(some)).one() <= _FEW_SEEN_MAX


def _todo(session: Session, reader: Reader, wanted: ProcessFilter) -> _List:
    """What waits for the reader, or for somebody whose deputy he or she is today; one row a task."""
    waiting = _waiting_for(session, reader)
    of_tasks = Task.process_id == Process.id
    query = select(Process, Task).join(Task, of_tasks).where(*waiting, *conditions_of(wanted, reader.me, reader.now))
    if wanted.code and "," not in wanted.code:
        query = query.where(Task.code == wanted.code)  # the tasks' index has it, too
    if wanted.overdue:
        query = query.where(Task.due_at < reader.now)
    walked = select(Task.id).join(Process, of_tasks).where(*waiting)
    return _List(query, walked, _TODO_SORTS, "-waiting_since", Task.id)


def _done(_: Session, reader: Reader, wanted: ProcessFilter) -> _List:
    """What the reader acted on, with the last time: a task that somebody else settled was not done by its other handlers."""
    same = and_(_own.process_id == Task.process_id, _own.acted_by_id == reader.me, _own.state == "done")
    is_later = tuple_(_own.settled_at, _own.id) > tuple_(Task.settled_at, Task.id)
    in_days = tuple(between_days(_own.settled_at, wanted.decided_from, wanted.decided_to))
    query = select(Process, Task).join(Task, Task.process_id == Process.id).where(*_done_by(reader))
    query = query.where(*between_days(Task.settled_at, wanted.decided_from, wanted.decided_to))
    query = query.where(~select(_own.id).where(same, is_later, *in_days).exists(), *conditions_of(wanted, reader.me, reader.now))
    walked = select(Task.id).join(Process, Process.id == Task.process_id).where(*_done_by(reader))
    return _List(query, walked, _DONE_SORTS, "-decided_at", Task.id)


def _copied(_: Session, reader: Reader, wanted: ProcessFilter) -> _List:
    """What was copied to the reader: the unread first, and of those the newest."""
    of_copies, own = Copy.process_id == Process.id, Copy.user_id == reader.me
    query = select(Process, Copy).join(Copy, of_copies).where(own, *conditions_of(wanted, reader.me, reader.now))
    walked = select(Process.id).join(Copy, of_copies).where(own)
    return _List(query, walked, _COPIED_SORTS, "-unread", Process.id)


def _started(session: Session, reader: Reader, wanted: ProcessFilter) -> _List:
    """What the reader has started; the one changed last first."""
    in_box = _started_by(session, reader)
    return _List(_processes(reader, wanted, in_box), select(Process.id).where(in_box), _SORTS, "-changed_at", Process.id)


def _visible(_: Session, reader: Reader, wanted: ProcessFilter) -> _List:
    """What the reader may see; the one changed last first."""
    query = _processes(reader, wanted, visible_to(reader.caller, reader.today))
    walked = select(Process.id).where(*kept_in_order(wanted))
    # Asked for by a text alone, and long to put together.
    seen = ids_visible_to(reader.caller, reader.today) if wanted.text else None
    return _List(query, walked, _SORTS, "-changed_at", Process.id, seen)


_BOXES: Final = {"todo": _todo, "done": _done, "started": _started, "copied": _copied, "visible": _visible}


def _processes(reader: Reader, wanted: ProcessFilter, in_box: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Each with the reader's own open task, if it has one."""
    own = select(_own.id).where(_own.process_id == Process.id, _own.user_id == reader.me, _own.state == "open")
    # One may be asked to decide and, by somebody else, for advice: a process is in the list once.
    first = own.order_by(_own.kind.desc(), _own.id).limit(1).scalar_subquery()
    query: Select[*tuple[Any, ...]] = select(Process, Task).outerjoin(Task, Task.id == first)
    return query.where(in_box, *conditions_of(wanted, reader.me, reader.now))


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
