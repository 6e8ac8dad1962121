"""Billing runs, which are jobs."""

from uuid import UUID

from sqlalchemy import Uuid, cast, func, or_, select
from sqlalchemy.orm import Session

from services.billing.store.customers import visible_to
from services.billing.store.tables import Customer
from services.kit.caller import Caller
from services.kit.clock import Month
from services.kit.paging import Page, PageRequest, Sorts, fetch_page
from services.kit.tables import jobs

JOB = "billing_run"
SORTS: Sorts = {"created_at": jobs.c.created_at}


def attempts_of_run(session: Session, month: Month, customer_id: UUID | None) -> tuple[int, UUID | None]:
    """How many runs there were for a month and customer (``None``: all), and the one still under way.

    They are found by their keys (``2026-03:all:1``), under which they are unique.
    """
    prefix = f"{month}:{customer_id or 'all'}:"
    query = select(jobs.c.id, jobs.c.state).where(jobs.c.name == JOB, func.starts_with(jobs.c.key, prefix))
    rows = session.execute(query).all()
    running = [row.id for row in rows if row.state in {"queued", "running"}]
    return len(rows), running[0] if running else None


def page_of_runs(session: Session, caller: Caller, request: PageRequest, *, month: Month | None) -> Page:
    """The ids of the runs over all customers, and of those for one that the caller sees; the newest first."""
    customer_id = jobs.c.params["customer_id"].astext
    is_seen = select(Customer.id).where(Customer.id == cast(customer_id, Uuid), visible_to(caller)).exists()
    query = select(jobs.c.id).where(jobs.c.name == JOB, or_(customer_id.is_(None), is_seen))
    if month is not None:
        query = query.where(func.starts_with(jobs.c.key, f"{month}:"))
    return fetch_page(session, query, request, sorts=SORTS, default_sort="-created_at", key=jobs.c.id)
