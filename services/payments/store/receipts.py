"""Queries about receipts. Visibility is a condition of every one that a person asks."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, any_, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from services.contracts.people import visibility_of
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.payments.store.customers import visible_to
from services.payments.store.tables import Customer, CustomerName, Receipt

HAS_BALANCE = Receipt.held + Receipt.used < Receipt.amount


def visible_parts(caller: Caller) -> list[ColumnElement[bool]]:
    """Those matched to a customer that the caller sees; those that are nobody's, where sales look for their customers' money; and
    those that may be of one of theirs. No receipt is in two of these parts."""
    if visibility_of(caller).everything:
        return [true()]
    # Correlated by name: the list that this stands in may have joined the customers itself.
    own = Receipt.customer_id.in_(select(Customer.id).where(visible_to(caller)).correlate(None))
    candidate = (
        select(CustomerName.customer_id)
        .join(Customer, Customer.id == CustomerName.customer_id)
        .where(CustomerName.normalised_name == Receipt.normalised_payer, visible_to(caller))
        .correlate(Receipt)
        .exists()
    )
    return [own, Receipt.match == "unmatched", and_(Receipt.match == "ambiguous", candidate)]


def receipt_visible_to(caller: Caller) -> ColumnElement[bool]:
    """Those in any of the parts that the caller sees."""
    return or_(*visible_parts(caller))


def insert_new(session: Session, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Add the receipts that are not there yet; the database decides, by bank account and reference.

    :returns: the ids of those that were added.
    """
    if not rows:
        return set()
    # In one order for everybody: two overlapping imports wait for each other, and never in a circle.
    ordered = sorted(rows, key=lambda row: (row["bank_account"], row["reference"]))
    statement = insert(Receipt).on_conflict_do_nothing(index_elements=["bank_account", "reference"]).returning(Receipt.id)
    return set(session.scalars(statement, ordered))


def find_by_reference(session: Session, references: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Receipt]:
    """The receipts with these bank accounts and references."""
    accounts = literal([account for account, _ in references], ARRAY(Text))
    numbers = literal([number for _, number in references], ARRAY(Text))
    wanted = func.unnest(accounts, numbers).table_valued("account", "number").render_derived()
    query = select(Receipt).join(wanted, and_(Receipt.bank_account == wanted.c.account, Receipt.reference == wanted.c.number))
    return {(receipt.bank_account, receipt.reference): receipt for receipt in session.scalars(query)}


def find_receipts(session: Session, receipt_ids: Collection[UUID]) -> list[Receipt]:
    """These receipts, as they are now, in the order of their ids."""
    query = select(Receipt).where(Receipt.id.in_(receipt_ids)).order_by(Receipt.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def find_visible_receipt(session: Session, caller: Caller, receipt_id: UUID) -> Receipt:
    """
    :raises NotFound: ``receipt_not_found``.
    """
    query = select(Receipt).where(Receipt.id == receipt_id, receipt_visible_to(caller))
    receipt = session.scalar(query.execution_options(populate_existing=True))
    if receipt is None:
        raise NotFound("receipt_not_found")
    return receipt


def unmatched_of_payers(session: Session, normalised_names: Collection[str]) -> list[Receipt]:
    """Receipts that are nobody's yet, from these payers."""
    wanted = any_(literal(list(normalised_names), ARRAY(Text)))
    query = select(Receipt).where(Receipt.customer_id.is_(None), Receipt.normalised_payer == wanted)
    return list(session.scalars(query.order_by(Receipt.id).execution_options(populate_existing=True)))


def unmatched_payers(session: Session) -> list[str]:
    """The normalised names of all payers whose receipts are nobody's yet."""
    query = select(Receipt.normalised_payer).distinct().where(Receipt.customer_id.is_(None))
    return list(session.scalars(query.order_by(Receipt.normalised_payer)))


def open_receipts(session: Session, customer_ids: Collection[UUID]) -> list[Receipt]:
    """Receipts of these customers with a balance."""
    query = select(Receipt).where(Receipt.customer_id.in_(customer_ids), HAS_BALANCE)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def candidates_of(session: Session, normalised_payer: str) -> list[tuple[Customer, str]]:
    """The customers who have this name, and as which kind of name."""
    query = (
        select(Customer, func.min(CustomerName.kind))
        .join(CustomerName, CustomerName.customer_id == Customer.id)
        .where(CustomerName.normalised_name == normalised_payer)
        .group_by(Customer.id)
        .order_by(Customer.name, Customer.id)
    )
    return [(customer, kind) for customer, kind in session.execute(query)]
