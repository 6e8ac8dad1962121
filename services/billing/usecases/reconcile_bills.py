"""An archived 对账 makes its bills receivables (spec, billing.md, "Reconciliation" and "Due dates").

What was agreed beside the bills' total is shared over them by their amounts. A bill's amount stays as it was made; what is owed
is ``amount`` + ``agreed_difference`` - ``covered``. Of a prepaid bill balances pay what is agreed, and get back what they paid
above that.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.billing.domain.differences import fault_of_difference, share_difference
from services.billing.domain.due_dates import due_on
from services.billing.domain.ledger import part_owed
from services.billing.store.bills import accounts_of_bills, bill_ids_of_process, lock_bills
from services.billing.store.ledger import covered_by_account
from services.billing.store.tables import Bill, BillAccount
from services.billing.usecases.close_bill import close_complete
from services.billing.usecases.consume_balances import redraw_bills
from services.billing.usecases.save_bill_selection import return_to_selection
from services.billing.usecases.set_against_advances import set_against_advances
from services.billing.usecases.snapshots import BillChange, bill_snapshot, change_bills, differences_by_account
from services.contracts import billing_forms as forms
from services.kit.envelope import Event
from services.kit.errors import Conflict
from services.kit.money import ZERO
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def reconcile_bills(work: UnitOfWork, event: Event) -> tuple[str, str]:
    """
    :returns: the effect in Chinese and English.
    :raises Conflict: ``bill_held_by_another_process``, ``difference_over_total``; the process's page then says so.
    """
    process = event.data
    process_id = UUID(process["process_id"])
    form = load(forms.ReconciliationForm, process["form"])
    bills = list(lock_bills(work.session, form["bill_ids"]).values())
    for bill in bills:
        if bill.state not in {"open", "reconciling"} or bill.process_id not in {None, process_id}:
            raise Conflict("bill_held_by_another_process", number=bill.number, state=bill.state)
    # In the order in which the process showed them: the same bill bears the same fen.
    bills.sort(key=lambda bill: (bill.month, bill.number))
    difference, total = form["agreed_difference"] or ZERO, sum((bill.amount for bill in bills), ZERO)
    if fault_of_difference(difference, total):
        raise Conflict("difference_over_total", difference=str(difference), total=str(total))
    _agree(work, bills, process_id, difference, why=process["title"])
    work.publish(
        "bills_reconciled",
        process_id,
        {"process_id": process_id, "customer_id": bills[0].customer_id, "bills": _as_receivables(work, bills)},
    )
    set_against_advances(work, bills)
    close_complete(work, bills)  # a bill of 0.00, or one that balances have paid, is owed by nobody
    owed = sum((bill.owed for bill in bills), ZERO)
    words_zh, words_en = (
        (f"，约定差额 {difference:+.2f} 元", f", agreed difference {difference:+.2f} CNY") if difference else ("", "")
    )
    return (
        f"{len(bills)} 张账单已对账{words_zh}，合计 {owed:.2f} 元转为应收",
        f"bills reconciled: {len(bills)}{words_en}; {owed:.2f} CNY receivable",
    )


def _agree(work: UnitOfWork, bills: list[Bill], process_id: UUID, difference: Decimal, *, why: str) -> None:
    shares = share_difference(difference, [bill.amount for bill in bills])
    covered = redraw_bills(work, *_agreed_shares(work, {bill: share for bill, share in zip(bills, shares, strict=True) if share}))
    changes: list[BillChange] = []
    for bill, share in zip(bills, shares, strict=True):
        paid = covered.get(bill.id, bill.covered)
        values = {
            "state": "reconciled",
            "process_id": process_id,
            "due_on": due_on(bill.month, bill.billing_cycle_months),
            "agreed_difference": share,
            "covered": paid,
            "outstanding": bill.amount + share - paid,
        }
        changes.append((bill, values))
    change_bills(work, changes, why=why)


def _agreed_shares(work: UnitOfWork, differences: Mapping[Bill, Decimal]) -> tuple[list[Bill], list[dict[str, Any]]]:
    """The prepaid ones of the bills, and what each account's share of them is with the difference."""
    prepaid = [bill for bill in differences if bill.payment_mode == "prepaid"]
    shares: list[dict[str, Any]] = []
    for bill, accounts in _accounts_of(work, prepaid).items():
        parts = differences_by_account(bill, differences[bill], accounts)
        shares.extend(
            {"bill_id": account.bill_id, "account_id": account.account_id, "amount": account.amount + part}
            for account, part in zip(accounts, parts, strict=True)
        )
    return prepaid, shares


def _as_receivables(work: UnitOfWork, bills: list[Bill]) -> list[dict[str, Any]]:
    accounts = _accounts_of(work, bills)
    covered = covered_by_account(work.session, [bill.id for bill in bills if bill.covered])
    shares = {bill.id: _shares(bill, accounts[bill], covered.get(bill.id, {})) for bill in bills}
    covered_quantities = {bill.id: _covered_quantity(bill, accounts[bill], shares[bill.id]) for bill in bills}
    return [
        {
            **bill_snapshot(bill),
            "amount": bill.owed,
            "quantity": bill.quantity - covered_quantities[bill.id],
            "covered_quantity": covered_quantities[bill.id],
            "due_on": bill.due_on,
            "needs_invoice": bill.needs_invoice,
            "cost": bill.cost,
            "shares": shares[bill.id],
        }
        for bill in sorted(bills, key=lambda bill: bill.number)
    ]


def _accounts_of(work: UnitOfWork, bills: Sequence[Bill]) -> dict[Bill, list[BillAccount]]:
    by_id: dict[UUID, list[BillAccount]] = {bill.id: [] for bill in bills}
    for account in accounts_of_bills(work.session, by_id):
        by_id[account.bill_id].append(account)
    return {bill: by_id[bill.id] for bill in bills}


def _shares(bill: Bill, accounts: list[BillAccount], covered: dict[UUID, Decimal]) -> list[dict[str, Any]]:
    shares = []
    for account, difference in zip(accounts, differences_by_account(bill, bill.agreed_difference, accounts), strict=True):
        agreed = account.amount + difference
        owed = agreed - covered.get(account.account_id, ZERO)
        quantity = part_owed(account.quantity, agreed, owed)
        shares.append({"account_id": account.account_id, "identifier": account.identifier, "quantity": quantity, "amount": owed})
    return shares


def _covered_quantity(bill: Bill, accounts: Sequence[BillAccount], shares: Sequence[Mapping[str, Any]]) -> int:
    """How many of the bill's messages balances have paid; the others are still to be paid."""
    if bill.covered and not bill.owed:
        return bill.quantity  # with those that cost nothing
    # What no account has sent (licences, an order's goods) no balance has paid.
    owed: int = sum(share["quantity"] for share in shares)
    return sum(account.quantity for account in accounts) - owed


def release_bills(work: UnitOfWork, event: Event) -> None:
    """A rejected or withdrawn 对账: its bills are open again, and its initiator's selection has them again."""
    held = bill_ids_of_process(work.session, UUID(event.data["process_id"]))
    bills = [bill for bill in lock_bills(work.session, held).values() if bill.state == "reconciling"]
    changes = [(bill, {"state": "open", "process_id": None}) for bill in bills]
    change_bills(work, changes, why=event.data["opinion"] or event.type)
    for customer_id in {bill.customer_id for bill in bills}:
        return_to_selection(work, UUID(event.data["initiator"]["id"]), customer_id, [bill.id for bill in bills])
