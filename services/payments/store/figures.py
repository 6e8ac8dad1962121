"""Figures of money that came in, for those who watch the system."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Select, func, select

from services.kit.clock import utc_now
from services.kit.figures import Figure
from services.payments.store.tables import Receipt, WriteOff

_LATELY: Final = timedelta(days=30)


def _write_offs(figure: Any) -> Select[Any]:
    return select(WriteOff.state, figure).where(WriteOff.started_at > utc_now() - _LATELY).group_by(WriteOff.state)


def _unmatched(figure: Any) -> Select[Any]:
    # What is used has a customer; the index of what is not has these together.
    return select(figure).where(Receipt.match != "matched", Receipt.used < Receipt.amount)


FIGURES = (
    Figure("l2c_write_offs", "Write-offs begun in 30 days, by state", ("state",), lambda: _write_offs(func.count())),
    Figure("l2c_write_offs_yuan", "Their amounts", ("state",), lambda: _write_offs(func.sum(WriteOff.amount))),
    Figure("l2c_receipts_unmatched", "Receipts that nobody's bills are paid by", (), lambda: _unmatched(func.count())),
    Figure(
        "l2c_receipts_unmatched_yuan",
        "What is left of them",
        (),
        lambda: _unmatched(func.coalesce(func.sum(Receipt.amount - Receipt.used), 0)),
    ),
)
