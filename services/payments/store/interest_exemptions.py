"""Queries about the accounts that are left out of interest and penalty."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select, text
from sqlalchemy.orm import Session

from services.kit.clock import Month
from services.kit.paging import Page, PageRequest, Sorts, fetch_page
from services.payments.domain.interest import ExemptPeriod as Period
from services.payments.store.account_tables import Account
from services.payments.store.interest_tables import ExemptPeriod, InterestExemption
from services.payments.store.tables import Customer

SORTS: Sorts = {"identifier": Account.identifier, "customer": Customer.name}


def newest_exemption(session: Session, account_id: UUID) -> InterestExemption | None:
    """The account's newest version; whoever sets the next holds its customer's lock."""
    mine = InterestExemption.account_id == account_id
    return session.scalar(select(InterestExemption).where(mine).order_by(InterestExemption.version.desc()).limit(1))


def insert_exemption(
    session: Session, exemption: dict[str, Any], customer_id: UUID, periods: Sequence[Period]
) -> InterestExemption:
    """Add a version, whose periods hold from now on."""
    mine = ExemptPeriod.account_id == exemption["account_id"]
    session.execute(delete(ExemptPeriod).where(mine).execution_options(synchronize_session=False))
    rows = [
        {
            "account_id": exemption["account_id"],
            "from_month": period.from_month.first_day,
            "to_month": period.to_month and period.to_month.first_day,
            "customer_id": customer_id,
        }
        for period in periods
    ]
    if rows:
        session.execute(insert(ExemptPeriod), rows)
    added = InterestExemption(**exemption)
    session.add(added)
    session.flush()
    return added


_MARK: Final = text(
    """
    INSERT INTO interest_marks (customer_id, bill_id)
    SELECT customer_id, bill_id FROM receivables
     WHERE customer_id = :customer AND due_on < (SELECT max(month) FROM interest_months)
       AND shares @> jsonb_build_array(jsonb_build_object('account_id', CAST(:account AS text)))
     UNION ALL
    SELECT :customer, NULL
     WHERE EXISTS (SELECT FROM interest_months)
       AND EXISTS (SELECT FROM prepaid_movements WHERE customer_id = :customer AND account_id = CAST(:account AS uuid))
    """
)


def mark_account(session: Session, customer_id: UUID, account_id: UUID) -> None:
    """Have the next run look again at every accrued month of the account's bills, and of its customer's prepaid money."""
    session.execute(_MARK, {"customer": customer_id, "account": str(account_id)})


def page_of_exemptions(
    session: Session,
    request: PageRequest,
    *,
    customer_id: UUID | None,
    account_id: UUID | None,
    q: str,
    month: Month | None,
    every: bool,
) -> Page:
    """Rows of (account, customer's name, newest exemption or none), by identifier unless sorted otherwise.

    :param every: accounts that were never left out, too.
    """
    newest = (
        select(InterestExemption.account_id, func.max(InterestExemption.version).label("version"))
        .group_by(InterestExemption.account_id)
        .subquery()
    )
    query = (
        select(Account, Customer.name.label("customer_name"), InterestExemption)
        .join(Customer, Customer.id == Account.customer_id)
        .join(newest, newest.c.account_id == Account.id, isouter=every)
        .join(
            InterestExemption,
            (InterestExemption.account_id == Account.id) & (InterestExemption.version == newest.c.version),
            isouter=every,
        )
    )
    if customer_id is not None:
        query = query.where(Account.customer_id == customer_id)
    if account_id is not None:
        query = query.where(Account.id == account_id)
    if q:
        query = query.where(or_(Account.identifier.icontains(q, autoescape=True), Customer.name.icontains(q, autoescape=True)))
    if month is not None:
        query = query.where(_is_exempt_in(month.first_day))
    return fetch_page(session, query, request, sorts=SORTS, default_sort="identifier", key=Account.id)


def _is_exempt_in(month: date) -> Any:
    period = select(ExemptPeriod).where(ExemptPeriod.account_id == Account.id, ExemptPeriod.from_month <= month)
    return period.where(or_(ExemptPeriod.to_month.is_(None), ExemptPeriod.to_month >= month)).exists()
