"""Open the receivables of reconciled bills (spec, payments.md, "Write-off", "Commission")."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.contracts.billing import BillsReconciled
from services.kit.clock import business_date
from services.kit.envelope import Event
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.store.accounts import note_accounts
from services.payments.store.bills import note_reconciled
from services.payments.store.customers import lock_customers, note_customer
from services.payments.store.receivables import find_receivables, insert_receivables
from services.payments.usecases.earn_commission import earn_by_balances
from services.payments.usecases.start_write_offs import start_write_offs


def open_receivables(begin: Begin, event: Event) -> None:
    """For ``bills_reconciled``: money is owed for these bills from now on, and meets the receipts that wait.

    What prepaid balances have covered of them is owed by nobody: it earns at once, as a write-off does when it is archived.
    """
    reconciled = load_told(BillsReconciled, event.data)
    if not reconciled["bills"]:
        return
    with begin(consuming=event) as work:
        customer_id = reconciled["customer_id"]
        note_customer(work.session, customer_id, reconciled["bills"][0]["customer_name"])
        customer = lock_customers(work.session, [customer_id])[customer_id]
        shares = [share for bill in reconciled["bills"] for share in bill["shares"]]
        note_accounts(work.session, customer_id, shares)
        rows = [_row(work, reconciled, bill) for bill in reconciled["bills"]]
        opened = insert_receivables(work.session, rows)
        for bill_id in opened:
            work.audit("receivable_opened", ("receivable", bill_id), after={"process": str(reconciled["process_id"])})
        note_reconciled(work.session, opened)
        covered = _covered(reconciled["bills"], opened)
        receivables = find_receivables(work.session, covered)
        earn_by_balances(work, reconciled["process_id"], customer, receivables, covered, business_date(event.time))
        start_write_offs(work, [customer_id])


def _covered(bills: Sequence[Mapping[str, Any]], opened: Collection[UUID]) -> dict[UUID, Decimal]:
    """What balances have paid of those that have just become receivables: nobody owes it, and it earns at once."""
    # Told by a version that did not say which messages that is, it earns as it did in that version: nothing.
    is_told = {bill["bill_id"]: bill["covered"] for bill in bills if bill["covered_quantity"] is not None}
    return {bill_id: is_told[bill_id] for bill_id in opened if is_told.get(bill_id)}


def _row(work: UnitOfWork, reconciled: dict[str, Any], bill: dict[str, Any]) -> dict[str, Any]:
    shares = [{**share, "account_id": str(share["account_id"]), "amount": str(share["amount"])} for share in bill["shares"]]
    return {
        "bill_id": bill["bill_id"],
        "number": bill["number"],
        "customer_id": reconciled["customer_id"],
        "product_id": bill["product_id"],
        "product_name": bill["product_name"],
        "product_type": bill["product_type"],
        "payment_mode": bill["payment_mode"],
        "period_start": bill["month"].first_day,
        "period_end": bill["month"].last_day,
        "due_on": bill["due_on"],
        "quantity": bill["quantity"],
        "covered_quantity": bill["covered_quantity"] or 0,
        "shares": shares,
        "amount": bill["amount"],
        "cost": bill["cost"],
        "reason": None,
        "process_id": reconciled["process_id"],
        "created_at": work.now,
        "version": 1,
    }
