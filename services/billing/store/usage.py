"""Usage: raw lines by COPY into monthly partitions, daily sums by set-based upsert, and what is read of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    SQLColumnExpression,
    Uuid,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.billing.domain.usage import UsageLine
from services.billing.store.customers import holds_identifier, visible_to
from services.billing.store.tables import Account, Customer
from services.billing.store.usage_tables import DailySum, UsageReport, usage_lines
from services.kit.caller import Caller
from services.kit.clock import Month
from services.kit.paging import Page, PageRequest, Sorts, fetch_page

_ACCOUNTS_LOCK = 0x4143
"""Advisory lock: an account's arrival and the telling of whose usage came must not miss each other."""
_PARTITIONS_LOCK = 0x5041
_REPORTS_LOCK = 0x5245


def make_partitions(session: Session, months: Iterable[Month]) -> None:
    """Make the partitions of ``usage_lines`` that are missing.

    A table is made first and attached then: ``CREATE TABLE … PARTITION OF`` would wait for every reader and hold up all others.
    """
    names = {month: f"usage_lines_{month.year:04d}_{month.number:02d}" for month in months}
    if not _missing(session, names):
        return
    session.execute(select(func.pg_advisory_xact_lock(_PARTITIONS_LOCK)))
    for month, name in _missing(session, names).items():
        session.execute(text(f"CREATE TABLE {name} (LIKE usage_lines INCLUDING ALL)"))
        bounds = f"FROM ('{month.first_day}') TO ('{month.plus(1).first_day}')"
        session.execute(text(f"ALTER TABLE usage_lines ATTACH PARTITION {name} FOR VALUES {bounds}"))


def _missing(session: Session, names: dict[Month, str]) -> dict[Month, str]:
    query = text("SELECT relname FROM pg_class WHERE relname = ANY(:names)")
    known = set(session.scalars(query, {"names": list(names.values())}))
    return {month: name for month, name in names.items() if name not in known}


def lock_reports(session: Session, source: str, report_ids: Iterable[str]) -> None:
    """Reports of these ids wait for each other: an original and its correction that come at once."""
    key = func.hashtextextended(literal(source) + "\t" + bindparam("report_id"), _REPORTS_LOCK)
    for report_id in sorted(report_ids):
        session.execute(select(func.pg_advisory_xact_lock(key)), {"report_id": report_id})


def find_report(session: Session, source: str, report_id: str) -> UsageReport | None:
    return session.scalar(select(UsageReport).where(UsageReport.source == source, UsageReport.report_id == report_id))


def find_correction_of(session: Session, source: str, report_id: str) -> UsageReport | None:
    return session.scalar(select(UsageReport).where(UsageReport.source == source, UsageReport.replaces == report_id))


def copy_lines(session: Session, report: UUID, lines: Iterable[UsageLine]) -> None:
    """Raw lines, streamed."""
    connection = session.connection().connection.driver_connection
    assert connection is not None, "an open session has a connection"
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY usage_lines (report, account, day, operator, quantity) FROM STDIN") as copy,
    ):
        for line in lines:
            copy.write_row((report, *line))


def add_to_daily_sums(session: Session, report: UUID) -> None:
    """Add a report's lines to the daily sums, in the order of their keys, so that two loads never lock each other out."""
    keys = (usage_lines.c.account, usage_lines.c.day, usage_lines.c.operator)
    sums = select(*keys, _total()).where(usage_lines.c.report == report).group_by(*keys).order_by(*keys)
    upsert = insert(DailySum).from_select(["account", "day", "operator", "quantity"], sums)
    session.execute(
        upsert.on_conflict_do_update(
            index_elements=[DailySum.account, DailySum.day, DailySum.operator],
            set_={"quantity": DailySum.quantity + upsert.excluded.quantity},
        )
    )


def lock_daily_sums(session: Session, reports: Iterable[UUID]) -> None:
    """Lock the daily sums of several reports' lines together, for whoever changes them by one report after the other; those that
    are missing are made, of 0."""
    keys = (usage_lines.c.account, usage_lines.c.day, usage_lines.c.operator)
    empty = select(*keys, literal(0)).distinct().where(usage_lines.c.report.in_(list(reports))).order_by(*keys)
    upsert = insert(DailySum).from_select(["account", "day", "operator", "quantity"], empty)
    same = upsert.on_conflict_do_update(
        index_elements=[DailySum.account, DailySum.day, DailySum.operator], set_={"quantity": DailySum.quantity}
    )
    session.execute(same)


def take_from_daily_sums(session: Session, report: UUID) -> None:
    """Take a report's lines out of the daily sums again, which the caller has locked."""
    keys = (usage_lines.c.account, usage_lines.c.day, usage_lines.c.operator)
    sums = select(*keys, _total().label("quantity")).where(usage_lines.c.report == report).group_by(*keys).subquery()
    is_its = tuple_(DailySum.account, DailySum.day, DailySum.operator) == tuple_(sums.c.account, sums.c.day, sums.c.operator)
    session.execute(
        update(DailySum).where(is_its).values(quantity=DailySum.quantity - sums.c.quantity),
        execution_options={"synchronize_session": False},
    )


def lock_accounts_against_reports(session: Session) -> None:
    """For whoever brings an account: reports that are being counted commit first, later ones see it."""
    session.execute(select(func.pg_advisory_xact_lock(_ACCOUNTS_LOCK)))


def lock_reports_against_accounts(session: Session) -> None:
    """The other side; reports do not wait for each other."""
    session.execute(select(func.pg_advisory_xact_lock_shared(_ACCOUNTS_LOCK)))


@dataclass(frozen=True)
class CustomerUsage:
    """What came for one customer."""

    customer_id: UUID
    last_day: date
    quantity: int


def usage_by_customer(session: Session, report: UUID) -> list[CustomerUsage]:
    """What a report brought to each customer whose accounts are known."""
    query = (
        select(Account.customer_id, func.max(usage_lines.c.day), _total())
        .join(usage_lines, usage_lines.c.account == Account.identifier)
        .where(usage_lines.c.report == report, usage_lines.c.quantity > 0, holds_identifier())
        .group_by(Account.customer_id)
        .order_by(Account.customer_id)
    )
    return [CustomerUsage(*row) for row in session.execute(query)]


def usage_of_identifier(session: Session, identifier: str) -> tuple[date, int] | None:
    """The last day and the sum of all that came for an account's name; ``None`` if nothing did."""
    query = select(func.max(DailySum.day), func.sum(DailySum.quantity)).where(
        DailySum.account == identifier, DailySum.quantity > 0
    )
    row = session.execute(query.having(func.count() > 0)).first()
    return (row[0], int(row[1])) if row else None


def unknown_accounts_of_report(session: Session, report: UUID, limit: int) -> list[str]:
    """Those of a report's accounts that nobody knows, in order."""
    query = (
        select(usage_lines.c.account)
        .distinct()
        .where(usage_lines.c.report == report, ~_is_known(usage_lines.c.account))
        .order_by(usage_lines.c.account)
        .limit(limit)
    )
    return list(session.scalars(query))


def unknown_accounts_of_month(session: Session, month: Month) -> list[str]:
    """The accounts with usage in the month that nobody knows."""
    query = (
        select(DailySum.account)
        .distinct()
        .where(_in_month(month), DailySum.quantity > 0, ~_is_known(DailySum.account))
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
    """Daily sums of the accounts whose customers the caller sees, the latest first."""
    query = (
        select(DailySum, Account.id.label("account_id"), Account.product_id, Account.customer_id)
        .join(Account, and_(Account.identifier == DailySum.account, holds_identifier()))
        .join(Customer, Customer.id == Account.customer_id)
        .where(visible_to(caller))
    )
    if month is not None:
        query = query.where(_in_month(month))
    if customer_id is not None:
        query = query.where(Account.customer_id == customer_id)
    if product_id is not None:
        query = query.where(Account.product_id == product_id)
    return fetch_page(session, query, request, sorts=SORTS, default_sort="-day", key=_POSITION)


def page_of_unknown_usage(session: Session, request: PageRequest, *, month: Month | None) -> Page:
    """Daily sums of the accounts that nobody knows."""
    none = literal(None).cast(Uuid)
    query = select(DailySum, none.label("account_id"), none.label("product_id"), none.label("customer_id")).where(
        ~_is_known(DailySum.account)
    )
    if month is not None:
        query = query.where(_in_month(month))
    return fetch_page(session, query, request, sorts=SORTS, default_sort="-day", key=_POSITION)


def usage_of_products(session: Session, products: Sequence[tuple[UUID, Month]]) -> Iterator[Row[Any]]:
    """The daily sums under bills' products and months, row by row: product id, account, day, operator, quantity."""
    wanted = or_(false(), *(and_(Account.product_id == product_id, _in_month(month)) for product_id, month in products))
    query = (
        select(Account.product_id, DailySum.account, DailySum.day, DailySum.operator, DailySum.quantity)
        .join(DailySum, DailySum.account == Account.identifier)
        .where(wanted, DailySum.quantity > 0, holds_identifier())
        .order_by(Account.product_id, DailySum.account, DailySum.day, DailySum.operator)
        .execution_options(yield_per=1000)
    )
    rows: Iterable[Row[Any]] = session.execute(query)
    yield from rows


def _total() -> ColumnElement[int]:
    return func.sum(usage_lines.c.quantity).cast(BigInteger)


def _in_month(month: Month) -> ColumnElement[bool]:
    return DailySum.day.between(month.first_day, month.last_day)


def _is_known(identifier: SQLColumnExpression[str]) -> ColumnElement[bool]:
    return select(Account.id).where(Account.identifier == identifier).exists()
