"""Show the monthly rates: what holds, what is accrued, and all that were set (spec, payments.md, "Interest and penalty")."""

from typing import Any

from services.kit.clock import Month
from services.kit.paging import PageRequest
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.store import interest_rates
from services.payments.store.interest_tables import InterestRate


def show_interest_rates(begin: Begin, *, page_size: int, sort: str, cursor: str) -> dict[str, Any]:
    """As the contract's ``InterestRates``."""
    with begin() as work:
        return rates_view(work, PageRequest(page_size, sort, cursor))


def rates_view(work: UnitOfWork, request: PageRequest) -> dict[str, Any]:
    """The rates as they are now, with a page of those that were set."""
    newest = interest_rates.newest_rate(work.session)
    accrued = interest_rates.accrued_months(work.session)
    page = interest_rates.page_of_rates(work.session, request)
    return {
        "version": newest.version if newest else 0,
        "rate": interest_rates.rate_of_month(work.session, Month.of(work.today)),
        "accrued_from": accrued and accrued[0],
        "accrued_through": accrued and accrued[1],
        "items": [_view(rate) for rate in page.items],
        "next_cursor": page.next_cursor,
    }


def _view(rate: InterestRate) -> dict[str, Any]:
    return {
        "version": rate.version,
        "from_month": Month.of(rate.from_month),
        "rate": rate.rate,
        "reason": rate.reason,
        "set_by_id": rate.set_by_id,
        "set_by_name": rate.set_by_name,
        "set_at": rate.set_at,
    }
