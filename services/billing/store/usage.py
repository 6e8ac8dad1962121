"""What is read of usage: of a report just counted, of an account's name, of a month. By the daily sums, never the raw lines."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Row, Uuid, func, literal, select
from sqlalchemy.orm import Session

from services.billing.store.account_names import is_known, join_accounts
from services.billing.store.customers import visible_to
from services.billing.store.tables import Account, Customer, Product
from services.billing.store.usage_staging import staged_accounts
from services.billing.store.usage_tables import DailySum
from services.kit.caller import Caller
from services.kit.clock import Month
from services.kit.paging import Page, PageRequest, Sorts, fetch_page


@dataclass(frozen=True)
class CustomerUsage:
    """What came for one customer."""

    customer_id: UUID
    last_day: date
    quantity: int


def staged_usage_by_customer(session: Session) -> list[CustomerUsage]:
    """What the report that was just taken in brought to each customer whose accounts are known."""
    total = func.sum(staged_accounts.c.quantity).cast(BigInteger)
    query = join_accounts(select(Account.customer_id, func.max(staged_accounts.c.last_day), total), staged_accounts.c.account)
    query = query.where(staged_accounts.c.quantity > 0).group_by(Account.customer_id).order_by(Account.customer_id)
    return [CustomerUsage(*row) for row in session.execute(query)]


def unknown_staged_accounts(session: Session, limit: int) -> list[str]:
    """Those names of the report that was just taken in that nobody knows, in order."""
    name = staged_accounts.c.account
    brought = staged_accounts.c.quantity.is_not(None)  # not what it took from
    return list(session.scalars(select(name).distinct().where(brought, ~is_known(name)).order_by(name).limit(limit)))


def usage_of_name(session: Session, name: str) -> tuple[date, int] | None:
    """The last day and the sum of all that came for a name; ``None`` if nothing did."""
    query = select(func.max(DailySum.day), func.sum(DailySum.quantity)).where(DailySum.account == name, DailySum.quantity > 0)
    row = session.execute(query.having(func.count() > 0)).first()
    return (row[0], int(row[1])) if row else None


def unknown_accounts_of_month(session: Session, month: Month) -> list[str]:
    """The accounts with usage in the month that nobody knows."""
    query = (
        select(DailySum.account)
        .distinct()
        .where(_in_month(month), DailySum.quantity > 0, ~is_known(DailySum.account))
        .order_by(DailySum.account)
    )
    return list(session.scalars(query))


_POSITION = DailySum.account + "|" + func.to_char(DailySum.day, "YYYY-MM-DD") + "|" + DailySum.operator
SORTS: Sorts = {"day": DailySum.day, "account": DailySum.account}


def page_of_usage(
    session: Session,
    caller: Caller,
    request: PageRequest,
    *,
    month: Month | None,
    customer_id: UUID | None,
    product_id: UUID | None,
) -> Page:
    """Daily sums of the accounts whose customers the caller sees: of some customer's or product's the latest first, of all by
    account, which is how they lie."""
    columns = (DailySum, Account.id.label("account_id"), Account.product_id, Account.customer_id)
    query = (
        join_accounts(select(*columns), DailySum.account)
        .join(Customer, Customer.id == Account.customer_id)
        .where(visible_to(caller))
    )
    if month is not None:
        query = query.where(_in_month(month))
    if customer_id is not None:
        query = query.where(Account.customer_id == customer_id)
    if product_id is not None:
        query = query.where(Account.product_id == product_id)
    default_sort = "account" if customer_id is None and product_id is None else "-day"
    return fetch_page(session, query, request, sorts=SORTS, default_sort=default_sort, key=_POSITION)


def page_of_unknown_usage(session: Session, request: PageRequest, *, month: Month | None) -> Page:
    """Daily sums of the accounts that nobody knows, by account."""
    none = literal(None).cast(Uuid)
    query = select(DailySum, none.label("account_id"), none.label("product_id"), none.label("customer_id")).where(
        ~is_known(DailySum.account)
    )
    if month is not None:
        query = query.where(_in_month(month))
    return fetch_page(session, query, request, sorts=SORTS, default_sort="account", key=_POSITION)


def page_of_unknown_accounts(session: Session, request: PageRequest, *, month: Month | None) -> Page:
    """The names with usage that nobody knows: first and last day and quantity, of the month or of all time."""
    name = DailySum.account
    days = (func.min(DailySum.day).label("first_day"), func.max(DailySum.day).label("last_day"))
    total = func.sum(DailySum.quantity).cast(BigInteger).label("quantity")
    used = select(name.label("name"), *days, total).where(DailySum.quantity > 0, ~is_known(name)).group_by(name)
    if month is not None:
        used = used.where(_in_month(month))
    names = used.subquery()
    query = select(names.c.name, names.c.first_day, names.c.last_day, names.c.quantity)
    return fetch_page(session, query, request, sorts={"name": names.c.name}, default_sort="name", key=names.c.name)


def usage_by_product(session: Session, customer_id: UUID, month: Month) -> list[Row[Any]]:
    """What a customer's products sent in a month, by operator: product id and name, operator, quantity."""
    total = func.sum(DailySum.quantity).cast(BigInteger).label("quantity")
    columns = (Account.product_id, Product.name.label("product_name"), DailySum.operator)
    query = (
        join_accounts(select(*columns, total), DailySum.account)
        .outerjoin(Product, Product.id == Account.product_id)
        .where(Account.customer_id == customer_id, _in_month(month), DailySum.quantity > 0)
        .group_by(*columns)
        .order_by(Product.name, Account.product_id, DailySum.operator)
    )
    return list(session.execute(query))


def _in_month(month: Month) -> ColumnElement[bool]:
    return DailySum.day.between(month.first_day, month.last_day)
