"""Bills of prepaid products take what their accounts' balances have (spec, billing.md, "Recharges": consumption by bill).

The moment is the bill's making, once for each bill. What a balance does not cover stays owed: the bill shows it as the difference
of ``amount`` and ``covered``, and ``balance_low`` tells. A bill that is voided gives back what it took.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.billing.domain.ledger import PREPAY, PREPURCHASE, REVENUE, Entry, Funds, against, draw
from services.billing.store.ledger import entries_of, lock_funds, posting_of_bill
from services.billing.store.tables import Bill
from services.billing.usecases.post_to_ledger import Posting, Postings, Shortfall, post_to_ledger
from services.kit.money import ZERO
from services.kit.unit_of_work import UnitOfWork


def draw_on_balances(work: UnitOfWork, bills: Sequence[dict[str, Any]], accounts: Sequence[dict[str, Any]]) -> Postings:
    """Decide what new bills take of the balances, which are locked from here on, and enter it in the bills as ``covered``.

    :param bills: rows to be inserted.
    :param accounts: their rows by account, with each account's share.
    :returns: to be given to ``post_to_ledger`` once the bills are there.
    """
    prepaid = {bill["id"]: bill for bill in bills if bill["payment_mode"] == "prepaid"}
    shares = [share for share in accounts if share["bill_id"] in prepaid and share["amount"] > ZERO]
    drawn = Postings(lock_funds(work.session, {share["account_id"] for share in shares}, work.today))
    left = dict(drawn.funds)
    taken: dict[UUID, dict[UUID, dict[str, Decimal]]] = {}
    for share in shares:
        account_id, bill_id = share["account_id"], share["bill_id"]
        funds = left.get(account_id, Funds(ZERO, ZERO))
        amounts = draw(funds, share["amount"])
        left[account_id] = replace(
            funds,
            prepay=funds.prepay - amounts.get(PREPAY, ZERO),
            prepurchase=funds.prepurchase - amounts.get(PREPURCHASE, ZERO),
        )
        covered = sum(amounts.values(), ZERO)
        prepaid[bill_id]["covered"] += covered
        if amounts:
            taken.setdefault(bill_id, {})[account_id] = amounts
        if covered < share["amount"]:
            drawn.shortfalls[account_id] = Shortfall(bill_id, share["amount"] - covered)
    drawn.postings.extend(
        Posting(work.new_id(), "consumption", against(REVENUE, amounts), prepaid[bill_id]["number"], bill_id=bill_id)
        for bill_id, amounts in taken.items()
    )
    return drawn


def reverse_consumption(work: UnitOfWork, bill: Bill, *, process_id: UUID | None = None, why: str = "") -> Decimal:
    """Give a bill that is voided its accounts' money back, by a correction that mirrors what it took. Safe to repeat.

    :param bill: locked.
    :returns: how much; 0.00 for one that took nothing, or has given it back.
    """
    posting = posting_of_bill(work.session, bill.id)
    if posting is None:
        return ZERO
    entries = entries_of(work.session, posting.id)
    given_back = tuple(Entry(entry.book, -entry.amount, entry.account_id) for entry in entries)
    funds = lock_funds(work.session, {entry.account_id for entry in entries if entry.account_id}, work.today)
    correction = Posting(
        work.new_id(), "correction", given_back, why or bill.number, process_id, bill_id=bill.id, reverses_id=posting.id
    )
    post_to_ledger(work, Postings(funds, [correction]))
    return sum((entry.amount for entry in given_back if entry.account_id), ZERO)
