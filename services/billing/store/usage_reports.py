"""Reports of usage that came, and the files they came in."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.orm import Session

from services.billing.store.usage_tables import UsageImport, UsageReport
from services.kit.paging import Page, PageRequest, Sorts, fetch_page

_REPORTS_LOCK: Final = 0x5245

REPORT_SORTS: Final[Sorts] = {"recorded_at": UsageReport.recorded_at}
IMPORT_SORTS: Final[Sorts] = {"created_at": UsageImport.created_at}


def lock_reports(session: Session, source: str, report_ids: Iterable[str]) -> None:
    """Reports of these ids wait for each other: an original and its correction that come at once."""
    key = func.hashtextextended(literal(source) + "\t" + bindparam("report_id"), _REPORTS_LOCK)
    for report_id in sorted(report_ids):
        session.execute(select(func.pg_advisory_xact_lock(key)), {"report_id": report_id})


def find_report(session: Session, source: str, report_id: str) -> UsageReport | None:
    return session.scalar(select(UsageReport).where(UsageReport.source == source, UsageReport.report_id == report_id))


def find_correction_of(session: Session, source: str, report_id: str) -> UsageReport | None:
    return session.scalar(select(UsageReport).where(UsageReport.source == source, UsageReport.replaces == report_id))


def page_of_reports(
    session: Session,
    request: PageRequest,
    *,
    source: str | None,
    way: str | None,
    is_counted: bool | None,
) -> Page:
    """Reports, the latest first."""
    query = select(UsageReport)
    if source:
        query = query.where(UsageReport.source == source)
    if way:
        query = query.where(UsageReport.way == way)
    if is_counted is not None:
        query = query.where(UsageReport.is_counted == is_counted)
    return fetch_page(session, query, request, sorts=REPORT_SORTS, default_sort="-recorded_at", key=UsageReport.id)


def page_of_imports(session: Session, request: PageRequest, *, state: str | None) -> Page:
    """Files, the latest first."""
    query = select(UsageImport)
    if state:
        query = query.where(UsageImport.state == state)
    return fetch_page(session, query, request, sorts=IMPORT_SORTS, default_sort="-created_at", key=UsageImport.id)
