"""Show a month's commission: what was earned, where it came from, and what is still missing (spec, payments.md, "Commission")."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from services.kit.clock import Month, business_date
from services.kit.database import read_one_moment
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin
from services.payments.store.commission_statements import (
    INTEREST_KINDS,
    Scope,
    commission_entries,
    interest_entries,
    page_of_entries,
    receipts_of,
    totals_of,
    write_offs_of,
)
from services.payments.store.interest_tables import InterestEntry
from services.payments.store.missing_commission import Waiting, missing_in_all
from services.payments.store.tables import CommissionEntry
from services.payments.usecases.list_interest import origin_view
from services.payments.usecases.list_missing_commission import missing_page

NO_SOURCE: dict[str, Any] = {
    "process_id": None,
    "automatic": None,
    "receipts": [],
    "takes_back": None,
    "reason": None,
    "month": None,
    "base": None,
    "details": None,
}


def show_commission_statement(
    begin: Begin, *, month: Month, owner_id: UUID | None, page_size: int, cursor: str
) -> dict[str, Any]:
    """As the contract's ``CommissionStatement``, all of one moment: of everybody whom the caller sees, or of one of them."""
    with begin() as work:
        session, request = work.session, PageRequest(page_size, "", cursor)
        read_one_moment(session)
        scope, waiting = Scope(work.caller, month, owner_id), Waiting(work.caller, month, owner_id)
        entries = entries_page(session, scope, request)
        # What is missing has a page of its own to go on with.
        missing = Page([], None) if cursor else missing_page(work, waiting, request)
        count, amount = missing_in_all(session, waiting)
        return {
            "month": month,
            "totals": totals_of(session, scope),
            "entries": entries.items,
            "next_cursor": entries.next_cursor,
            "missing": missing.items,
            "missing_next_cursor": missing.next_cursor,
            "missing_count": count,
            "missing_amount": amount,
        }


def entries_page(session: Session, scope: Scope, request: PageRequest) -> Page:
    """A page of the entries with their sources, as the contract's ``CommissionEntry``."""
    page = page_of_entries(session, scope, request)
    interest_ids = [row.id for row in page.items if row.kind in INTEREST_KINDS]
    interest = interest_entries(session, interest_ids)
    earned = commission_entries(session, [row.id for row in page.items if row.id not in interest])
    # A reversal takes back one that another month may have: its own page does not have it.
    reversed_ids = {entry.reverses for entry in earned.values() if entry.reverses is not None}
    sources = _Sources(
        write_offs_of(session, earned.values()),
        receipts_of(session, earned.values()),
        commission_entries(session, reversed_ids),
    )
    items = [
        _of_interest(interest[row.id], row.kind) if row.id in interest else sources.entry(earned[row.id], row.kind)
        for row in page.items
    ]
    return Page(items, page.next_cursor)


class _Sources:
    """What a page's commission entries come from."""

    def __init__(
        self,
        write_offs: Mapping[UUID, Row[*tuple[Any, ...]]],
        receipts: Mapping[tuple[UUID, UUID], Sequence[Row[*tuple[Any, ...]]]],
        reversed_: Mapping[UUID, CommissionEntry],
    ) -> None:
        self._write_offs = write_offs
        self._receipts = receipts
        self._reversed = reversed_

    def entry(self, entry: CommissionEntry, kind: str) -> dict[str, Any]:
        columns = {column.key: getattr(entry, column.key) for column in CommissionEntry.__table__.columns}
        return columns | {"kind": kind, "source": self._source(entry)}

    def _source(self, entry: CommissionEntry) -> dict[str, Any]:
        source = {**NO_SOURCE, "process_id": entry.process_id}
        if entry.reverses is not None:
            source["takes_back"] = self._reversed[entry.reverses]
        if entry.write_off_id is None:
            return source
        write_off = self._write_offs[entry.write_off_id]
        receipts = self._receipts.get((entry.write_off_id, entry.bill_id), ())
        return source | {
            "automatic": write_off.automatic,
            "receipts": [{**row._asdict(), "received_on": business_date(row.received_at)} for row in receipts],
            "reason": None if entry.reverses is None else write_off.remarks,
        }


def _of_interest(entry: InterestEntry, kind: str) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": kind,
        "owner_id": entry.owner_id,
        "owner_name": entry.owner_name or "",
        "customer_id": entry.customer_id,
        "customer_name": entry.customer_name,
        "bill_id": entry.bill_id,
        "bill_number": entry.bill_number,
        "product_type": None,
        "write_off_id": None,
        "written_off": None,
        "unit_cost": None,
        "cost": None,
        "rate": entry.rate,
        "amount": entry.amount if kind == "interest_credit" else -entry.amount,
        "earned_on": entry.booked_on,
        "reverses": None,
        "source": {**NO_SOURCE, "month": Month.of(entry.month), "base": entry.base, "details": origin_view(entry)},
    }
