"""冲销申请 of kind ``recharge``: a recharge that was entered wrongly is undone by a correction that mirrors it (spec, billing.md,
"Recharges": correction).

From its start until it ends the recharge is in no other reversal. Archived, it is as if the money had never come: where the
balance has it no more, bills that are not yet receivables give back what they took, the newest first, and take what is left. What
receivables and refunds have used is gone, and the recharge stays.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.billing.domain.ledger import CASH, Entry, Funds, against
from services.billing.store.bills import accounts_of_bills, unreconciled_bills_of
from services.billing.store.ledger import (
    Consumption,
    consumptions_of,
    find_visible_recharge,
    funds_of,
    is_undone,
    lock_funds,
    lock_recharge,
    next_turns,
    owners_of,
    recharge_of_reversal,
)
from services.billing.store.ledger_tables import LedgerEntry, Recharge
from services.billing.store.tables import Bill
from services.billing.usecases.consume_balances import give_back, paid_by_account, take
from services.billing.usecases.pay_older_bills import lock_unreconciled_bills
from services.billing.usecases.post_to_ledger import Posting, Postings, post_to_ledger
from services.billing.usecases.prepare_reconciliation import customer_of
from services.billing.usecases.snapshots import BillChange, change_bills
from services.contracts import billing_forms as forms
from services.kit.envelope import Event
from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.money import ZERO
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def prepare_recharge_reversal(work: UnitOfWork, request: dict[str, Any]) -> dict[str, Any]:
    """Reserve the recharge. That its money is there still is looked at now, to say so at once, and again when it is archived:
    until then bills may use it.

    :raises InvalidInput: at ``target_id``: another customer's, one in another reversal or undone, one whose money is used.
    """
    form = load(forms.ReversalForm, request["form"])
    customer = customer_of(work, request["subject_id"])
    process_id = request["process_id"]
    try:
        recharge, entry, account = find_visible_recharge(work.session, work.caller, form["target_id"])
    except NotFound as error:
        raise InvalidInput(fields={"target_id": [error.code]}) from error
    fault = "recharge_not_found" if account.customer_id != customer.id else _fault(work, recharge, entry, process_id)
    if fault is not None:
        raise InvalidInput(fields={"target_id": [fault]})
    if recharge.reversal_process_id is None:
        release_recharge_reversal(work, process_id)  # sent again, it may be about another one
        recharge.reversal_process_id = process_id
        work.session.flush()
        work.audit("recharge_reversal_asked", ("recharge", recharge.process_id), why=form["reason"])
    return {
        "title": f"冲销申请：{customer.name} {account.identifier} 充值 {entry.amount:.2f} 元",
        "subject": {"type": "account", "id": str(account.id), "name": account.identifier},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_ids": [account.product_id],
        "form": request["form"],
        "facts": {"amount": f"{entry.amount:.2f}"},
    }


def _fault(work: UnitOfWork, recharge: Recharge, entry: LedgerEntry, process_id: UUID) -> str | None:
    if is_undone(work.session, recharge.posting_id):
        return "recharge_reversed"
    if recharge.reversal_process_id not in {None, process_id}:
        return "recharge_in_reversal"
    account_id = entry.account_id
    assert account_id is not None, "a recharge credits an account"
    account, customer = owners_of(work.session, [account_id])[account_id]
    funds = funds_of(work.session, [account_id], work.today).get(account_id, Funds(ZERO, ZERO))
    held = consumptions_of(work.session, unreconciled_bills_of(work.session, customer.id, account.id))
    free = retrievable(funds, held, account_id, entry.book)
    return f"recharge_used|{free:.2f}" if free < entry.amount else None


def retrievable(funds: Funds, held: Iterable[Consumption], account_id: UUID, book: str) -> Decimal:
    """How much of an account's book a reversal may take back: what is free, and what bills would give back.

    :param held: what bills that are not yet receivables hold.
    """
    entries = (entry for consumption in held for entry in consumption.entries)
    taken = (-entry.amount for entry in entries if (entry.account_id, entry.book) == (account_id, book))
    return funds.free(book) + sum(taken, ZERO)


def _is_of(moved: Entry, entry: LedgerEntry) -> bool:
    return moved.account_id == entry.account_id and moved.book == entry.book


def reverse_recharge(work: UnitOfWork, event: Event) -> tuple[str, str]:
    """
    :returns: the effect in Chinese and English.
    :raises Conflict: ``recharge_not_reversible``; the process's page then says so, and it may be retried once there is money.
    """
    process_id, form = UUID(event.data["process_id"]), load(forms.ReversalForm, event.data["form"])
    recharge, entry, account_id = _reserved(work, form["target_id"], process_id)
    bills = lock_unreconciled_bills(work, account_id)
    held = consumptions_of(work.session, [bill.id for bill in bills])
    concerned = {each.account_id for one in held for each in one.entries if each.account_id is not None}
    posted = Postings(lock_funds(work.session, concerned | {account_id}, work.today))
    given_back = _give_back_newest(work, posted, bills, held, entry, account_id, why=form["reason"])
    free = posted.left[account_id].free(entry.book)
    if free < entry.amount:
        raise Conflict("recharge_not_reversible", fields={"target_id": [f"recharge_used|{free:.2f}"]})
    mirrored = against(CASH, {account_id: {entry.book: entry.amount}})
    posted.add(Posting(work.new_id(), "correction", mirrored, form["reason"], process_id, reverses_id=recharge.posting_id))
    changes = _take_anew(work, posted, bills, held, given_back)
    balances = post_to_ledger(work, posted)
    change_bills(work, changes, why=form["reason"])
    account, _ = owners_of(work.session, [account_id])[account_id]
    left = balances[account_id]
    return (
        f"{account.identifier} 的充值 {entry.amount:.2f} 元已冲销，余额 {left:.2f} 元",
        f"The recharge of {account.identifier} with {entry.amount:.2f} CNY is reversed; its balance is {left:.2f} CNY",
    )


def _reserved(work: UnitOfWork, target_id: UUID, process_id: UUID) -> tuple[Recharge, LedgerEntry, UUID]:
    found = lock_recharge(work.session, target_id)
    if found is None or found[0].reversal_process_id != process_id or is_undone(work.session, found[0].posting_id):
        raise Conflict("recharge_not_reversible", fields={"target_id": ["recharge_not_found"]})
    recharge, entry = found
    assert entry.account_id is not None, "a recharge credits an account"
    return recharge, entry, entry.account_id


def _give_back_newest(
    work: UnitOfWork,
    posted: Postings,
    bills: Sequence[Bill],
    held: Sequence[Consumption],
    entry: LedgerEntry,
    account_id: UUID,
    *,
    why: str,
) -> list[Consumption]:
    """Undo as many consumptions of the recharged money as it takes to have it again, if all of them suffice."""
    age = {bill.id: number for number, bill in enumerate(bills)}
    given_back: list[Consumption] = []
    for consumption in sorted(held, key=lambda one: (age[one.bill_id], one.turn), reverse=True):
        if posted.left[account_id].free(entry.book) >= entry.amount:
            break
        if any(_is_of(each, entry) for each in consumption.entries):
            give_back(work, posted, [consumption], why=why)
            given_back.append(consumption)
    return given_back


def _take_anew(
    work: UnitOfWork, posted: Postings, bills: Sequence[Bill], held: Sequence[Consumption], given_back: Sequence[Consumption]
) -> list[BillChange]:
    """Have the bills that gave back take what is left, the oldest first.

    :returns: what they hold then.
    """
    poorer = [bill for bill in bills if any(one.bill_id == bill.id for one in given_back)]
    ids = [bill.id for bill in poorer]
    turns, shares = next_turns(work.session, ids), accounts_of_bills(work.session, ids)
    changes: list[BillChange] = []
    for bill in poorer:
        paid = paid_by_account(one for one in held if one.bill_id == bill.id and one not in given_back)
        kept = sum(paid.values(), ZERO)
        lacking = {
            share.account_id: share.amount - paid.get(share.account_id, ZERO) for share in shares if share.bill_id == bill.id
        }
        taken = take(work, posted, bill.id, bill.number, turns[bill.id], lacking, due=bill.amount - kept)
        changes.append((bill, {"covered": kept + taken}))
    return changes


def release_recharge_reversal(work: UnitOfWork, process_id: UUID) -> None:
    """The recharge that was to be undone stays as it is."""
    recharge = recharge_of_reversal(work.session, process_id)
    if recharge is not None and not is_undone(work.session, recharge.posting_id):
        recharge.reversal_process_id = None
        work.session.flush()
        work.audit("recharge_reversal_released", ("recharge", recharge.process_id))
