"""Post to the ledger, and say what moved and whose balance has become low (spec, billing.md, "Recharges")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.billing.domain.ledger import BALANCE_LOW, Entry, Funds, is_low
from services.billing.store.ledger import entry_counts, insert_postings, owners_of
from services.billing.store.tables import Account, Customer
from services.kit.audit import AuditEntry
from services.kit.money import ZERO
from services.kit.unit_of_work import Fact, UnitOfWork


@dataclass(frozen=True)
class Posting:
    """What happened to balances; its entries sum to zero.

    :param reason: in words, as the ledger's page shows it.
    :param bill_turn: which of the times that a bill takes from balances a consumption is, from 1.
    """

    id: UUID
    kind: str
    entries: tuple[Entry, ...]
    reason: str
    process_id: UUID | None = None
    bill_id: UUID | None = None
    bill_turn: int | None = None
    reverses_id: UUID | None = None


@dataclass(frozen=True)
class Shortfall:
    """What a bill wanted of an account and did not get: it stays owed."""

    bill_id: UUID
    amount: Decimal


@dataclass
class Postings:
    """Postings of one transaction.

    :ivar funds: what the accounts concerned had before, whose balances are locked; an account without a balance has none.
    :ivar left: what they have after the postings so far.
    """

    funds: Mapping[UUID, Funds]
    left: dict[UUID, Funds] = field(init=False)
    postings: list[Posting] = field(init=False, default_factory=list)
    shortfalls: dict[UUID, Shortfall] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.left = dict(self.funds)

    @property
    def touches_balances(self) -> bool:
        """Whether anything was posted, or was wanted and not there."""
        return bool(self.postings or self.shortfalls)

    def add(self, posting: Posting) -> None:
        """Have it posted after those before it."""
        self.postings.append(posting)
        for entry in posting.entries:
            if entry.account_id is not None:
                self.left[entry.account_id] = self.left[entry.account_id].after(entry)


def post_to_ledger(work: UnitOfWork, posted: Postings) -> dict[UUID, Decimal]:
    """Write the postings, leave an audit entry for each balance that they move, and say ``balance_moved`` of each posting and
    ``balance_low``: of a balance that falls below :data:`BALANCE_LOW`, and of one that did not suffice.

    :returns: the balances after, by account.
    :raises sqlalchemy.exc.IntegrityError: for a balance that would fall below what it may owe; callers look before.
    """
    rows = [
        {
            "id": posting.id,
            "kind": posting.kind,
            "day": work.today,
            "process_id": posting.process_id,
            "bill_id": posting.bill_id,
            "bill_turn": posting.bill_turn,
            "reverses_id": posting.reverses_id,
            "reason": posting.reason,
            "posted_at": work.now,
        }
        for posting in posted.postings
    ]
    entries = [
        {"posting_id": posting.id, "number": number, "book": entry.book, "account_id": entry.account_id, "amount": entry.amount}
        for posting in posted.postings
        for number, entry in enumerate(posting.entries, start=1)
    ]
    insert_postings(work.session, rows, entries)
    balances = {account_id: funds.total for account_id, funds in posted.funds.items()}
    owners = owners_of(work.session, posted.funds.keys() | posted.shortfalls.keys()) if posted.touches_balances else {}
    audit, facts = [], []
    for posting in posted.postings:
        moved = _moved(posting)
        for account_id, amount in moved.items():
            before, after = balances[account_id], balances[account_id] + amount
            changes = {"balance": str(before)}, {"balance": str(after), "amount": str(amount)}
            audit.append(AuditEntry(f"balance_{posting.kind}", ("account", account_id), *changes, posting.reason))
            balances[account_id] = after
        facts.append(Fact("balance_moved", posting.id, _told(work, posting, moved, balances, owners), 1))
    work.audit_all(audit)
    work.publish_all(facts)
    _say_low(work, posted, balances, owners)
    return balances


def _told(
    work: UnitOfWork,
    posting: Posting,
    moved: Mapping[UUID, Decimal],
    balances: Mapping[UUID, Decimal],
    owners: Mapping[UUID, tuple[Account, Customer]],
) -> dict[str, Any]:
    _, customer = owners[next(iter(moved))]
    return {
        "posting_id": posting.id,
        "kind": posting.kind,
        "day": work.today,
        "customer_id": customer.id,
        "customer_name": customer.name,
        "bill_id": posting.bill_id,
        "process_id": posting.process_id,
        "entries": [
            {
                "account_id": account_id,
                "identifier": owners[account_id][0].identifier,
                "amount": amount,
                "balance": balances[account_id],
            }
            for account_id, amount in moved.items()
        ],
    }


def _moved(posting: Posting) -> dict[UUID, Decimal]:
    sums: dict[UUID, Decimal] = {}
    for entry in posting.entries:
        if entry.account_id is not None:
            sums[entry.account_id] = sums.get(entry.account_id, ZERO) + entry.amount
    return sums


def _say_low(
    work: UnitOfWork,
    posted: Postings,
    balances: Mapping[UUID, Decimal],
    owners: Mapping[UUID, tuple[Account, Customer]],
) -> None:
    low = {account_id for account_id, funds in posted.funds.items() if is_low(funds.total, balances[account_id])}
    concerned = sorted(low | posted.shortfalls.keys())
    if not concerned:
        return
    counts = entry_counts(work.session, concerned)
    facts: Sequence[Fact] = [
        Fact("balance_low", account_id, _low(posted, balances, owners[account_id]), counts.get(account_id, 0))
        for account_id in concerned
        if account_id in owners
    ]
    work.publish_all(facts)


def _low(posted: Postings, balances: Mapping[UUID, Decimal], owner: tuple[Account, Customer]) -> dict[str, Any]:
    account, customer = owner
    shortfall = posted.shortfalls.get(account.id)
    return {
        "account_id": account.id,
        "identifier": account.identifier,
        "product_id": account.product_id,
        "customer_id": customer.id,
        "customer_name": customer.name,
        "balance": balances.get(account.id, ZERO),
        "threshold": BALANCE_LOW,
        "bill_id": shortfall and shortfall.bill_id,
        "not_covered": shortfall.amount if shortfall else ZERO,
    }
