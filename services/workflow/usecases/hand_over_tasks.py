"""Hand over what people who have left leave behind: their open tasks, and the processes that they have started."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final
from uuid import UUID

from sqlalchemy import Row, select, update

from services.kit.audit import AuditEntry
from services.kit.errors import Refusal
from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.domain.handing import reassign
from services.workflow.domain.history import ACTIVE, Entry
from services.workflow.domain.seats import Handler
from services.workflow.store import directory
from services.workflow.store.processes import dossier_of, lock_any
from services.workflow.store.tables import Process, Task, User
from services.workflow.store.tasks import tasks_of_leavers
from services.workflow.usecases.write_turn import write_turn

BATCH_SIZE: Final = 200
_WORDS: Final = ("{name} 已离职，由 {to} 接手", "{name} has left; {to} takes over")


def hand_over_tasks(begin: Begin) -> int:
    """To whoever was named to take over. Each process is a transaction of its own: killed, it goes on where it was.

    Tasks of leavers without a successor stay, and are listed as stuck for an administrator; so do those that the successor cannot
    take over, as he or she is asked at that node anyway, has started the process, or nobody could act at the next node.

    :returns: how many tasks were handed over.
    """
    with begin() as work:
        _name_successors(work)
    handed_over, after = 0, None
    while left := _left_after(begin, after):
        for row in left:
            after = (row.process_id, row.task_id)
            with suppress(Refusal), begin() as work:
                handed_over += _hand_over(work, *after)
    return handed_over


def _left_after(begin: Begin, after: tuple[UUID, UUID] | None) -> Sequence[Row[UUID, UUID]]:
    with begin() as work:
        return tasks_of_leavers(work.session, after, BATCH_SIZE)


def _name_successors(work: UnitOfWork) -> None:
    """Whoever takes over from a leaver acts as the initiator of what is not ended."""
    leaver, successor = User.__table__.alias("leaver"), User.__table__.alias("successor")
    acting = Process.successor_id.is_not(None) & (Process.successor_id == leaver.c.id)
    statement = (
        update(Process)
        .where(
            Process.state.in_([*ACTIVE, "rejected"]),
            acting | (Process.successor_id.is_(None) & (Process.initiator_id == leaver.c.id)),
            ~leaver.c.active,
            successor.c.id == leaver.c.successor_id,
            successor.c.active,
        )
        .values(successor_id=successor.c.id, successor_name=successor.c.name)
        .returning(Process.id, leaver.c.name, Process.successor_name)
    )
    rows = work.session.execute(statement.execution_options(synchronize_session=False))
    work.audit_all(
        [
            AuditEntry(
                "initiator_replaced", ("process", process_id), {"initiator": name}, {"initiator": to}, "the initiator has left"
            )
            for process_id, name, to in rows
        ]
    )


def _hand_over(work: UnitOfWork, process_id: UUID, task_id: UUID) -> bool:
    """
    :returns: ``False`` if somebody has dealt with it meanwhile.
    :raises Refusal: if the successor cannot take it over.
    """
    process = lock_any(work.session, process_id)
    task = work.session.scalars(select(Task).where(Task.id == task_id, Task.state == "open")).first()
    if process is None or task is None:
        return False
    successor_id = work.session.scalars(select(User.successor_id).where(User.id == task.user_id)).one()
    if successor_id is None:
        return False
    dossier = dossier_of(work.session, process)
    to = directory.taker(work.session, successor_id)
    zh, en = (words.format(name=task.user_name, to=to.name) for words in _WORDS)
    principal = Handler(str(task.user_id), task.user_name, task.role)
    entry = Entry("reassigned", task.node, work.now, principal=principal, opinion=zh, opinion_en=en, to=to)
    handlers = directory.handlers_of_process(work.session, dossier.definition, process)
    write_turn(work, dossier, reassign(dossier.definition, dossier.state, entry, dossier.values, handlers))
    return True
