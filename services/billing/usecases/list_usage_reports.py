"""List the reports of usage that came, and the files (spec, billing.md, "Usage")."""

from services.billing.store.usage_reports import page_of_imports, page_of_reports
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_usage_reports(
    begin: Begin, *, source: str | None, way: str | None, counted: bool | None, page_size: int, sort: str, cursor: str
) -> Page:
    """Reports whichever way they came, the latest first; those that a correction has replaced among them."""
    with begin() as work:
        request = PageRequest(page_size, sort, cursor)
        return page_of_reports(work.session, request, source=source, way=way, is_counted=counted)


def list_usage_imports(begin: Begin, *, state: str | None, page_size: int, sort: str, cursor: str) -> Page:
    """Files, the latest first."""
    with begin() as work:
        return page_of_imports(work.session, PageRequest(page_size, sort, cursor), state=state)
