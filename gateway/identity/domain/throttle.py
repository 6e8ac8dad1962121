"""How many failed sign-ins are borne (spec, gateway.md, "Identity and access"). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final


@dataclass(frozen=True)
class Limit:
    """So many failures within a sliding window."""

    failures_max: int
    window: timedelta


BY_NAME: Final = Limit(10, timedelta(minutes=15))
"""For one login, since its last success; slows down whoever guesses one person's password."""

BY_ADDRESS: Final = Limit(100, timedelta(minutes=15))
"""From one address; slows down whoever tries one password on many names. An office may share an address, so it is higher."""


def wait_before_next(limit: Limit, failures: Sequence[datetime], now: datetime) -> timedelta:
    """How long until another attempt is allowed; zero if it is now.

    :param failures: when the counted attempts were, in any order.
    """
    recent = sorted(instant for instant in failures if instant > now - limit.window)
    if len(recent) < limit.failures_max:
        return timedelta(0)
    # When this one has left the window, fewer than the limit are in it.
    return recent[-limit.failures_max] + limit.window - now
