"""Re-ratings of bills, and the adjustments that later bills carry."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from services.billing.domain.adjustments import Pending
from services.billing.domain.charging import AccountTotal
from services.billing.store.bills import lock_bills
from services.billing.store.columns import one_of
from services.billing.store.rerating_tables import BillAdjustment, BillAdjustmentUse, BillRerating
from services.billing.store.tables import Bill, BillAccount, BillLine, BillLineShare
from services.kit.bulk import insert_rows
from services.kit.clock import Month
from services.kit.money import ZERO

Carrier = aliased(Bill)
"""The later bill that carries an adjustment."""


def lock_bills_of_month(session: Session, month: Month, product_ids: Iterable[UUID]) -> dict[UUID, Bill]:
    """The products' bills of the month that are not void: product → bill. They are locked, in the order of their ids, and with
    them those of other months whose adjustments they may carry."""
    products = one_of(product_ids)
    origins = select(BillAdjustment.bill_id).where(BillAdjustment.product_id == products)
    is_wanted = and_(Bill.product_id == products, Bill.month == month, Bill.state != "void")
    query = select(Bill).where(or_(is_wanted, Bill.id.in_(origins))).order_by(Bill.id).with_for_update()
    bills = session.scalars(query, execution_options={"populate_existing": True})
    return {
        bill.product_id: bill for bill in bills if bill.product_id is not None and bill.month == month and bill.state != "void"
    }


def lock_pending(session: Session, product_ids: Iterable[UUID]) -> dict[UUID, list[Pending]]:
    """What no bill carries yet of these products' adjustments, the oldest month first; the bills that they come from are locked,
    so that none is voided meanwhile."""
    query = _pending(product_ids)
    origins = {row.bill_id for row in session.execute(query)}
    if not origins:
        return {}
    lock_bills(session, origins)
    pending: dict[UUID, list[Pending]] = {}
    for row in session.execute(query):
        left = Pending(row.id, row.account_id, row.identifier, int(row.quantity), row.amount)
        pending.setdefault(row.product_id, []).append(left)
    return pending


def _pending(product_ids: Iterable[UUID]) -> Select[*tuple[Any, ...]]:
    origin = aliased(Bill)
    carried = Carrier.state != "void"
    quantity = BillAdjustment.quantity - func.coalesce(func.sum(BillAdjustmentUse.quantity).filter(carried), 0)
    amount = BillAdjustment.amount - func.coalesce(func.sum(BillAdjustmentUse.amount).filter(carried), 0)
    return (
        select(
            BillAdjustment.id,
            BillAdjustment.bill_id,
            BillAdjustment.product_id,
            BillAdjustment.account_id,
            BillAdjustment.identifier,
            quantity.label("quantity"),
            amount.label("amount"),
        )
        .join(origin, and_(origin.id == BillAdjustment.bill_id, origin.state != "void"))
        .outerjoin(BillAdjustmentUse, BillAdjustmentUse.adjustment_id == BillAdjustment.id)
        .outerjoin(Carrier, Carrier.id == BillAdjustmentUse.bill_id)
        .where(BillAdjustment.product_id == one_of(product_ids))
        .group_by(BillAdjustment.id, origin.month)
        .having((quantity != 0) | (amount != 0))
        .order_by(origin.month, BillAdjustment.bill_id, BillAdjustment.rerating, BillAdjustment.identifier, BillAdjustment.id)
    )


def insert_uses(session: Session, uses: Sequence[dict[str, Any]]) -> None:
    """
    :raises sqlalchemy.exc.IntegrityError: if bills would carry more of an adjustment than there is.
    """
    insert_rows(session, BillAdjustmentUse.__table__, uses)


def insert_adjustments(session: Session, adjustments: Sequence[dict[str, Any]]) -> None:
    insert_rows(session, BillAdjustment.__table__, adjustments)


def insert_reratings(session: Session, reratings: Sequence[dict[str, Any]]) -> None:
    insert_rows(session, BillRerating.__table__, reratings)


def count_reratings(session: Session, bill_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How often each of these bills was rated anew; those that never were are left out."""
    query = select(BillRerating.bill_id, func.count()).where(BillRerating.bill_id == one_of(bill_ids))
    counts = session.execute(query.group_by(BillRerating.bill_id))
    return {row[0]: row[1] for row in counts}


def totals_of_bills(session: Session, bill_ids: Iterable[UUID]) -> dict[UUID, list[AccountTotal]]:
    """What accounts have of each bill's own month, and of each adjustment that was found for it: together what they were
    billed."""
    ids = list(bill_ids)
    totals: dict[UUID, list[AccountTotal]] = {bill_id: [] for bill_id in ids}
    own = select(BillAccount).where(BillAccount.bill_id == one_of(ids))
    for row in session.scalars(own):
        quantity, amount = row.quantity - row.adjusted_quantity, row.amount - row.adjusted_amount
        totals[row.bill_id].append(AccountTotal(row.account_id, row.identifier, quantity, amount))
    adjusted = select(BillAdjustment).where(BillAdjustment.bill_id == one_of(ids))
    for found in session.scalars(adjusted):
        totals[found.bill_id].append(AccountTotal(found.account_id, found.identifier, found.quantity, found.amount))
    return totals


def delete_contents(session: Session, bill_ids: Iterable[UUID]) -> None:
    """Clear open bills for other contents."""
    ids = list(bill_ids)
    for table in (BillAdjustmentUse, BillLineShare, BillLine, BillAccount):
        session.execute(delete(table).where(table.bill_id == one_of(ids)), execution_options={"synchronize_session": False})


def carriers_of(session: Session, bill_id: UUID) -> list[str]:
    """The numbers of the bills that carry adjustments of this one."""
    query = (
        select(Bill.number)
        .distinct()
        .join(BillAdjustmentUse, BillAdjustmentUse.bill_id == Bill.id)
        .join(BillAdjustment, BillAdjustment.id == BillAdjustmentUse.adjustment_id)
        .where(BillAdjustment.bill_id == bill_id, Bill.state != "void")
        .order_by(Bill.number)
    )
    return list(session.scalars(query))


def reratings_of(session: Session, bill_id: UUID) -> list[BillRerating]:
    return list(session.scalars(select(BillRerating).where(BillRerating.bill_id == bill_id).order_by(BillRerating.number)))


def adjustments_on(session: Session, bill_ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """The adjustment lines of these bills, one for each earlier bill that they come from, the oldest month first."""
    query = (
        select(
            BillAdjustmentUse.bill_id,
            Bill.id.label("of_bill_id"),
            Bill.number.label("of_number"),
            Bill.month.label("of_month"),
            func.sum(BillAdjustmentUse.quantity).label("quantity"),
            func.sum(BillAdjustmentUse.amount).label("amount"),
        )
        .join(BillAdjustment, BillAdjustment.id == BillAdjustmentUse.adjustment_id)
        .join(Bill, Bill.id == BillAdjustment.bill_id)
        .where(BillAdjustmentUse.bill_id.in_(list(bill_ids)))
        .group_by(BillAdjustmentUse.bill_id, Bill.id)
        .order_by(BillAdjustmentUse.bill_id, Bill.month, Bill.number)
    )
    return [{**row, "quantity": int(row["quantity"])} for row in session.execute(query).mappings()]


def adjustments_of(session: Session, bill_id: UUID) -> list[dict[str, Any]]:
    """What late usage came to for a reconciled bill, by account, and what of it a later bill carries."""
    carried = select(
        BillAdjustmentUse.adjustment_id,
        func.sum(BillAdjustmentUse.amount).label("amount"),
        func.string_agg(Carrier.number, "、").label("numbers"),
    ).join(Carrier, and_(Carrier.id == BillAdjustmentUse.bill_id, Carrier.state != "void"))
    uses = carried.group_by(BillAdjustmentUse.adjustment_id).subquery()
    query = (
        select(BillAdjustment, func.coalesce(uses.c.amount, ZERO).label("carried"), uses.c.numbers)
        .outerjoin(uses, uses.c.adjustment_id == BillAdjustment.id)
        .where(BillAdjustment.bill_id == bill_id)
        .order_by(BillAdjustment.rerating, BillAdjustment.identifier, BillAdjustment.id)
    )
    return [
        {
            "rerating": row.BillAdjustment.rerating,
            "account_id": row.BillAdjustment.account_id,
            "identifier": row.BillAdjustment.identifier,
            "quantity": row.BillAdjustment.quantity,
            "amount": row.BillAdjustment.amount,
            "carried": row.carried,
            "carried_by": row.numbers,
        }
        for row in session.execute(query)
    ]
