"""Show what still blocks commission (spec, gateway.md, "Console": "what still blocks my commission")."""

from typing import Any

from services.kit.clock import Month
from services.kit.database import read_one_moment
from services.kit.money import ZERO
from services.kit.paging import PageRequest
from services.kit.unit_of_work import Begin
from services.payments.store.missing_commission import Waiting, missing_by_reason
from services.payments.usecases.list_missing_commission import missing_page


def show_blocked_commission(begin: Begin, *, first: int) -> dict[str, Any]:
    """Of the bills that the caller sees, those up to the present month's that bring no commission yet: sums by reason, and the
    first of them, all of one moment.

    :returns: for ``BlockedCommission`` to dump.
    """
    with begin() as work:
        read_one_moment(work.session)
        month = Month.of(work.today)
        waiting = Waiting(work.caller, month)
        reasons = missing_by_reason(work.session, waiting)
        items = missing_page(work, waiting, PageRequest(first)).items
    return {
        "month": month,
        "count": sum(count for _, count, _ in reasons),
        "amount": sum((amount for _, _, amount in reasons), ZERO),
        "reasons": [{"code": code, "count": count, "amount": amount} for code, count, amount in reasons],
        "items": items,
    }
