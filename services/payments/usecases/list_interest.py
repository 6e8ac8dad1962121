"""List what interest and penalties were accrued, each with its origin (spec, payments.md, "Interest and penalty")."""

from datetime import date
from decimal import Decimal
from typing import Any

from services.kit.clock import Month
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin
from services.payments.store.interest import page_of_interest
from services.payments.store.interest_tables import InterestEntry


def list_interest(begin: Begin, *, page_size: int, sort: str, cursor: str, **wanted: Any) -> Page:
    """A page of the entries that the caller sees: of whoever bears them.

    :param wanted: as the contract's ``InterestQuery``.
    """
    with begin() as work:
        page = page_of_interest(work.session, work.caller, PageRequest(page_size, sort, cursor), **wanted)
        return Page([interest_view(entry) for entry in page.items], page.next_cursor)


def interest_view(entry: InterestEntry) -> dict[str, Any]:
    """An entry, as the contract's ``InterestEntry``."""
    values = {column.key: getattr(entry, column.key) for column in InterestEntry.__table__.columns}
    return {**values, "month": Month.of(entry.month), "origin": origin_view(entry)}


def origin_view(entry: InterestEntry) -> dict[str, Any]:
    """What an entry was computed from, as the contract's ``InterestOrigin``."""
    receipts = [
        {**each, "received_on": date.fromisoformat(each["received_on"]), "amount": Decimal(each["amount"])}
        for each in entry.origin["receipts"]
    ]
    return {**entry.origin, "receipts": receipts}
