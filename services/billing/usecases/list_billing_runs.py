"""List billing runs (spec, billing.md, "Bills": "with a progress anyone may watch")."""

from services.billing.store.runs import page_of_runs
from services.billing.usecases.show_billing_run import as_run
from services.kit.clock import Month
from services.kit.jobs import job_statuses
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_billing_runs(begin: Begin, *, month: Month | None, page_size: int, sort: str, cursor: str) -> Page:
    """A page of the runs over all customers, and of those for one that the caller sees."""
    with begin() as work:
        page = page_of_runs(work.session, work.caller, PageRequest(page_size, sort, cursor), month=month)
        return Page([as_run(status) for status in job_statuses(work, page.items)], page.next_cursor)
