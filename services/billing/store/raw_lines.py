"""Writing raw lines of usage: by COPY, as text, which is what files bring them as."""

from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Final, Self
from uuid import UUID

import psycopg
from sqlalchemy.orm import Session

from services.billing.domain.usage import COPY_ESCAPES, Slot, UsageBlock

_COPY: Final = "COPY usage_lines (report, account, day, operator, quantity) FROM STDIN"


class RawLines:
    """A report's raw lines being written. While it is open and not paused, the session can do nothing else.

    :param report: the id under which they are kept; ``None`` to write none.
    """

    def __init__(self, session: Session, report: UUID | None) -> None:
        self._session = session
        self._report = report
        self._open = ExitStack()
        self._copy: psycopg.Copy | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        # Told of the error the COPY ends as a failed one, and the server keeps none of it.
        self._open.__exit__(kind, error, trace)

    def write(self, block: UsageBlock, slots: Sequence[Slot]) -> None:
        """:param slots: what the block's slots mean."""
        if self._report is None:
            return
        if self._copy is None:
            cursor = self._open.enter_context(driver_cursor(self._session))
            self._copy = self._open.enter_context(cursor.copy(_COPY))
        self._copy.write(_rows(str(self._report), block, slots))

    def pause(self) -> None:
        """Let the session do something else; the next block goes on. Partitions made meanwhile are seen then."""
        self._open.close()
        self._copy = None


def driver_cursor(session: Session) -> psycopg.Cursor[Any]:
    """A cursor of the driver's on the session's connection, for COPY."""
    connection = session.connection().connection.driver_connection
    assert connection is not None, "an open session has a connection"
    cursor: psycopg.Cursor[Any] = connection.cursor()
    return cursor


def _rows(report: str, block: UsageBlock, slots: Sequence[Slot]) -> str:
    if block.text is not None:
        beginning = f"{report}\t"
        return beginning + block.text[:-1].replace("\n", "\n" + beginning) + "\n"
    labels = {slot: f"\t{slots[slot].day}\t{slots[slot].operator}\t" for slot in set(block.slots)}
    return "".join(
        f"{report}\t{account.translate(COPY_ESCAPES)}{labels[slot]}{quantity}\n"
        for account, slot, quantity in zip(block.accounts, block.slots, block.quantities, strict=True)
    )
