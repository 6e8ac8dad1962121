"""How long a contact log may be edited (spec, customer.md, "Data"). Pure."""

from datetime import datetime, timedelta
from typing import Final

EDITABLE_FOR: Final = timedelta(hours=24)


def editable_until(made_at: datetime) -> datetime:
    """The first instant at which a log is only added to."""
    return made_at + EDITABLE_FOR


def is_editable(made_at: datetime, at: datetime) -> bool:
    """Whether a log may still be edited: "never after 24 hours", which are over when they are full."""
    return at < editable_until(made_at)
