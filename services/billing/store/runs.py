"""Billing runs, which are jobs."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.kit.clock import Month
from services.kit.tables import jobs

JOB = "billing_run"


def attempts_of_run(session: Session, month: Month, customer_id: UUID | None) -> tuple[int, UUID | None]:
    """How many runs there were for a month and customer (``None``: all), and the one still under way.

    They are found by their keys (``2026-03:all:1``), under which they are unique.
    """
    prefix = f"{month}:{customer_id or 'all'}:"
    query = select(jobs.c.id, jobs.c.state).where(jobs.c.name == JOB, func.starts_with(jobs.c.key, prefix))
    rows = session.execute(query).all()
    running = [row.id for row in rows if row.state in {"queued", "running"}]
    return len(rows), running[0] if running else None
