"""Rate bills' months anew (spec, billing.md, "Bills")."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, Self
from uuid import UUID

from services.billing.domain.adjustments import Difference, differences, with_adjustments
from services.billing.domain.charging import AccountTotal, Charged
from services.billing.store.adjustments import (
    count_reratings,
    delete_contents,
    insert_adjustments,
    insert_reratings,
    insert_uses,
    lock_pending,
    totals_of_bills,
)
from services.billing.store.bills import accounts_of_bills, insert_contents, lines_of
from services.billing.store.tables import Bill, BillLine
from services.billing.usecases.bill_rows import ContentRows
from services.billing.usecases.consume_balances import redraw_bills
from services.billing.usecases.snapshots import change_bills
from services.contracts import billing_calls as calls
from services.kit.audit import AuditEntry
from services.kit.money import ZERO
from services.kit.schema import dump
from services.kit.unit_of_work import Fact, UnitOfWork

REPLACED, ADJUSTED, UNCHANGED = "replaced", "adjusted", "unchanged"

Rated = tuple[Bill, Charged]
"""A bill of a product, locked, and what its month comes to now, without adjustments."""


class Totals(NamedTuple):
    """What a bill's month comes to at one time."""

    quantity: int
    amount: Decimal

    @classmethod
    def of(cls, accounts: Iterable[AccountTotal]) -> Self:
        each = list(accounts)
        return cls(sum(total.quantity for total in each), sum((total.amount for total in each), ZERO))


class Rerating(NamedTuple):
    """A bill, what its month came to before and comes to now, and the content that is kept of it (as ``RatedContent``)."""

    bill: Bill
    before: Totals
    after: Totals
    content: dict[str, Any]


def replace_open_contents(work: UnitOfWork, rated: Sequence[Rated]) -> dict[UUID, str]:
    """Give open bills the contents that their months come to now; what they had before is kept. The adjustments that they carry
    are set on them anew, with what is pending besides.

    :returns: ``replaced`` or ``unchanged``, by product.
    """
    bill_ids = [bill.id for bill, _ in rated]
    lines = _by_bill(lines_of(work.session, bill_ids))
    accounts = _by_bill(accounts_of_bills(work.session, bill_ids))
    before = totals_of_bills(work.session, bill_ids)
    changed = [
        (bill, content)
        for bill, content in rated
        if differences(content.accounts, before[bill.id]) or not _is_charged_as(lines[bill.id], content)
    ]
    if changed:
        superseded = {bill.id: _document(lines[bill.id], accounts[bill.id]) for bill, _ in changed}
        _replace(work, changed, superseded)
    replaced = {bill.id for bill, _ in changed}
    return {bill.product_id: REPLACED if bill.id in replaced else UNCHANGED for bill, _ in rated if bill.product_id}


def _replace(work: UnitOfWork, changed: Sequence[Rated], superseded: Mapping[UUID, dict[str, Any]]) -> None:
    delete_contents(work.session, superseded)
    pending = lock_pending(work.session, [bill.product_id for bill, _ in changed if bill.product_id])
    contents = [
        (bill, with_adjustments(content, pending.get(bill.product_id, []) if bill.product_id else []))
        for bill, content in changed
    ]
    rows = ContentRows()
    for bill, content in contents:
        rows.add(bill.id, content)
    insert_contents(work.session, rows.lines, rows.shares, rows.accounts)
    insert_uses(work.session, rows.uses)
    covered = redraw_bills(work, [bill for bill, _ in contents], rows.accounts)
    reratings = [
        Rerating(bill, Totals(bill.quantity, bill.amount), Totals(content.quantity, content.amount), superseded[bill.id])
        for bill, content in contents
    ]
    _keep(work, REPLACED, reratings)
    changes = [
        (
            bill,
            {
                "quantity": content.quantity,
                "amount": content.amount,
                "adjusted": content.adjusted,
                "covered": covered.get(bill.id, ZERO),
            },
        )
        for bill, content in contents
    ]
    change_bills(work, changes, why="晚到用量，重新计价")
    _say(work, REPLACED, reratings)


def adjust_agreed_bills(work: UnitOfWork, rated: Sequence[Rated]) -> dict[UUID, str]:
    """Leave reconciled bills as they were agreed, and keep what their months come to beyond that for their products' next bills.

    :returns: ``adjusted`` or ``unchanged``, by product.
    """
    before = totals_of_bills(work.session, [bill.id for bill, _ in rated])
    found = {bill.id: differences(content.accounts, before[bill.id]) for bill, content in rated}
    # By accounts, on both sides: what was sold once is nobody's usage.
    reratings = [
        Rerating(bill, Totals.of(before[bill.id]), Totals.of(content.accounts), _document_of(bill, content))
        for bill, content in rated
        if found[bill.id]
    ]
    if reratings:
        numbers = _keep(work, ADJUSTED, reratings)
        rows = [_adjustment(work, each.bill, numbers[each.bill.id], part) for each in reratings for part in found[each.bill.id]]
        insert_adjustments(work.session, rows)
        work.audit_all([_noted(each) for each in reratings])
        _say(work, ADJUSTED, reratings)
    return {bill.product_id: ADJUSTED if found[bill.id] else UNCHANGED for bill, _ in rated if bill.product_id}


def _adjustment(work: UnitOfWork, bill: Bill, rerating: int, difference: Difference) -> dict[str, Any]:
    return {
        "id": work.new_id(),
        "bill_id": bill.id,
        "rerating": rerating,
        "product_id": bill.product_id,
        "account_id": difference.account_id,
        "identifier": difference.identifier,
        "quantity": difference.quantity,
        "amount": difference.amount,
    }


def _noted(rerating: Rerating) -> AuditEntry:
    before, after = ({"amount": str(totals.amount), "quantity": totals.quantity} for totals in (rerating.before, rerating.after))
    return AuditEntry("bill_adjusted", ("bill", rerating.bill.id), before, after, "晚到用量，差额列入下一张账单")


def _is_charged_as(lines: Sequence[BillLine], content: Charged) -> bool:
    stored = [(line.price_id, line.segment, line.tier, line.quantity, line.amount) for line in lines]
    return stored == [
        (line.price.id, line.segment, line.charge.tier, line.charge.quantity, line.charge.amount) for line in content.lines
    ]


def _by_bill(rows: Iterable[Any]) -> defaultdict[UUID, list[Any]]:
    by_bill: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        by_bill[row.bill_id].append(row)
    return by_bill


def _document_of(bill: Bill, content: Charged) -> dict[str, Any]:
    rows = ContentRows()
    rows.add(bill.id, content)
    return _document(rows.lines, rows.accounts)


def _document(lines: Sequence[Any], accounts: Sequence[Any]) -> dict[str, Any]:
    document: dict[str, Any] = dump(calls.RatedContent, {"lines": lines, "accounts": accounts})
    return document


def _keep(work: UnitOfWork, outcome: str, reratings: Sequence[Rerating]) -> dict[UUID, int]:
    """
    :returns: the numbers under which they are kept, by bill.
    """
    earlier = count_reratings(work.session, [each.bill.id for each in reratings])
    numbers = {each.bill.id: earlier.get(each.bill.id, 0) + 1 for each in reratings}
    rows = [
        {
            "bill_id": each.bill.id,
            "number": numbers[each.bill.id],
            "outcome": outcome,
            "quantity_before": each.before.quantity,
            "quantity_after": each.after.quantity,
            "amount_before": each.before.amount,
            "amount_after": each.after.amount,
            "content": each.content,
            "rated_at": work.now,
        }
        for each in reratings
    ]
    insert_reratings(work.session, rows)
    return numbers


def _say(work: UnitOfWork, outcome: str, reratings: Sequence[Rerating]) -> None:
    facts = [
        Fact(
            "bill_rerated",
            each.bill.id,
            {
                "bill_id": each.bill.id,
                "number": each.bill.number,
                "customer_id": each.bill.customer_id,
                "customer_name": each.bill.customer_name,
                "product_id": each.bill.product_id,
                "product_name": each.bill.product_name,
                "month": each.bill.month,
                "outcome": outcome,
                "quantity": each.after.quantity - each.before.quantity,
                "amount": each.after.amount - each.before.amount,
            },
            each.bill.version,
        )
        for each in reratings
    ]
    work.publish_all(facts)
