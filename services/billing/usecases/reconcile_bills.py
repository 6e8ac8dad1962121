"""An archived 对账 makes its bills receivables (spec, billing.md, "Reconciliation" and "Due dates")."""

from typing import Any
from uuid import UUID

from services.billing.domain.due_dates import due_on
from services.billing.domain.ledger import part_owed
from services.billing.store.bills import accounts_of_bills, bill_ids_of_process, lock_bills
from services.billing.store.ledger import covered_by_account
from services.billing.store.tables import Bill
from services.billing.usecases.close_bill import close_complete
from services.billing.usecases.save_bill_selection import return_to_selection
from services.billing.usecases.set_against_advances import set_against_advances
from services.billing.usecases.snapshots import BillChange, bill_snapshot, change_bills
from services.contracts import billing_forms as forms
from services.kit.envelope import Event
from services.kit.errors import Conflict
from services.kit.money import ZERO
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def reconcile_bills(work: UnitOfWork, event: Event) -> tuple[str, str]:
    """
    :returns: the effect in Chinese and English.
    :raises Conflict: ``bill_held_by_another_process``; the process's page then says so.
    """
    process = event.data
    process_id = UUID(process["process_id"])
    wanted = load(forms.ReconciliationForm, process["form"])["bill_ids"]
    bills = list(lock_bills(work.session, wanted).values())
    for bill in bills:
        if bill.state not in {"open", "reconciling"} or bill.process_id not in {None, process_id}:
            raise Conflict("bill_held_by_another_process", number=bill.number, state=bill.state)
    changes: list[BillChange] = [
        (
            bill,
            {
                "state": "reconciled",
                "process_id": process_id,
                "due_on": due_on(bill.month, bill.billing_cycle_months),
                "outstanding": bill.amount - bill.covered,
            },
        )
        for bill in bills
    ]
    change_bills(work, changes, why=process["title"])
    work.publish(
        "bills_reconciled",
        process_id,
        {"process_id": process_id, "customer_id": bills[0].customer_id, "bills": _as_receivables(work, bills)},
    )
    set_against_advances(work, bills)
    close_complete(work, bills)  # a bill of 0.00, or one that balances have paid, is owed by nobody
    total = sum((bill.amount - bill.covered for bill in bills), ZERO)
    return (
        f"{len(bills)} 张账单已对账，合计 {total:.2f} 元转为应收",
        f"{len(bills)} bills reconciled, {total:.2f} CNY receivable",
    )


def _as_receivables(work: UnitOfWork, bills: list[Bill]) -> list[dict[str, Any]]:
    shares: dict[UUID, list[dict[str, Any]]] = {bill.id: [] for bill in bills}
    covered = covered_by_account(work.session, [bill.id for bill in bills if bill.covered])
    for account in accounts_of_bills(work.session, shares):
        owed = account.amount - covered.get(account.bill_id, {}).get(account.account_id, ZERO)
        shares[account.bill_id].append(
            {
                "account_id": account.account_id,
                "identifier": account.identifier,
                "quantity": part_owed(account.quantity, account.amount, owed),
                "amount": owed,
            }
        )
    return [
        {
            **bill_snapshot(bill),
            "amount": bill.amount - bill.covered,
            "quantity": sum(share["quantity"] for share in shares[bill.id]) if bill.covered else bill.quantity,
            "due_on": bill.due_on,
            "needs_invoice": bill.needs_invoice,
            "cost": bill.cost,
            "shares": shares[bill.id],
        }
        for bill in sorted(bills, key=lambda bill: bill.number)
    ]


def release_bills(work: UnitOfWork, event: Event) -> None:
    """A rejected or withdrawn 对账: its bills are open again, and its initiator's selection has them again."""
    held = bill_ids_of_process(work.session, UUID(event.data["process_id"]))
    bills = [bill for bill in lock_bills(work.session, held).values() if bill.state == "reconciling"]
    changes = [(bill, {"state": "open", "process_id": None}) for bill in bills]
    change_bills(work, changes, why=event.data["opinion"] or event.type)
    for customer_id in {bill.customer_id for bill in bills}:
        return_to_selection(work, UUID(event.data["initiator"]["id"]), customer_id, [bill.id for bill in bills])
