"""Queries about receipts. Visibility is a condition of every one that a person asks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, any_, func, literal, or_, select, text, true, union_all
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert
from sqlalchemy.orm import Session

from services.contracts.people import visibility_of
from services.kit.caller import Caller
from services.kit.clock import end_of_day, start_of_day
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, fetch_page
from services.payments.domain.matching import STRENGTH
from services.payments.domain.names import normalise_account, normalise_payer
from services.payments.store.customers import visible_to
from services.payments.store.tables import BankMapping, Customer, CustomerName, Receipt

SORTS = {"received_at": Receipt.received_at, "amount": Receipt.amount, "payer_name": Receipt.payer_name}

HAS_BALANCE = Receipt.held + Receipt.used < Receipt.amount


@dataclass(frozen=True)
class ReceiptFilter:
    """What a list of receipts is narrowed by; ``None`` and empty mean anything.

    :param payer: any part of the payer's name, however it is written.
    :param received_from, received_to: Shanghai days, both included.
    :param pool: only those with a balance.
    """

    payer: str = ""
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    received_from: date | None = None
    received_to: date | None = None
    state: str | None = None
    customer_id: UUID | None = None
    pool: bool = True


def receipt_visible_to(caller: Caller) -> ColumnElement[bool]:
    """Those matched to a customer that the caller sees; those that may be of one; and those that are nobody's, where sales look
    for their customers' money."""
    if visibility_of(caller).everything:
        return true()
    # Correlated by name: the list that this stands in may have joined the customers itself.
    own = Receipt.customer_id.in_(select(Customer.id).where(visible_to(caller)).correlate(None))
    candidate = (
        select(CustomerName.customer_id)
        .join(Customer, Customer.id == CustomerName.customer_id)
        .where(CustomerName.normalised_name == Receipt.normalised_payer, visible_to(caller))
        .correlate(Receipt)
        .exists()
    )
    account_of_own = (
        select(Customer.id)
        .where(Customer.bank_account == Receipt.payer_account_key, Customer.bank_account != text("''"), visible_to(caller))
        .correlate(Receipt)
        .exists()
    )
    return or_(own, Receipt.match == "unmatched", and_(Receipt.match == "ambiguous", or_(candidate, account_of_own)))


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


def find_visible_receipts(session: Session, caller: Caller, receipt_ids: Collection[UUID]) -> list[Receipt]:
    """Those of these receipts that the caller sees."""
    return list(session.scalars(select(Receipt).where(Receipt.id.in_(receipt_ids), receipt_visible_to(caller))))


def unmatched_of_payers(session: Session, normalised_names: Collection[str]) -> list[Receipt]:
    """Receipts that are nobody's yet, from these payers."""
    wanted = any_(literal(list(normalised_names), ARRAY(Text)))
    query = select(Receipt).where(Receipt.customer_id.is_(None), Receipt.normalised_payer == wanted)
    return list(session.scalars(query.order_by(Receipt.id).execution_options(populate_existing=True)))


def unmatched_payers(session: Session) -> list[str]:
    """The normalised names of all payers whose receipts are nobody's yet."""
    query = select(Receipt.normalised_payer).distinct().where(Receipt.customer_id.is_(None))
    return list(session.scalars(query.order_by(Receipt.normalised_payer)))


def unmatched_payers_of_accounts(session: Session, normalised_accounts: Collection[str]) -> set[str]:
    """The normalised names of who paid from these accounts what is nobody's yet."""
    wanted = any_(literal(list(normalised_accounts), ARRAY(Text)))
    of_accounts = (Receipt.payer_account_key == wanted) & (Receipt.payer_account_key != text("''"))
    return set(session.scalars(select(Receipt.normalised_payer).distinct().where(Receipt.customer_id.is_(None), of_accounts)))


def accounts_of_unmatched(session: Session, normalised_names: Collection[str]) -> set[str]:
    """The accounts, as they are compared, from which these payers paid what is nobody's yet."""
    wanted = any_(literal(list(normalised_names), ARRAY(Text)))
    query = select(Receipt.payer_account_key).distinct().where(Receipt.customer_id.is_(None), Receipt.normalised_payer == wanted)
    return set(session.scalars(query)) - {""}


def open_receipts(session: Session, customer_ids: Collection[UUID]) -> list[Receipt]:
    """Receipts of these customers with a balance."""
    query = select(Receipt).where(Receipt.customer_id.in_(customer_ids), HAS_BALANCE)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def candidates_of(session: Session, receipt: Receipt, *, by_account: bool) -> list[tuple[Customer, str]]:
    """The customers who have the payer's name, and as which kind of name; or, where that matches, the payer's account."""
    named = select(CustomerName.customer_id, CustomerName.kind).where(CustomerName.normalised_name == receipt.normalised_payer)
    account = normalise_account(receipt.payer_account) if by_account else ""
    holding = select(Customer.id, literal("bank_account")).where(
        Customer.bank_account == account, Customer.bank_account != text("''")
    )
    hits = union_all(named, holding).subquery("hits")
    strength = func.array_position(literal(list(STRENGTH), ARRAY(Text)), hits.c.kind)
    query = (
        select(Customer, hits.c.kind)
        .ext(distinct_on(Customer.name, Customer.id))
        .join(hits, hits.c.customer_id == Customer.id)
        .order_by(Customer.name, Customer.id, strength)
    )
    return [(customer, kind) for customer, kind in session.execute(query)]


def page_of_receipts(session: Session, caller: Caller, request: PageRequest, wanted: ReceiptFilter) -> Page:
    """Rows of (receipt, customer's name), the newest first unless sorted otherwise."""
    query = select(Receipt, Customer.name.label("customer_name")).outerjoin(Customer, Customer.id == Receipt.customer_id)
    query = query.where(receipt_visible_to(caller), *_conditions(wanted))
    return fetch_page(session, query, request, sorts=SORTS, default_sort="-received_at", key=Receipt.id)


def find_mapping(session: Session, code: str) -> BankMapping:
    """
    :raises NotFound: ``bank_mapping_not_found``.
    """
    mapping = session.get(BankMapping, code)
    if mapping is None:
        raise NotFound("bank_mapping_not_found", mapping=code)
    return mapping


def _conditions(wanted: ReceiptFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.payer:
        conditions.append(Receipt.normalised_payer.contains(normalise_payer(wanted.payer), autoescape=True))
    if wanted.amount_from is not None:
        conditions.append(Receipt.amount >= wanted.amount_from)
    if wanted.amount_to is not None:
        conditions.append(Receipt.amount <= wanted.amount_to)
    if wanted.received_from is not None:
        conditions.append(Receipt.received_at >= start_of_day(wanted.received_from))
    if wanted.received_to is not None:
        conditions.append(Receipt.received_at < end_of_day(wanted.received_to))
    if wanted.customer_id is not None:
        conditions.append(Receipt.customer_id == wanted.customer_id)
    if wanted.state == "used":
        conditions.append(Receipt.used == Receipt.amount)
    elif wanted.state is not None:
        conditions += [Receipt.match == wanted.state, Receipt.used < Receipt.amount]
    if wanted.pool and wanted.state != "used":
        conditions.append(HAS_BALANCE)
    return conditions
