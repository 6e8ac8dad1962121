"""What this service has prepared for processes, and what people have been told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.customer.store.tables import FunnelNotice, PreparedProcess


def lock_process(session: Session, process_id: UUID, code: str, now: datetime) -> tuple[PreparedProcess, bool]:
    """The process's row, locked; written as ``released``, holding nothing, if there was none.

    :returns: the row, and whether it is new.
    """
    added = session.execute(
        insert(PreparedProcess)
        .values(process_id=process_id, code=code, state="released", version=0, changed_at=now)
        .on_conflict_do_nothing()
        .returning(PreparedProcess.process_id)
    ).first()
    query = select(PreparedProcess).where(PreparedProcess.process_id == process_id).with_for_update()
    return session.scalars(query).one(), added is not None


def is_in_process(session: Session, product_id: UUID) -> bool:
    """Whether a running process is about this product."""
    running = exists().where(PreparedProcess.product_id == product_id, PreparedProcess.state == "prepared")
    return bool(session.scalar(select(running)))


def note_told(session: Session, rows: list[dict[str, Any]]) -> set[tuple[UUID, str, str]]:
    """Write funnel notices, each once: ``customer_id``, ``rule``, ``period``, ``told_at``.

    :returns: the keys of those that had not been written before.
    """
    if not rows:
        return set()
    told = session.execute(
        insert(FunnelNotice)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(FunnelNotice.customer_id, FunnelNotice.rule, FunnelNotice.period)
    )
    return {(row.customer_id, row.rule, row.period) for row in told}
