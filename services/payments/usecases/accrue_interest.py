"""Accrue a month's penalties and credits, and correct what is known better since (spec, payments.md, "Interest and penalty")."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row

from services.kit.clock import Month, business_date
from services.kit.garbage import uncollected
from services.kit.ids import new_ids
from services.kit.jobs import Shard
from services.kit.money import ZERO
from services.kit.planning import plan_for_values
from services.kit.unit_of_work import Fact, UnitOfWork
from services.payments.domain.interest import (
    NOTHING,
    Accrual,
    Received,
    accrue,
    came_to_light,
    cause_of,
    correction,
    credit_base,
    exempt_part,
    outstanding_of,
)
from services.payments.store import interest, interest_rates
from services.payments.store.tables import Customer

BATCH_CUSTOMERS: Final = 1000


def accrue_interest(shard: Shard) -> dict[str, Any]:
    """Do one shard, customers by their id's hash: accrue every month that is over, up to the one before the job's day, that has a
    rate and is not accrued, and correct accrued ones.

    Customers are locked and done by batches, each a transaction of its own, and are known by their progress and by what is marked
    of them: so it may be killed, run again, and run twice at once.

    :returns: the last accrued month (none: no rate was ever set for it, nothing is accrued), and how many entries were made of
        which kind.
    """
    with shard.begin() as work:
        interest_rates.lock_rates(work.session)
        # Whatever day is asked for: a month is over first, as it keeps what it is accrued at.
        over = Month.of(min(shard.as_of, work.today)).plus(-1)
        opened = interest_rates.open_months(work.session, over, work.now)
        accrued = interest_rates.accrued_months(work.session)
        if opened:
            after = {"months": [str(month) for month in opened]}
            work.audit("interest_months_opened", ("interest_month", opened[-1]), after=after)
    if accrued is None:
        shard.report(0, 0)
        return {"through": None, "accrued": 0, "corrected": 0}
    through = accrued[1]
    with shard.begin() as work:
        total = interest.count_customers_with_work(work.session, shard.number, shard.of, through)
    shard.report(0, total)
    made = corrected = done = 0
    after_id: UUID | None = None
    while True:
        with uncollected(), shard.begin() as work:
            plan_for_values(work.session)
            newest = _newest_month(work)
            customers = interest.lock_customers_with_work(work.session, shard.number, shard.of, newest, after_id, BATCH_CUSTOMERS)
            if not customers:
                break
            entries = _entries(work, customers, newest)
        corrections = sum(entry["number"] > 1 for entry in entries)
        made, corrected = made + len(entries) - corrections, corrected + corrections
        done, after_id = done + len(customers), max(customers)
        shard.report(done)
    _finish(shard, through)
    return {"through": str(through), "accrued": made, "corrected": corrected}


def _newest_month(work: UnitOfWork) -> Month:
    # Another run may have opened the next one meanwhile; none does before this batch is through.
    interest_rates.keep_months(work.session)
    accrued = interest_rates.accrued_months(work.session)
    assert accrued is not None, "a month stays accrued"
    return accrued[1]


def _entries(work: UnitOfWork, customers: Mapping[UUID, Customer], through: Month) -> list[dict[str, Any]]:
    bills, prepaid = interest.take_marks(work.session, customers)
    booked_on = through.last_day
    entries = [*_penalties(work, customers, bills, booked_on), *_credits(work, customers, prepaid, booked_on)]
    for entry, entry_id in zip(entries, new_ids(len(entries)), strict=True):
        entry["id"] = entry_id
    interest.insert_entries(work.session, entries)
    interest.note_progress(work.session, customers, through)
    return entries


def _penalties(
    work: UnitOfWork, customers: Mapping[UUID, Customer], marked: interest.Marks, booked_on: date
) -> Iterable[dict[str, Any]]:
    rows = interest.sums_of_receivables(work.session, customers, marked)
    booked = interest.booked_of_bills(work.session, marked)
    receipts = _receipts(work, marked.keys() | {row.bill_id for row in rows if row.received})
    for row in rows:
        before = booked.get((row.bill_id, row.month), ())
        outstanding = outstanding_of(row.amount, row.received)
        exempt = exempt_part(outstanding, row.exempt, row.amount)
        truth = NOTHING if row.is_voided else accrue(outstanding - exempt, row.rate)
        change = correction(truth, [Accrual(entry.base, entry.amount) for entry in before])
        if change is None:
            continue
        known = [each for each in receipts.get(row.bill_id, ()) if each.received_on < row.month]
        changed = came_to_light(known, _known_receipts(before))
        params = {
            "due_on": str(row.due_on),
            "month": str(row.month)[:7],
            "received": str(row.received),
            "outstanding": str(outstanding),
            "exempt": str(exempt),
            "changed": str(sum((each.amount for each in changed), ZERO)),
        }
        code = cause_of(voided=row.is_voided, changed=changed) if before else _accrual_code(row, exempt)
        entry = _entry("penalty", customers[row.customer_id], row, change, before, booked_on)
        entry["bill_id"], entry["bill_number"] = row.bill_id, row.number
        entry["origin"] = {"code": code, "params": params, "receipts": [_receipt(each) for each in changed]}
        yield entry


def _accrual_code(row: Row[Any], exempt: Decimal) -> str:
    if not row.is_fresh:
        return "found_late"
    return "overdue_without_exempt" if exempt else "overdue"


def _credits(
    work: UnitOfWork, customers: Mapping[UUID, Customer], marked: interest.Marks, booked_on: date
) -> Iterable[dict[str, Any]]:
    booked = interest.booked_of_customers(work.session, marked)
    for row in interest.sums_of_prepaid_money(work.session, customers, marked):
        before = booked.get((row.customer_id, row.month), ())
        truth = accrue(credit_base(row.at_begin, row.at_end), row.rate)
        change = correction(truth, [Accrual(entry.base, entry.amount) for entry in before])
        if change is None:
            continue
        params = {"month": str(row.month)[:7], "at_begin": str(row.at_begin), "at_end": str(row.at_end)}
        entry = _entry("credit", customers[row.customer_id], row, change, before, booked_on)
        entry["bill_id"] = entry["bill_number"] = None
        entry["origin"] = {"code": "prepaid" if row.is_fresh else "prepaid_corrected", "params": params, "receipts": []}
        yield entry


def _entry(
    kind: str, customer: Customer, row: Row[Any], change: Accrual, before: Sequence[Row[Any]], booked_on: date
) -> dict[str, Any]:
    bearer: Customer | Row[Any] = before[0] if before else customer
    return {
        "kind": kind,
        "month": row.month,
        "number": len(before) + 1,
        "booked_on": booked_on,
        "customer_id": customer.id,
        "customer_name": customer.name,
        "owner_id": bearer.owner_id,
        "owner_name": bearer.owner_name,
        "owner_department_id": bearer.owner_department_id,
        "base": change.base,
        "rate": row.rate,
        "amount": change.amount,
    }


def _receipts(work: UnitOfWork, bill_ids: Collection[UUID]) -> dict[UUID, list[Received]]:
    found: dict[UUID, list[Received]] = {}
    for row in interest.receipts_of_bills(work.session, bill_ids):
        received = Received(row.id, row.payer_name, business_date(row.received_at), row.amount)
        found.setdefault(row.bill_id, []).append(received)
    return found


def _known_receipts(entries: Iterable[Row[Any]]) -> dict[UUID, Decimal]:
    known: dict[UUID, Decimal] = {}
    for entry in entries:
        for receipt in entry.origin["receipts"]:
            receipt_id = UUID(receipt["receipt_id"])
            known[receipt_id] = known.get(receipt_id, ZERO) + Decimal(receipt["amount"])
    return known


def _receipt(received: Received) -> dict[str, str]:
    return {
        "receipt_id": str(received.receipt_id),
        "payer_name": received.payer_name,
        "received_on": str(received.received_on),
        "amount": str(received.amount),
    }


def _finish(shard: Shard, through: Month) -> None:
    """Tell each owner once what the month's run came to: with the last of its shards, when all entries are there."""
    with shard.begin() as work:
        if interest_rates.finish_shard_of_month(work.session, through, shard.number, shard.of, work.now):
            sums = interest.sums_by_owner(work.session, through.last_day)
            work.publish_all([Fact("interest_accrued", each.owner_id, {**each._asdict(), "month": through}) for each in sums])
