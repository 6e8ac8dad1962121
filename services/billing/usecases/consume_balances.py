"""Bills of prepaid products take what their accounts' balances have (spec, billing.md, "Recharges": consumption by bill).

A bill takes when it is made, again when money comes in later (``pay_older_bills``), and whenever its content changes. What a
balance does not cover stays owed: the bill shows it as the difference of ``amount`` and ``covered``, and ``balance_low`` tells. A
bill that is voided gives back what it took.

Whoever calls writes into the bill's ``covered`` what it holds afterwards, in the same statement as an amount that changes; the
database compares the two when the transaction commits. Locks are taken in one order: processes, customers, bills, balances, and
each of them in the order of their ids.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.billing.domain.ledger import REVENUE, Entry, Funds, against, draw
from services.billing.store.ledger import Consumption, consumptions_of, lock_funds, next_turns
from services.billing.store.tables import Bill
from services.billing.usecases.post_to_ledger import Posting, Postings, Shortfall, post_to_ledger
from services.kit.money import ZERO
from services.kit.unit_of_work import UnitOfWork

NOTHING = Funds(ZERO, ZERO)


def draw_on_balances(work: UnitOfWork, bills: Sequence[dict[str, Any]], accounts: Sequence[Mapping[str, Any]]) -> Postings:
    """Decide what new bills take of the balances, which are locked from here on, and enter it in the bills as ``covered``.

    :param bills: rows to be inserted.
    :param accounts: their rows by account, with each account's share.
    :returns: to be given to ``post_to_ledger`` once the bills are there.
    """
    prepaid = [bill for bill in bills if bill["payment_mode"] == "prepaid"]
    shares = _shares(accounts)
    concerned = {account_id for bill in prepaid for account_id in shares[bill["id"]]}
    posted = Postings(lock_funds(work.session, concerned, work.today))
    for bill in prepaid:
        bill["covered"] = take(work, posted, bill["id"], bill["number"], 1, shares[bill["id"]])
    return posted


def redraw_bills(work: UnitOfWork, bills: Sequence[Bill], accounts: Sequence[Mapping[str, Any]]) -> dict[UUID, Decimal]:
    """Have bills whose shares have changed take what they take of balances by their new ones, any number of times.

    Where no share is below what its account paid, only what came in addition is taken. Otherwise all that the bill took goes back
    first, and it is as if it were made today: what an account may owe is what it may owe today.

    :param bills: locked, with the old or the new amounts; the first of them takes first.
    :param accounts: rows as those of ``bill_accounts``: the new shares.
    :returns: what each holds now, for its ``covered``; without bills that are paid afterwards.
    """
    prepaid = [bill for bill in bills if bill.payment_mode == "prepaid"]
    wanted, held = _shares(accounts), _by_bill(consumptions_of(work.session, [bill.id for bill in prepaid]))
    paid = {bill.id: paid_by_account(held[bill.id]) for bill in prepaid}
    concerned = {account_id for bill in prepaid for account_id in wanted[bill.id].keys() | paid[bill.id].keys()}
    posted = Postings(lock_funds(work.session, concerned, work.today))
    for bill in prepaid:
        if _is_too_much(paid[bill.id], wanted[bill.id]):
            give_back(work, posted, held[bill.id], why=f"{bill.number} 重新计算")
            paid[bill.id] = {}
    covered, turns = {}, next_turns(work.session, paid)
    for bill in prepaid:
        lacking = {account_id: amount - paid[bill.id].get(account_id, ZERO) for account_id, amount in wanted[bill.id].items()}
        taken = take(work, posted, bill.id, bill.number, turns[bill.id], lacking)
        covered[bill.id] = sum(paid[bill.id].values(), ZERO) + taken
    post_to_ledger(work, posted)
    return covered


def _is_too_much(paid: Mapping[UUID, Decimal], wanted: Mapping[UUID, Decimal]) -> bool:
    # Together, too: where a share is a credit, the others may not be paid in full.
    in_all = sum(paid.values(), ZERO) > sum(wanted.values(), ZERO)
    return in_all or any(amount > wanted.get(account_id, ZERO) for account_id, amount in paid.items())


def reverse_consumption(work: UnitOfWork, bill: Bill, *, process_id: UUID | None = None, why: str = "") -> Decimal:
    """Give a bill's accounts their money back, by corrections that mirror what it took; it holds nothing after that. Safe to
    repeat.

    :param bill: locked.
    :returns: how much; 0.00 for one that took nothing, or has given it back.
    """
    held = consumptions_of(work.session, [bill.id])
    paid = paid_by_account(held)
    if not paid:
        return ZERO
    posted = Postings(lock_funds(work.session, paid, work.today))
    give_back(work, posted, held, process_id=process_id, why=why or bill.number)
    post_to_ledger(work, posted)
    return sum(paid.values(), ZERO)


def take(
    work: UnitOfWork,
    posted: Postings,
    bill_id: UUID,
    number: str,
    turn: int,
    wanted: Mapping[UUID, Decimal],
    *,
    due: Decimal | None = None,
    why: str = "",
) -> Decimal:
    """Add to the postings what a bill takes of what its accounts have left, and what they lack.

    :param wanted: by account.
    :param due: no more than this, if not all of them together: it is less where a share is a credit.
    :returns: how much.
    """
    taken: dict[UUID, dict[str, Decimal]] = {}
    left = sum(wanted.values(), ZERO) if due is None else due
    for account_id, amount in wanted.items():
        share = min(amount, left)
        if share <= ZERO:
            continue
        amounts = draw(posted.left.get(account_id, NOTHING), share)
        if amounts:
            taken[account_id] = amounts
        got = sum(amounts.values(), ZERO)
        left -= got
        if got < share:
            posted.shortfalls[account_id] = Shortfall(bill_id, share - got)
    if not taken:
        return ZERO
    entries = against(REVENUE, taken)
    posted.add(Posting(work.new_id(), "consumption", entries, why or number, bill_id=bill_id, bill_turn=turn))
    return entries[-1].amount


def give_back(
    work: UnitOfWork, posted: Postings, held: Iterable[Consumption], *, process_id: UUID | None = None, why: str
) -> None:
    """Add to the postings what undoes these consumptions."""
    for consumption in held:
        mirrored = tuple(Entry(entry.book, -entry.amount, entry.account_id) for entry in consumption.entries)
        correction = Posting(
            work.new_id(),
            "correction",
            mirrored,
            why,
            process_id,
            bill_id=consumption.bill_id,
            reverses_id=consumption.posting_id,
        )
        posted.add(correction)


def _shares(accounts: Iterable[Mapping[str, Any]]) -> defaultdict[UUID, dict[UUID, Decimal]]:
    shares: defaultdict[UUID, dict[UUID, Decimal]] = defaultdict(dict)
    for account in accounts:
        shares[account["bill_id"]][account["account_id"]] = account["amount"]
    return shares


def _by_bill(held: Iterable[Consumption]) -> defaultdict[UUID, list[Consumption]]:
    found: defaultdict[UUID, list[Consumption]] = defaultdict(list)
    for consumption in held:
        found[consumption.bill_id].append(consumption)
    return found


def paid_by_account(held: Iterable[Consumption]) -> dict[UUID, Decimal]:
    """What each account has paid by these consumptions."""
    paid: dict[UUID, Decimal] = {}
    for consumption in held:
        for entry in consumption.entries:
            if entry.account_id is not None:
                paid[entry.account_id] = paid.get(entry.account_id, ZERO) - entry.amount
    return paid
