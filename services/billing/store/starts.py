"""What of a customer's can be reconciled, invoiced, reversed: the conditions of the starts, asked of all of it at once."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from services.billing.domain.ledger import Funds
from services.billing.store.invoice_tables import Invoice
from services.billing.store.ledger import funds_of
from services.billing.store.ledger_tables import Balance, LedgerEntry, LedgerPosting, Recharge
from services.billing.store.rerating_tables import BillAdjustment, BillAdjustmentUse
from services.billing.store.selections import is_selectable
from services.billing.store.tables import Account, Bill, Product


class BillCounts(NamedTuple):
    """How many of a customer's bills are fit for what.

    :ivar reconciling: in a reconciliation already.
    :ivar invoicing: reconciled, of which all is invoiced or asked for, and something only asked for.
    """

    selectable: int
    reconciling: int
    invoiceable: int
    invoicing: int
    voidable: int


def count_bills(session: Session, customer_id: UUID) -> BillCounts:
    """In one reading of the customer's bills."""
    counted = {
        "selectable": is_selectable(),
        "reconciling": Bill.state == "reconciling",
        "invoiceable": and_(_is_for_invoices(), _lacking() > 0),
        "invoicing": and_(_is_for_invoices(), _lacking() <= 0, Bill.invoice_reserved > 0),
        "voidable": _is_voidable(),
    }
    query = select(*(func.count().filter(condition).label(name) for name, condition in counted.items()))
    row = session.execute(query.select_from(Bill).where(Bill.customer_id == customer_id)).mappings().one()
    return BillCounts(**row)


def _is_for_invoices() -> ColumnElement[bool]:
    return and_(Bill.state.in_(("reconciled", "closed")), Bill.void_process_id.is_(None))


def _lacking() -> ColumnElement[Decimal]:
    return Bill.amount + Bill.agreed_difference - Bill.invoiced - Bill.invoice_reserved


def _is_voidable() -> ColumnElement[bool]:
    # As services.billing.usecases.void_bill refuses it, one bill at a time and with its reason.
    carrier = aliased(Bill)
    is_carried = (
        select(BillAdjustment.id)
        .join(BillAdjustmentUse, BillAdjustmentUse.adjustment_id == BillAdjustment.id)
        .join(carrier, carrier.id == BillAdjustmentUse.bill_id)
        .where(BillAdjustment.bill_id == Bill.id, carrier.state != "void")
        .exists()
    )
    owed = Bill.amount + Bill.agreed_difference - Bill.covered
    return and_(
        Bill.void_process_id.is_(None),
        Bill.state.in_(("open", "reconciled")),
        Bill.invoiced + Bill.invoice_reserved == 0,
        (Bill.state == "open") | (Bill.outstanding == owed),
        ~is_carried,
    )


def has_reversible_invoice(session: Session, customer_id: UUID) -> bool:
    """Whether an invoice of the customer's is issued, not a red one, and in no reversal."""
    red = aliased(Invoice)
    is_reversed = select(red.id).where(red.reverses_id == Invoice.id, red.state != "released").exists()
    found = exists().where(Invoice.customer_id == customer_id, Invoice.kind != "red", Invoice.state == "issued", ~is_reversed)
    return bool(session.scalar(select(found)))


def smallest_recharges(session: Session, customer_id: UUID) -> Mapping[tuple[UUID, str], Decimal]:
    """Of the recharges that are neither undone nor in a reversal the smallest: account and book → amount."""
    undone = aliased(LedgerPosting)
    query = (
        select(LedgerEntry.account_id, LedgerEntry.book, func.min(LedgerEntry.amount).label("amount"))
        .join(Recharge, Recharge.posting_id == LedgerEntry.posting_id)
        .join(Account, Account.id == LedgerEntry.account_id)
        .where(
            Account.customer_id == customer_id,
            Recharge.reversal_process_id.is_(None),
            ~select(undone.id).where(undone.reverses_id == Recharge.posting_id).exists(),
        )
        .group_by(LedgerEntry.account_id, LedgerEntry.book)
    )
    return {(row.account_id, row.book): row.amount for row in session.execute(query) if row.account_id is not None}


def funds_of_customer(session: Session, customer_id: UUID, day: date) -> dict[UUID, Funds]:
    """What the customer's accounts have on a day; those without a balance are left out."""
    theirs = select(Balance.account_id).join(Account, Account.id == Balance.account_id)
    return funds_of(session, session.scalars(theirs.where(Account.customer_id == customer_id)), day)


def first_products(session: Session, customer_id: UUID, limit: int) -> list[Product]:
    """The first of a customer's products by name."""
    query = select(Product).where(Product.customer_id == customer_id).order_by(Product.name, Product.id)
    return list(session.scalars(query.limit(limit)))


def first_accounts(session: Session, customer_id: UUID, limit: int) -> list[tuple[Account, Product]]:
    """The first of a customer's accounts with their products: prepaid ones that are open, then the others, by identifier."""
    is_useless = (Account.status == "closed") | (Product.payment_mode != "prepaid")
    query = select(Account, Product).join(Product, Product.id == Account.product_id).where(Account.customer_id == customer_id)
    found = session.execute(query.order_by(is_useless, Account.identifier).limit(limit))
    return [(row.Account, row.Product) for row in found]
