"""Queries about receipts. Visibility is a condition of every one that a person asks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    MetaData,
    Table,
    Text,
    Uuid,
    and_,
    any_,
    func,
    literal,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert
from sqlalchemy.orm import Session

from services.contracts.people import visibility_of
from services.kit.bulk import MANY, insert_rows
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.money import ZERO
from services.payments.domain.matching import STRENGTH
from services.payments.domain.names import normalise_account
from services.payments.store.customers import visible_to
from services.payments.store.tables import Customer, CustomerName, Receipt


class OpenReceiptRow(NamedTuple):
    """A matched receipt with a balance: what of it is neither held nor used."""

    customer_id: UUID | None
    id: UUID
    received_at: datetime
    payer_name: str
    balance: Decimal


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
    account_of_own = (
        select(Customer.id)
        .where(Customer.bank_account == Receipt.payer_account_key, Customer.bank_account != text("''"), visible_to(caller))
        .correlate(Receipt)
        .exists()
    )
    # What is nobody's is not used; said here, too, the index of what is not used up finds it.
    is_unused = Receipt.used < Receipt.amount
    return [
        own,
        and_(Receipt.match == "unmatched", is_unused),
        and_(Receipt.match == "ambiguous", is_unused, or_(candidate, account_of_own)),
    ]


def receipt_visible_to(caller: Caller) -> ColumnElement[bool]:
    """Those in any of the parts that the caller sees."""
    return or_(*visible_parts(caller))


@dataclass(slots=True)
class ReceiptRow:
    """A receipt that is about to be added; as :class:`Receipt` has it, but for the database's own sums."""

    id: UUID
    bank_account: str
    reference: str
    received_at: datetime
    payer_name: str
    normalised_payer: str
    payer_account: str
    amount: Decimal
    remark: str
    created_at: datetime
    version: int
    match: str = "unmatched"
    customer_id: UUID | None = None
    matched_by: str | None = None
    undone_customer_id: UUID | None = None
    reason: dict[str, Any] | None = None
    held: ClassVar[Decimal] = ZERO
    used: ClassVar[Decimal] = ZERO


_COLUMNS: Final = tuple(column.name for column in fields(ReceiptRow))
_ARRIVING: Final = Table("arriving_receipts", MetaData(), *(Column(name, Receipt.__table__.c[name].type) for name in _COLUMNS))


def insert_new(session: Session, receipts: Sequence[ReceiptRow]) -> set[UUID]:
    """Add the receipts that are not there yet; the database decides, by bank account and reference.

    :returns: the ids of those that were added.
    """
    # In one order for everybody: two overlapping imports wait for each other, and never in a circle.
    ordered = sorted(receipts, key=lambda receipt: (receipt.bank_account, receipt.reference))
    rows = [{name: getattr(receipt, name) for name in _COLUMNS} for receipt in ordered]
    if not rows:
        return set()
    if len(rows) < MANY:
        statement = insert(Receipt).on_conflict_do_nothing(index_elements=["bank_account", "reference"]).returning(Receipt.id)
        return set(session.scalars(statement, rows))
    names = ", ".join(_COLUMNS)
    session.execute(text(f"CREATE TEMPORARY TABLE {_ARRIVING.name} AS SELECT {names} FROM receipts WITH NO DATA"))  # noqa: S608  (ours)
    insert_rows(session, _ARRIVING, rows)
    arrived = select(*_ARRIVING.c).order_by(_ARRIVING.c.bank_account, _ARRIVING.c.reference)
    added = set(session.scalars(insert(Receipt).from_select(_COLUMNS, arrived).on_conflict_do_nothing().returning(Receipt.id)))
    session.execute(text(f"DROP TABLE {_ARRIVING.name}"))
    return added


class KeptReceipt(NamedTuple):
    """What tells a receipt from another of the same reference, and what came of it."""

    id: UUID
    received_at: datetime
    normalised_payer: str
    amount: Decimal
    match: str


def find_by_reference(session: Session, references: Sequence[tuple[str, str]]) -> dict[tuple[str, str], KeptReceipt]:
    """The receipts with these bank accounts and references."""
    accounts = literal([account for account, _ in references], ARRAY(Text))
    numbers = literal([number for _, number in references], ARRAY(Text))
    wanted = func.unnest(accounts, numbers).table_valued("account", "number").render_derived()
    kept = (Receipt.id, Receipt.received_at, Receipt.normalised_payer, Receipt.amount, Receipt.match)
    query = select(wanted.c.account, wanted.c.number, *kept)
    query = query.join_from(wanted, Receipt, and_(Receipt.bank_account == wanted.c.account, Receipt.reference == wanted.c.number))
    return {(account, number): KeptReceipt(*values) for account, number, *values in session.execute(query)}


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


def open_receipts(session: Session, customer_ids: Collection[UUID]) -> list[OpenReceiptRow]:
    """Receipts of these customers with a balance."""
    theirs = Receipt.customer_id == any_(literal(list(customer_ids), ARRAY(Uuid)))
    balance = Receipt.amount - Receipt.held - Receipt.used
    query = select(Receipt.customer_id, Receipt.id, Receipt.received_at, Receipt.payer_name, balance).where(theirs, HAS_BALANCE)
    return [OpenReceiptRow(*row) for row in session.execute(query)]


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
