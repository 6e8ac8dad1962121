"""What became of a letter that was handed over, and when it is tried again. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

RETRY_DELAYS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480, 480))
"""Waits before each further try, somewhat less than a day in all; a letter that fails once more after the last has failed."""


@dataclass(frozen=True)
class Outcome:
    """What a server made of it.

    :param kind: ``sent``, ``later`` (it may take it another time) or ``refused`` (it never will).
    :param said: its own words, or what kept us from hearing any.
    """

    kind: str
    said: str


def next_try(tries: int, now: datetime) -> datetime | None:
    """When a letter that failed ``tries`` times is tried again; ``None`` for never."""
    return now + RETRY_DELAYS[tries - 1] if tries <= len(RETRY_DELAYS) else None
