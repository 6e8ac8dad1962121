"""Figures of billing, for those who watch the system."""

from typing import Any

from sqlalchemy import Select, func, select

from services.billing.store.tables import Bill
from services.kit.clock import Month, business_date, utc_now
from services.kit.figures import Figure


def _issued(figure: Any) -> Select[Any]:
    """Of the month that is billed now: the last one that is over, whose index entries alone are read."""
    month = Month.of(business_date(utc_now())).plus(-1)
    return select(figure).where(Bill.month == month, Bill.state != "void")


FIGURES = (
    Figure("l2c_bills_issued", "Bills issued for the last month that is over", (), lambda: _issued(func.count())),
    Figure("l2c_bills_issued_yuan", "Their amounts", (), lambda: _issued(func.coalesce(func.sum(Bill.amount), 0))),
    Figure(
        "l2c_bills_open",
        "Bills that are not settled, by state",
        ("state",),
        lambda: (
            select(Bill.state, func.count()).where(Bill.state.in_(("open", "reconciling", "reconciled"))).group_by(Bill.state)
        ),
    ),
)
