"""Show what is about to be due (spec, gateway.md, "Console": "bills about to be due")."""

from datetime import timedelta
from typing import Any

from services.kit.unit_of_work import Begin
from services.payments.store.due_bills import first_due, sums_due
from services.payments.usecases.show_receivable import receivable_view


def show_due_bills(begin: Begin, *, within_days: int, first: int) -> dict[str, Any]:
    """Of the receivables that the caller sees, those that are due within so many days, or were due before.

    :returns: for ``DueBills`` to dump.
    """
    with begin() as work:
        due_to = work.today + timedelta(days=within_days)
        overdue, due = sums_due(work.session, work.caller, work.today, due_to)
        rows = first_due(work.session, work.caller, due_to, first)
        items = [receivable_view(receivable, name) for receivable, name in rows]
    return {"due_to": due_to, "overdue": overdue, "due": due, "items": items}
