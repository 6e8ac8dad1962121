"""Queries about the monthly rate, and the months that are accrued with it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.kit.clock import Month
from services.kit.paging import Page, PageRequest, Sorts, fetch_page
from services.payments.store.interest_tables import InterestMonth, InterestRate

_RATES_LOCK: Final = 0x4C3252  # advisory locks are per database

SORTS: Sorts = {"version": InterestRate.version, "from_month": InterestRate.from_month}


def lock_rates(session: Session) -> None:
    """Let nobody set a rate, and no run open a month, before the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(_RATES_LOCK)))


def newest_rate(session: Session) -> InterestRate | None:
    """What was set last, whatever month it holds from."""
    return session.scalar(select(InterestRate).order_by(InterestRate.version.desc()).limit(1))


def insert_rate(session: Session, row: dict[str, Any]) -> None:
    session.execute(insert(InterestRate).values(row))


def page_of_rates(session: Session, request: PageRequest) -> Page:
    """Every rate that was set, the newest first."""
    return fetch_page(session, select(InterestRate), request, sorts=SORTS, default_sort="-version", key=InterestRate.version)


def rate_of_month(session: Session, month: Month) -> Decimal | None:
    """The rate that holds in a month; ``None`` before the first month that has one."""
    query = select(InterestRate.rate).where(InterestRate.from_month <= month.first_day)
    return session.scalar(query.order_by(InterestRate.from_month.desc(), InterestRate.version.desc()).limit(1))


def accrued_months(session: Session) -> tuple[Month, Month] | None:
    """The first and the last of the months that are accrued; there is none missing between them."""
    first = session.scalar(select(InterestMonth.month).order_by(InterestMonth.month).limit(1))
    last = session.scalar(select(InterestMonth.month).order_by(InterestMonth.month.desc()).limit(1))
    return None if first is None or last is None else (Month.of(first), Month.of(last))


_OPEN: Final = text(
    """
    INSERT INTO interest_months (month, rate, opened_at)
    SELECT month::date, rate, :now
      FROM generate_series(
               coalesce(
                   (SELECT max(month) + interval '1 month' FROM interest_months),
                   (SELECT min(from_month)::timestamp FROM interest_rates)
               ),
               CAST(:through AS timestamp), interval '1 month'
           ) AS month,
           LATERAL (
               SELECT rate FROM interest_rates WHERE from_month <= month ORDER BY from_month DESC, version DESC LIMIT 1
           ) AS held
    RETURNING month
    """
)


def open_months(session: Session, through: Month, now: datetime) -> list[Month]:
    """Open every month up to and with this one that has a rate and is not accrued yet; they keep the rate that they have now.
    The caller has locked the rates.

    :returns: those that were opened, in order.
    """
    opened: Sequence[date] = session.scalars(_OPEN, {"through": through.first_day, "now": now}).all()
    return [Month.of(day) for day in sorted(opened)]


_FINISH_SHARD: Final = text(
    """
    UPDATE interest_months SET finished_shards = array_append(finished_shards, CAST(:number AS integer))
     WHERE month = :month AND NOT (:number = ANY(finished_shards))
    """
)
_TELL_ONCE: Final = text(
    """
    UPDATE interest_months SET told_at = :now
     WHERE month = :month AND told_at IS NULL AND cardinality(finished_shards) >= :of RETURNING month
    """
)


def finish_shard_of_month(session: Session, month: Month, number: int, of: int, now: datetime) -> bool:
    """Note that a run's shard has done its customers up to this month.

    :returns: whether it was the last of all, and nobody has told the owners yet: the caller tells them.
    """
    session.execute(_FINISH_SHARD, {"month": month.first_day, "number": number})
    return session.execute(_TELL_ONCE, {"month": month.first_day, "of": of, "now": now}).first() is not None
