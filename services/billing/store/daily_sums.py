"""The daily sums, and how a report changes them: as sets, everybody in the order of the keys, so that none wait in a circle."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from sqlalchemy import BigInteger, Date, Select, delete, func, insert, literal, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.billing.domain.usage import months_between, months_of
from services.billing.store.usage_staging import UsageLoad, staged_accounts, staged_sums
from services.billing.store.usage_tables import DailySum, UsageReport, usage_lines
from services.kit.clock import Month

DIRECT_LINES_MIN: Final = 50_000
"""From so many lines on it pays to ask whether their days have no sums yet: those are written without looking for each."""

_SUMS_LOCK: Final = 0x5355
_KEYS: Final = ("account", "day", "operator")


def count(session: Session, load: UsageLoad) -> int:
    """Add a report's lines, taken in, to the daily sums.

    :returns: the report's fingerprint.
    """
    months = months_of(load.slots)
    days = [slot.day for slot in load.slots]
    if (
        load.line_count >= DIRECT_LINES_MIN
        and not load.is_spilled
        and _take_months(session, months)
        and not _has_sums(session, min(days), max(days))
    ):
        return load.stage(into=DailySum.__tablename__)
    _share_months(session, months)
    fingerprint = load.stage()
    wanted = upsert(DailySum).from_select([*_KEYS, "quantity"], _staged(load.is_spilled))
    added = wanted.on_conflict_do_update(
        index_elements=list(_KEYS), set_={"quantity": DailySum.quantity + wanted.excluded.quantity}
    )
    session.execute(added)
    return fingerprint


def correct(session: Session, load: UsageLoad, replaced: UsageReport, *, counts: bool) -> int:
    """Take the lines of the report that a correction replaces off the daily sums, and add the correction's, taken in.

    :param counts: whether the correction's lines do: not those of one whose own correction came first.
    :returns: the correction's fingerprint.
    """
    _share_months(session, {*months_of(load.slots), *months_between(replaced.first_day, replaced.last_day)})
    fingerprint = load.stage()
    if not counts:
        session.execute(delete(staged_sums))
    _stage_away(session, replaced)
    _lock_staged(session)
    change = _staged(is_spilled=True).subquery()
    is_its = tuple_(DailySum.account, DailySum.day, DailySum.operator) == tuple_(
        change.c.account, change.c.day, change.c.operator
    )
    session.execute(
        update(DailySum).where(is_its).values(quantity=DailySum.quantity + change.c.quantity),
        execution_options={"synchronize_session": False},
    )
    return fingerprint


def _staged(is_spilled: bool) -> Select[Any]:
    """How the sums change, each once and in the order of the keys."""
    keys = [staged_sums.c[name] for name in _KEYS]
    if not is_spilled:
        return select(*keys, staged_sums.c.quantity)
    return select(*keys, func.sum(staged_sums.c.quantity).cast(BigInteger).label("quantity")).group_by(*keys).order_by(*keys)


def _stage_away(session: Session, replaced: UsageReport) -> None:
    """What the replaced report's lines come to is taken off again; its accounts are concerned, too."""
    its = (usage_lines.c.report == replaced.id, usage_lines.c.day.between(replaced.first_day, replaced.last_day))
    keys = [usage_lines.c[name] for name in _KEYS]
    sums = select(*keys, -func.sum(usage_lines.c.quantity).cast(BigInteger)).where(*its).group_by(*keys)
    session.execute(insert(staged_sums).from_select([*_KEYS, "quantity"], sums))
    month = func.date_trunc("month", usage_lines.c.day).cast(Date)
    accounts = select(usage_lines.c.account, month).where(*its).distinct()
    session.execute(insert(staged_accounts).from_select(["account", "month"], accounts))


def _lock_staged(session: Session) -> None:
    """Lock the sums that are about to change; those that are missing are made, of 0."""
    keys = [staged_sums.c[name] for name in _KEYS]
    wanted = upsert(DailySum).from_select([*_KEYS, "quantity"], select(*keys, literal(0)).distinct().order_by(*keys))
    session.execute(wanted.on_conflict_do_update(index_elements=list(_KEYS), set_={"quantity": DailySum.quantity}))


def _take_months(session: Session, months: Iterable[Month]) -> bool:
    """Keep all others from changing sums of these months, unless somebody is about to.

    Tried in the months' order and never waited for: whoever holds some of them waits for later ones alone, in no circle.
    """
    return all(session.scalar(select(func.pg_try_advisory_xact_lock(_SUMS_LOCK, _number(month)))) for month in sorted(months))


def _share_months(session: Session, months: Iterable[Month]) -> None:
    """Keep others from taking these months for themselves; to be called before their sums are changed."""
    for month in sorted(months):
        session.execute(select(func.pg_advisory_xact_lock_shared(_SUMS_LOCK, _number(month))))


def _number(month: Month) -> int:
    return month.year * 12 + month.number


def _has_sums(session: Session, first_day: date, last_day: date) -> bool:
    return bool(session.scalar(select(select(DailySum.day).where(DailySum.day.between(first_day, last_day)).exists())))
