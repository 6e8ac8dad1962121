"""The processes that billing was asked about. Whoever acts for a process holds its row: a late event and a new request wait for
each other, and the older of them does nothing."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.billing.store.tables import Process
from services.kit.envelope import Event
from services.kit.errors import Conflict

ENDED = {"withdrawn": "process_withdrawn", "archived": "process_archived"}


def hold_process(session: Session, process_id: UUID, code: str, version: int) -> Process:
    """Lock the process's row for a request that reserves.

    :raises Conflict: ``process_withdrawn``, ``process_archived``; ``process_changed``, if it has gone on since the question
        was put.
    """
    process = _lock(session, process_id, code)
    if process.state in ENDED:
        raise Conflict(ENDED[process.state])
    if version < process.version:
        raise Conflict("process_changed")
    process.state = "held"
    process.version = version
    return process


def end_process(session: Session, event: Event, state: str) -> bool:
    """Lock the row for an event that releases (``state`` is ``released`` or ``withdrawn``) or archives.

    :returns: whether there is anything to do: not for a rejection older than what was reserved since, nor after the end.
    """
    process = _lock(session, UUID(event.data["process_id"]), event.data["code"])
    if state == "released" and 0 < event.aggregate_version <= process.version:
        return False
    process.version = max(process.version, event.aggregate_version)
    if process.state in ENDED:
        return False
    process.state = state
    return True


def lock_process(session: Session, process_id: UUID) -> None:
    """Lock the row of a process that is known, for an event that is not workflow's; before whatever the process holds."""
    session.execute(select(Process.state).where(Process.process_id == process_id).with_for_update())


def reopen_process(session: Session, process_id: UUID) -> int:
    """An archived process whose effect could not be put into force: told of again, it is acted on again.

    :returns: the version of the ``process_archived`` that asked for it last.
    """
    archived = update(Process).where(Process.process_id == process_id).values(state="held")
    return session.scalars(archived.returning(Process.version)).one()


def _lock(session: Session, process_id: UUID, code: str) -> Process:
    row = {"process_id": process_id, "code": code, "version": 0, "state": "held"}
    session.execute(insert(Process).values(row).on_conflict_do_nothing())
    return session.scalars(select(Process).where(Process.process_id == process_id).with_for_update()).one()
