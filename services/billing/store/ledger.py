"""The ledger: balances, postings, 后付款申请, refunds. Triggers keep the sums (store/ledger_tables.py)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from services.billing.domain.ledger import Entry, Funds
from services.billing.store.customers import visible_to
from services.billing.store.ledger_tables import NEWEST_DEFERRAL, Balance, Deferral, LedgerEntry, LedgerPosting, Recharge, Refund
from services.billing.store.tables import Account, Bill, Customer
from services.kit.bulk import insert_rows
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.money import ZERO
from services.kit.paging import Page, PageRequest, Sorts, fetch_page

SORTS: Sorts = {"position": LedgerEntry.position}


def open_balance(session: Session, account_id: UUID) -> None:
    """Give the account a balance of zero, unless it has one."""
    session.execute(insert(Balance).values(account_id=account_id).on_conflict_do_nothing())


def lock_funds(session: Session, account_ids: Iterable[UUID], day: date) -> dict[UUID, Funds]:
    """What these accounts have on a day, locked in the order of their ids; those without a balance are left out."""
    ids = list(account_ids)
    locked = select(Balance.account_id).where(Balance.account_id.in_(ids)).order_by(Balance.account_id).with_for_update()
    session.execute(locked)
    # Read in a statement of its own: it sees what was committed while the first one waited for the locks.
    return funds_of(session, ids, day)


def funds_of(session: Session, account_ids: Iterable[UUID], day: date) -> dict[UUID, Funds]:
    """What these accounts have on a day; those without a balance are left out."""
    own = select(Deferral.credit_limit, Deferral.until).where(Deferral.account_id == Balance.account_id)
    newest = own.order_by(*NEWEST_DEFERRAL).limit(1).lateral()
    query = (
        select(Balance.account_id, Balance.prepay, Balance.prepurchase, Balance.held, newest.c.credit_limit)
        .outerjoin(newest, newest.c.until >= day)
        .where(Balance.account_id.in_(list(account_ids)))
    )
    return {
        row.account_id: Funds(row.prepay, row.prepurchase, row.held, row.credit_limit or ZERO) for row in session.execute(query)
    }


def entry_counts(session: Session, account_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many entries each of these accounts has: its version."""
    query = select(Balance.account_id, Balance.entry_count).where(Balance.account_id.in_(list(account_ids)))
    return {row.account_id: row.entry_count for row in session.execute(query)}


def insert_postings(session: Session, postings: Sequence[dict[str, Any]], entries: Sequence[dict[str, Any]]) -> None:
    """Write postings with their entries.

    :raises sqlalchemy.exc.IntegrityError: for what the triggers refuse.
    """
    insert_rows(session, LedgerPosting.__table__, postings)
    insert_rows(session, LedgerEntry.__table__, entries)


@dataclass(frozen=True)
class Consumption:
    """What a bill took of balances at one of its turns, and has not given back."""

    posting_id: UUID
    bill_id: UUID
    turn: int
    entries: tuple[Entry, ...]


def consumptions_of(session: Session, bill_ids: Iterable[UUID]) -> list[Consumption]:
    """What these bills hold of balances, in the order in which they took it."""
    query = (
        _held(bill_ids)
        .with_only_columns(
            LedgerPosting.id,
            LedgerPosting.bill_id,
            LedgerPosting.bill_turn,
            LedgerEntry.book,
            LedgerEntry.amount,
            LedgerEntry.account_id,
        )
        .order_by(LedgerPosting.bill_id, LedgerPosting.bill_turn, LedgerEntry.number)
    )
    entries: dict[tuple[UUID, UUID, int], list[Entry]] = {}
    for row in session.execute(query):
        entries.setdefault((row.id, row.bill_id, row.bill_turn), []).append(Entry(row.book, row.amount, row.account_id))
    return [Consumption(*ids, tuple(taken)) for ids, taken in entries.items()]


def covered_by_account(session: Session, bill_ids: Iterable[UUID]) -> dict[UUID, dict[UUID, Decimal]]:
    """What these bills hold of balances: bill → account → amount."""
    query = (
        _held(bill_ids)
        .with_only_columns(LedgerPosting.bill_id, LedgerEntry.account_id, (-func.sum(LedgerEntry.amount)).label("amount"))
        .where(LedgerEntry.account_id.is_not(None))
        .group_by(LedgerPosting.bill_id, LedgerEntry.account_id)
    )
    covered: dict[UUID, dict[UUID, Decimal]] = {}
    for row in session.execute(query):
        covered.setdefault(row.bill_id, {})[row.account_id] = row.amount
    return covered


def next_turns(session: Session, bill_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The turn of each of these bills, which are locked, at which it takes from balances next."""
    ids = list(bill_ids)
    query = (
        select(LedgerPosting.bill_id, func.max(LedgerPosting.bill_turn).label("turn"))
        .where(LedgerPosting.bill_id.in_(ids), LedgerPosting.kind == "consumption")
        .group_by(LedgerPosting.bill_id)
    )
    last = {row.bill_id: row.turn for row in session.execute(query)}
    return {bill_id: last.get(bill_id, 0) + 1 for bill_id in ids}


def _held(bill_ids: Iterable[UUID]) -> Select[Any]:
    # Consumptions, with their entries, that no correction has undone.
    undone = aliased(LedgerPosting)
    return (
        select(LedgerPosting)
        .join(LedgerEntry, LedgerEntry.posting_id == LedgerPosting.id)
        .where(
            LedgerPosting.bill_id.in_(list(bill_ids)),
            LedgerPosting.kind == "consumption",
            ~select(undone.id).where(undone.reverses_id == LedgerPosting.id).exists(),
        )
    )


def owners_of(session: Session, account_ids: Iterable[UUID]) -> dict[UUID, tuple[Account, Customer]]:
    """These accounts with their customers."""
    query = select(Account, Customer).join(Customer, Customer.id == Account.customer_id).where(Account.id.in_(list(account_ids)))
    return {row.Account.id: (row.Account, row.Customer) for row in session.execute(query)}


def newest_deferral(session: Session, account_id: UUID) -> Deferral | None:
    """The 后付款申请 that counts for the account, whether or not its date is past."""
    return session.scalar(select(Deferral).where(Deferral.account_id == account_id).order_by(*NEWEST_DEFERRAL).limit(1))


def insert_deferral(session: Session, deferral: dict[str, Any]) -> None:
    session.execute(insert(Deferral).values(deferral))


def insert_recharge(session: Session, recharge: dict[str, Any]) -> None:
    session.execute(insert(Recharge).values(recharge))


def find_visible_recharge(session: Session, caller: Caller, process_id: UUID) -> tuple[Recharge, LedgerEntry, Account]:
    """A recharge with the entry that credited it, and its account.

    :raises NotFound: ``recharge_not_found``, also for one the caller may not see.
    """
    row = session.execute(
        select(Recharge, LedgerEntry, Account)
        .join(LedgerEntry, and_(LedgerEntry.posting_id == Recharge.posting_id, LedgerEntry.account_id.is_not(None)))
        .join(Account, Account.id == LedgerEntry.account_id)
        .join(Customer, Customer.id == Account.customer_id)
        .where(Recharge.process_id == process_id, visible_to(caller))
        .with_for_update(of=Recharge)
    ).first()
    if row is None:
        raise NotFound("recharge_not_found")
    return row.Recharge, row.LedgerEntry, row.Account


def is_undone(session: Session, posting_id: UUID) -> bool:
    """Whether a correction has undone the posting."""
    return session.scalar(select(LedgerPosting.id).where(LedgerPosting.reverses_id == posting_id)) is not None


def lock_recharge(session: Session, process_id: UUID) -> tuple[Recharge, LedgerEntry] | None:
    """A recharge, locked, with the entry that credited it; for an event's handler, whose turn it is whoever may see it."""
    row = session.execute(
        select(Recharge, LedgerEntry)
        .join(LedgerEntry, and_(LedgerEntry.posting_id == Recharge.posting_id, LedgerEntry.account_id.is_not(None)))
        .where(Recharge.process_id == process_id)
        .with_for_update(of=Recharge)
    ).first()
    return None if row is None else (row.Recharge, row.LedgerEntry)


def recharge_of_reversal(session: Session, process_id: UUID) -> Recharge | None:
    """The recharge that a reversal has reserved or undone, locked."""
    return session.scalar(select(Recharge).where(Recharge.reversal_process_id == process_id).with_for_update())


def refund_of_process(session: Session, process_id: UUID) -> Refund | None:
    """The process's refund. Whoever asks holds the process's row."""
    return session.get(Refund, process_id, populate_existing=True)


def insert_refund(session: Session, refund: dict[str, Any]) -> None:
    session.execute(insert(Refund).values(refund))


def change_refund(session: Session, process_id: UUID, values: dict[str, Any]) -> None:
    session.execute(update(Refund).where(Refund.process_id == process_id).values(values))


def page_of_entries(session: Session, request: PageRequest, account_id: UUID) -> Page:
    """An account's entries with what happened, the latest first."""
    query = (
        select(
            LedgerEntry.posting_id,
            LedgerEntry.position,
            LedgerEntry.book.label("type"),
            LedgerEntry.amount,
            LedgerEntry.balance_after,
            LedgerPosting.kind,
            LedgerPosting.day,
            LedgerPosting.posted_at,
            LedgerPosting.process_id,
            LedgerPosting.bill_id,
            Bill.number.label("bill_number"),
            LedgerPosting.reverses_id,
            LedgerPosting.reason,
            Recharge.unit_price,
            Recharge.messages,
            Recharge.invoice_deadline,
            Recharge.payment_deadline,
            Recharge.invoiced_on,
            Recharge.paid_on,
        )
        .join(LedgerPosting, LedgerPosting.id == LedgerEntry.posting_id)
        .outerjoin(Bill, Bill.id == LedgerPosting.bill_id)
        .outerjoin(Recharge, Recharge.posting_id == LedgerPosting.id)
        .where(LedgerEntry.account_id == account_id)
    )
    return fetch_page(session, query, request, sorts=SORTS, default_sort="-position", key=LedgerEntry.position)
