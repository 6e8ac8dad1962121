"""Taking in a report's lines: they go to the raw lines as they come, and what they come to is gathered for the daily sums.

All in the caller's transaction, so that a report is there whole or not at all. Lines are copied as text and summed in memory: to
have the database do it costs twice the time. When the sums take too much memory they go to a temporary table as they are, and the
database adds them up after all.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Column, Date, MetaData, Table, Text
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable

from services.billing.domain.usage import AccountMonth, DailySums, Fingerprint, Lines, Slot, UsageBlock, months_of
from services.billing.store.columns import MonthColumn
from services.billing.store.raw_lines import RawLines, driver_cursor
from services.billing.store.usage_partitions import missing_months
from services.kit.clock import Month

WEIGHT_MAX: Final = 4_000_000
"""Of sums kept in memory: some 400 MB. Three million lines of 50,000 accounts in a month weigh little over half of it."""

_TEMPORARY: Final[dict[str, Any]] = {"prefixes": ["TEMPORARY"], "postgresql_on_commit": "DELETE ROWS"}
_STAGING: Final = MetaData()
staged_sums: Final = Table(
    "staged_sums",
    _STAGING,
    Column("account", Text),
    Column("day", Date),
    Column("operator", Text),
    Column("quantity", BigInteger),
    comment="by how much daily sums change; the keys in their order and each once, unless the load was spilled",
    **_TEMPORARY,
)
staged_accounts: Final = Table(
    "staged_accounts",
    _STAGING,
    Column("account", Text),
    Column("month", MonthColumn),
    Column("last_day", Date),
    Column("quantity", BigInteger),
    comment="what the report brings to each account's name in each month; null in one that a correction takes from",
    **_TEMPORARY,
)

# In the order of Python's texts, whatever the database's own is.
_STAGED_IN_ORDER: Final = """
COPY (SELECT account, day, operator, sum(quantity)::bigint FROM staged_sums
GROUP BY account, day, operator ORDER BY account COLLATE "C", day, operator COLLATE "C") TO STDOUT
"""
_LINES_IN_ORDER: Final = """
COPY (SELECT account, day, operator, sum(quantity)::bigint FROM usage_lines WHERE report = %s AND day BETWEEN %s AND %s
GROUP BY account, day, operator ORDER BY account COLLATE "C", day, operator COLLATE "C") TO STDOUT
"""


class UsageLoad:
    """One report's lines on their way in.

    :param make_partitions: makes partitions for months that have none, in a transaction of its own.
    :ivar is_spilled: whether :data:`staged_sums` holds some keys more than once, and in no order.
    """

    def __init__(self, session: Session, lines: Lines, make_partitions: Callable[[list[Month]], None]) -> None:
        self._session = session
        self._lines = lines
        self._make_partitions = make_partitions
        self._sums = DailySums(lines.slots)
        self._may_weigh = 0
        self.line_count = 0
        self.quantity = 0
        self.is_spilled = False
        for table in (staged_sums, staged_accounts):
            session.execute(CreateTable(table, if_not_exists=True))

    @property
    def slots(self) -> Sequence[Slot]:
        """The days and operators that came."""
        return self._lines.slots

    def take_in(self, report: UUID | None) -> None:
        """Go through the lines.

        :param report: the id under which they become raw lines; ``None`` to look at what they come to and no more.
        """
        ready: set[Month] = set()
        slots_seen = 0
        with RawLines(self._session, report) as raw:
            for block in self._lines.blocks():
                if report is not None and len(self._lines.slots) > slots_seen:
                    new = set(months_of(self._lines.slots[slots_seen:])) - ready
                    slots_seen = len(self._lines.slots)
                    if new:
                        raw.pause()
                        self._provide_partitions(new)
                        ready |= new
                raw.write(block, self._lines.slots)
                self._add(block)
                if self._is_too_heavy():
                    raw.pause()
                    self._spill()

    def _provide_partitions(self, months: set[Month]) -> None:
        missing = missing_months(self._session, months)
        if missing:
            self._make_partitions(missing)

    def _add(self, block: UsageBlock) -> None:
        self._sums.add(block)
        self.line_count += len(block.quantities)
        self.quantity += sum(block.quantities)
        self._may_weigh += 4 * len(block.quantities)

    def _is_too_heavy(self) -> bool:
        # To weigh takes long, and lines weigh 4 at most: an account and a sum of its own.
        if self._may_weigh > WEIGHT_MAX:
            self._may_weigh = self._sums.weight()
        return self._may_weigh > WEIGHT_MAX

    def _spill(self) -> None:
        self._copy_accounts()
        self._copy_sums("staged_sums")
        self._sums.clear()
        self._may_weigh = 0
        self.is_spilled = True

    def stage(self, into: str = "staged_sums") -> int:
        """Put what the lines come to into :data:`staged_accounts`, and the sums where they are wanted.

        :param into: ``usage_daily`` itself, if none of the sums is there yet and the load is not spilled.
        :returns: the report's fingerprint.
        """
        self._copy_accounts()
        fingerprint = self._copy_sums(into)
        self._sums.clear()
        if self.is_spilled:
            return _fingerprint_of(self._session, _STAGED_IN_ORDER, ())
        return fingerprint

    def _copy_sums(self, table: str) -> int:
        fingerprint = Fingerprint()
        with (
            driver_cursor(self._session) as cursor,
            cursor.copy(f"COPY {table} (account, day, operator, quantity) FROM STDIN") as copy,
        ):
            for piece in self._sums.texts():
                rows = piece.encode()
                fingerprint.add(rows)
                copy.write(rows)
        return fingerprint.value

    def _copy_accounts(self) -> None:
        copy_account_months(self._session, self._sums.by_account())


def copy_account_months(session: Session, rows: Iterator[AccountMonth]) -> None:
    with (
        driver_cursor(session) as cursor,
        cursor.copy("COPY staged_accounts (account, month, last_day, quantity) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row((row.account, row.month.first_day, row.last_day, row.quantity))


def fingerprint_of_lines(session: Session, report: UUID, days: tuple[Any, Any]) -> int:
    """The fingerprint that a report's raw lines give."""
    return _fingerprint_of(session, _LINES_IN_ORDER, (report, *days))


def _fingerprint_of(session: Session, statement: str, params: tuple[Any, ...]) -> int:
    fingerprint = Fingerprint()
    with driver_cursor(session) as cursor, cursor.copy(statement, params) as copy:
        for piece in copy:
            fingerprint.add(bytes(piece))
    return fingerprint.value
