"""List the accounts that are left out of interest and penalty (spec, payments.md, "Interest and penalty")."""

from typing import Any
from uuid import UUID

from services.kit.clock import Month
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin
from services.payments.domain.interest import ExemptPeriod
from services.payments.store.account_tables import Account
from services.payments.store.interest_exemptions import page_of_exemptions
from services.payments.store.interest_tables import InterestExemption


def list_interest_exemptions(
    begin: Begin,
    *,
    customer_id: UUID | None,
    account_id: UUID | None,
    q: str,
    month: Month | None,
    all: bool,  # noqa: A002  # as the query says it
    page_size: int,
    sort: str,
    cursor: str,
) -> Page:
    """A page of those that were ever left out, or with ``all`` of every account."""
    with begin() as work:
        page = page_of_exemptions(
            work.session,
            PageRequest(page_size, sort, cursor),
            customer_id=customer_id,
            account_id=account_id,
            q=q.strip(),
            month=month,
            every=all,
        )
        this_month = Month.of(work.today)
        views = [exemption_view(row[0], row.customer_name, row[2], this_month) for row in page.items]
        return Page(views, page.next_cursor)


def exemption_view(
    account: Account, customer_name: str, exemption: InterestExemption | None, this_month: Month
) -> dict[str, Any]:
    """An account with its newest exemption, as the contract's ``InterestExemption``."""
    periods = periods_of(exemption)
    return {
        "account_id": account.id,
        "identifier": account.identifier,
        "customer_id": account.customer_id,
        "customer_name": customer_name,
        "periods": [{"from_month": period.from_month, "to_month": period.to_month} for period in periods],
        "is_exempt": any(period.covers(this_month) for period in periods),
        "version": exemption.version if exemption else 0,
        "reason": exemption and exemption.reason,
        "set_by_id": exemption and exemption.set_by_id,
        "set_by_name": exemption and exemption.set_by_name,
        "set_at": exemption and exemption.set_at,
    }


def periods_of(exemption: InterestExemption | None) -> list[ExemptPeriod]:
    """The periods as they were written down."""
    return [
        ExemptPeriod(Month.parse(period["from_month"]), Month.parse(period["to_month"]) if period["to_month"] else None)
        for period in (exemption.periods if exemption else ())
    ]
