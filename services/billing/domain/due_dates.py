"""Due dates (spec, billing.md, "Due dates"). Pure."""

from datetime import date

from services.kit.clock import Month


def due_on(month: Month, cycle_months: int) -> date:
    """The last day of the month that lies ``cycle_months`` after a bill's: March's bill with a cycle of 1 is due on 30 April."""
    return month.plus(cycle_months).last_day
