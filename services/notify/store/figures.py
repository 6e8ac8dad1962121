"""Figures of what is sent, for those who watch the system."""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from services.kit.clock import utc_now
from services.kit.figures import Figure
from services.notify.store.channel_tables import Letter

_LATELY: Final = timedelta(days=1)

FIGURES = (
    Figure(
        "l2c_letters_overdue",
        "Letters that are due and not sent, by channel",
        ("channel",),
        lambda: (
            select(Letter.channel, func.count())
            .where(Letter.state == "waiting", Letter.due_at < utc_now())
            .group_by(Letter.channel)
        ),
    ),
    Figure(
        "l2c_letters_failed",
        "Letters that were given up within a day, by channel",
        ("channel",),
        lambda: (
            select(Letter.channel, func.count())
            .where(Letter.state == "failed", Letter.settled_at > utc_now() - _LATELY)
            .group_by(Letter.channel)
        ),
    ),
)
