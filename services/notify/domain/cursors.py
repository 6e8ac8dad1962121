"""Where a reader of the stream stands: what was to be seen when he or she was last told (decision 0025). Pure.

::

    66a1c2….1 / 812:815:812,813
    ─────────   ───────────────
    the epoch   the snapshot, as PostgreSQL writes it: every transaction below 812 had ended, of those from 815 on none had begun,
                and of those between 812 and 813 were under way

What a transaction posted is new to this reader if, and only if, the transaction is not to be seen in the snapshot. That holds
in whatever order transactions begin, post and commit, which no clock and no sequence of ids can say of itself.

Transactions are counted by a database server. The epoch tells one count from another: a server that was restored from a backup
counts again what it had counted before, and its old cursors would pass over what is posted then.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

UNDER_WAY_MAX: Final = 100
"""A snapshot of more transactions under way is written as if all from the first of them on were: what comes twice is no harm."""

LENGTH_MAX: Final = 100 + 21 * (UNDER_WAY_MAX + 2)
_WRITTEN: Final = re.compile(r"([0-9a-f]{1,16}\.[0-9a-f]{1,8})/([0-9]{1,20}):([0-9]{1,20}):((?:[0-9]{1,20}(?:,[0-9]{1,20})*)?)")
_TRANSACTION_ID_MAX: Final = 2**63 - 1


@dataclass(frozen=True)
class Cursor:
    """
    :param epoch: of the server's count of transactions.
    :param lowest: the first transaction that had not ended.
    :param beyond: the first that had not begun.
    :param under_way: those between that had not ended, in order.
    """

    epoch: str
    lowest: int
    beyond: int
    under_way: tuple[int, ...] = ()

    @classmethod
    def of_snapshot(cls, epoch: str, snapshot: str) -> Self:
        """
        :param snapshot: as ``pg_current_snapshot()`` gives it.
        """
        lowest, beyond, under_way = snapshot.split(":")
        cursor = cls(epoch, int(lowest), int(beyond), tuple(map(int, under_way.split(","))) if under_way else ())
        return cursor if len(cursor.under_way) <= UNDER_WAY_MAX else cls(epoch, cursor.lowest, cursor.lowest)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """What :meth:`__str__` wrote; ``None`` for what it cannot have written."""
        match = _WRITTEN.fullmatch(text) if len(text) <= LENGTH_MAX else None
        if match is None:
            return None
        cursor = cls.of_snapshot(match[1], ":".join(match.groups()[1:]))
        line = (cursor.lowest - 1, *cursor.under_way, cursor.beyond)
        in_order = all(earlier < later for earlier, later in pairwise(line))
        return cursor if cursor.lowest > 0 and cursor.beyond <= _TRANSACTION_ID_MAX and in_order else None

    @property
    def snapshot(self) -> str:
        """As PostgreSQL reads it."""
        return f"{self.lowest}:{self.beyond}:{','.join(map(str, self.under_way))}"

    def __str__(self) -> str:
        return f"{self.epoch}/{self.snapshot}"

    def may_follow(self, earlier: "Cursor") -> bool:
        """Whether this one can have been taken after the other by the same server's count."""
        return self.epoch == earlier.epoch and self.beyond >= earlier.beyond
