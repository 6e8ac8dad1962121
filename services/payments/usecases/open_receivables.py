"""Open the receivables of reconciled bills (spec, payments.md, "Write-off")."""

from typing import Any

from services.contracts.billing import BillsReconciled
from services.kit.envelope import Event
from services.kit.schema import load
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.store.accounts import note_accounts
from services.payments.store.customers import lock_customers, note_customer
from services.payments.store.receivables import insert_receivables
from services.payments.usecases.start_write_offs import start_write_offs


def open_receivables(begin: Begin, event: Event) -> None:
    """For ``bills_reconciled``: money is owed for these bills from now on, and meets the receipts that wait."""
    reconciled = load(BillsReconciled, event.data)
    if not reconciled["bills"]:
        return
    with begin(consuming=event) as work:
        customer_id = reconciled["customer_id"]
        note_customer(work.session, customer_id, reconciled["bills"][0]["customer_name"])
        lock_customers(work.session, [customer_id])
        shares = [share for bill in reconciled["bills"] for share in bill["shares"]]
        note_accounts(work.session, customer_id, shares)
        rows = [_row(work, reconciled, bill) for bill in reconciled["bills"]]
        for bill_id in insert_receivables(work.session, rows):
            work.audit("receivable_opened", ("receivable", bill_id), after={"process": str(reconciled["process_id"])})
        start_write_offs(work, [customer_id])


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
        "shares": shares,
        "amount": bill["amount"],
        "cost": bill["cost"],
        "reason": None,
        "process_id": reconciled["process_id"],
        "created_at": work.now,
        "version": 1,
    }
