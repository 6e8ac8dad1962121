"""Rate one bill's month anew (spec, billing.md, "Bills")."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.billing.domain.adjustments import differences, with_adjustments
from services.billing.domain.charging import AccountTotal, Charged
from services.billing.store.adjustments import (
    count_reratings,
    delete_contents,
    insert_adjustments,
    insert_rerating,
    insert_uses,
    lock_pending,
    totals_of_bill,
)
from services.billing.store.bills import accounts_of_bills, insert_contents, lines_of
from services.billing.store.rerating_tables import BillRerating
from services.billing.store.tables import Bill, BillLine
from services.billing.usecases.bill_rows import ContentRows
from services.billing.usecases.consume_balances import redraw_bills
from services.billing.usecases.snapshots import change_bills
from services.contracts import billing_calls as calls
from services.kit.money import ZERO
from services.kit.schema import dump
from services.kit.unit_of_work import UnitOfWork

REPLACED, ADJUSTED, UNCHANGED = "replaced", "adjusted", "unchanged"


def replace_open_contents(work: UnitOfWork, wanted: Sequence[tuple[Bill, Charged]]) -> dict[UUID, str]:
    """Give open bills, which are locked, the contents that their month comes to now; what they had before is kept.

    :param wanted: without adjustments; those that the bills carry are set on them anew, with what is pending besides.
    :returns: ``replaced`` or ``unchanged``, by product.
    """
    superseded = {bill.id: _superseded(work, bill, content) for bill, content in wanted}
    changed = [(bill, content) for bill, content in wanted if superseded[bill.id] is not None]
    for bill, _ in changed:
        delete_contents(work.session, bill.id)
    pending = lock_pending(work.session, [bill.product_id for bill, _ in changed if bill.product_id])
    rows = ContentRows()
    values: dict[UUID, dict[str, Any]] = {}
    for bill, content in changed:
        adjusted = with_adjustments(content, pending.get(bill.product_id, []) if bill.product_id else [])
        rows.add(bill.id, adjusted)
        values[bill.id] = {"quantity": adjusted.quantity, "amount": adjusted.amount, "adjusted": adjusted.adjusted}
    insert_contents(work.session, rows.lines, rows.shares, rows.accounts)
    insert_uses(work.session, rows.uses)
    covered = redraw_bills(work, [bill for bill, _ in changed], rows.accounts)
    for bill, _ in changed:
        before = {"quantity": bill.quantity, "amount": bill.amount}
        rerating = _keep_rerating(work, bill, REPLACED, before, values[bill.id], superseded[bill.id] or {})
        change_bills(work, [(bill, values[bill.id] | {"covered": covered.get(bill.id, ZERO)})], why="晚到用量，重新计价")
        _say(work, bill, rerating)
    return {bill.product_id: REPLACED if bill.id in values else UNCHANGED for bill, _ in wanted if bill.product_id}


def _superseded(work: UnitOfWork, bill: Bill, content: Charged) -> dict[str, Any] | None:
    """
    :returns: the bill's content as it is, as ``RatedContent``; ``None`` if the new one is the same.
    """
    lines = lines_of(work.session, [bill.id])
    if not differences(content.accounts, totals_of_bill(work.session, bill.id)) and _is_charged_as(lines, content):
        return None
    return _document(lines, accounts_of_bills(work.session, [bill.id]))


def adjust_agreed_bill(work: UnitOfWork, bill: Bill, content: Charged) -> str:
    """Leave a reconciled bill, which is locked, as it was agreed, and keep what its month comes to beyond that for the product's
    next bill.

    :param content: what the month comes to now.
    :returns: ``adjusted``, or ``unchanged``.
    """
    before = totals_of_bill(work.session, bill.id)
    found = differences(content.accounts, before)
    if not found:
        return UNCHANGED
    rows = ContentRows()
    rows.add(bill.id, content)
    # By accounts, on both sides: what was sold once is nobody's usage.
    document = _document(rows.lines, rows.accounts)
    rerating = _keep_rerating(work, bill, ADJUSTED, _sum(before), _sum(content.accounts), document)
    adjustments = [
        {
            "id": work.new_id(),
            "bill_id": bill.id,
            "rerating": rerating.number,
            "product_id": bill.product_id,
            "account_id": each.account_id,
            "identifier": each.identifier,
            "quantity": each.quantity,
            "amount": each.amount,
        }
        for each in found
    ]
    insert_adjustments(work.session, adjustments)
    work.audit(
        "bill_adjusted",
        ("bill", bill.id),
        before={"amount": str(rerating.amount_before), "quantity": rerating.quantity_before},
        after={"amount": str(rerating.amount_after), "quantity": rerating.quantity_after},
        why="晚到用量，差额列入下一张账单",
    )
    _say(work, bill, rerating)
    return ADJUSTED


def _is_charged_as(lines: Sequence[BillLine], content: Charged) -> bool:
    stored = [(line.price_id, line.segment, line.tier, line.quantity, line.amount) for line in lines]
    return stored == [
        (line.price.id, line.segment, line.charge.tier, line.charge.quantity, line.charge.amount) for line in content.lines
    ]


def _sum(totals: Sequence[AccountTotal]) -> dict[str, Any]:
    return {"quantity": sum(each.quantity for each in totals), "amount": sum((each.amount for each in totals), ZERO)}


def _document(lines: Sequence[Any], accounts: Sequence[Any]) -> dict[str, Any]:
    document: dict[str, Any] = dump(calls.RatedContent, {"lines": lines, "accounts": accounts})
    return document


def _keep_rerating(
    work: UnitOfWork, bill: Bill, outcome: str, before: Mapping[str, Any], after: Mapping[str, Any], content: dict[str, Any]
) -> BillRerating:
    rerating = BillRerating(
        bill_id=bill.id,
        number=count_reratings(work.session, bill.id) + 1,
        outcome=outcome,
        quantity_before=before["quantity"],
        quantity_after=after["quantity"],
        amount_before=before["amount"],
        amount_after=after["amount"],
        content=content,
        rated_at=work.now,
    )
    insert_rerating(work.session, rerating)
    return rerating


def _say(work: UnitOfWork, bill: Bill, rerating: BillRerating) -> None:
    difference: Decimal = rerating.amount_after - rerating.amount_before
    rerated = {
        "bill_id": bill.id,
        "number": bill.number,
        "customer_id": bill.customer_id,
        "customer_name": bill.customer_name,
        "product_id": bill.product_id,
        "product_name": bill.product_name,
        "month": bill.month,
        "outcome": rerating.outcome,
        "quantity": rerating.quantity_after - rerating.quantity_before,
        "amount": difference,
    }
    work.publish("bill_rerated", bill.id, rerated, version=bill.version)
