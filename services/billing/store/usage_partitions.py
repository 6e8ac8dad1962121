"""The partitions of raw lines and daily sums: one of each a month, made when the month's first line comes."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from services.billing.store.usage_tables import DailySum, usage_lines
from services.kit.clock import Month

_PARTITIONS_LOCK: Final = 0x5041
_PARTITIONED: Final = (str(usage_lines.name), DailySum.__tablename__)


def missing_months(session: Session, months: Iterable[Month]) -> list[Month]:
    """Those of the months that have no partitions yet."""
    names = {_name(table, month): month for month in months for table in _PARTITIONED}
    query = text("SELECT relname FROM pg_class WHERE relname = ANY(:names)")
    known = set(session.scalars(query, {"names": list(names)}))
    return sorted({month for name, month in names.items() if name not in known})


def make_partitions(session: Session, months: Sequence[Month]) -> None:
    """Make the partitions that are missing; by a function of the tables' owner, as the service itself may make no tables."""
    if not missing_months(session, months):
        return
    session.execute(select(func.pg_advisory_xact_lock(_PARTITIONS_LOCK)))
    for month in missing_months(session, months):
        for table in _PARTITIONED:
            session.execute(select(func.make_usage_partition(table, _name(table, month), month.first_day)))


def _name(table: str, month: Month) -> str:
    return f"{table}_{month.year:04d}_{month.number:02d}"
