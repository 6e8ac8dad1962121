"""对账 before it starts: the selected bills are this process's and no other's (spec, billing.md, "Reconciliation")."""

from typing import Any
from uuid import UUID

from services.billing.domain.differences import fault_of_difference, share_difference
from services.billing.store.bills import bill_ids_of_process, lock_bills
from services.billing.store.customers import find_visible_customer
from services.billing.store.tables import Bill, Customer
from services.billing.usecases.save_bill_selection import take_from_selection
from services.billing.usecases.selectable_bills import why_not_reconcilable
from services.billing.usecases.snapshots import change_bills, products_of_bills
from services.contracts import billing_forms as forms
from services.kit.errors import InvalidInput, NotFound
from services.kit.money import ZERO
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def prepare_reconciliation(work: UnitOfWork, request: dict[str, Any]) -> dict[str, Any]:
    """Reserve the bills; those that the process held before and that are no longer selected are open again. What is agreed beside
    their total is shown by bill.

    :raises InvalidInput: by field; for a bill in another process with the bill's number.
    """
    form = load(forms.ReconciliationForm, request["form"])
    process_id = request["process_id"]
    customer = customer_of(work, request["subject_id"])
    bills = _reserve(work, process_id, customer, form["bill_ids"])
    take_from_selection(work, request["initiator"]["id"], customer.id, form["bill_ids"])
    months = sorted({bill.month for bill in bills})
    total = sum((bill.amount for bill in bills), ZERO)
    difference = form["agreed_difference"] or ZERO
    if fault := fault_of_difference(difference, total):
        raise InvalidInput(fields={"agreed_difference": [fault]})
    shares = share_difference(difference, [bill.amount for bill in bills])
    span = str(months[0]) if len(months) == 1 else f"{months[0]} 至 {months[-1]}"
    completed = {
        **request["form"],
        "bill_ids": [str(bill_id) for bill_id in form["bill_ids"]],
        "bills": [
            {
                "bill_id": str(bill.id),
                "number": bill.number,
                "amount": f"{bill.amount:.2f}",
                "agreed_difference": f"{share:.2f}",
                "agreed_amount": f"{bill.amount + share:.2f}",
            }
            for bill, share in zip(bills, shares, strict=True)
        ],
        "total": f"{total:.2f}",
        "agreed_total": f"{total + difference:.2f}",
    }
    words = f"，约定差额 {difference:+.2f} 元" if difference else ""
    return {
        "title": f"对账：{customer.name} {span}（{len(bills)} 张账单，合计 {total:.2f} 元{words}）",
        "subject": {"type": "bills", "id": str(customer.id), "name": f"{customer.name} {span}"},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_ids": products_of_bills(bills),
        "form": completed,
        "facts": {"bill_count": len(bills), "total": f"{total:.2f}", "agreed_difference": f"{difference:.2f}"},
    }


def customer_of(work: UnitOfWork, subject_id: str | None) -> Customer:
    """The customer that a process is about.

    :raises InvalidInput: at ``subject_id``, also for one the caller may not see.
    """
    try:
        return find_visible_customer(work.session, work.caller, UUID(subject_id or ""))
    except (ValueError, NotFound) as error:
        raise InvalidInput(fields={"subject_id": ["customer_not_found"]}) from error


def _reserve(work: UnitOfWork, process_id: UUID, customer: Customer, bill_ids: list[UUID]) -> list[Bill]:
    # What the process held before is locked together with what it wants: one order of locks for every process.
    held = bill_ids_of_process(work.session, process_id)
    locked = lock_bills(work.session, held | set(bill_ids))
    bills = {bill_id: locked[bill_id] for bill_id in bill_ids if bill_id in locked}
    wrong: dict[str, list[str]] = {}
    for number, bill_id in enumerate(bill_ids):
        bill = bills.get(bill_id)
        if bill is None or bill.customer_id != customer.id:
            wrong[f"bill_ids.{number}"] = ["bill_not_found"]
        elif bill_id in bill_ids[:number]:
            wrong[f"bill_ids.{number}"] = ["bill_repeated"]
        elif (fault := why_not_reconcilable(bill, process_id)) is not None:
            wrong[f"bill_ids.{number}"] = [fault]
    if wrong:
        raise InvalidInput(fields=wrong)
    dropped = [locked[bill_id] for bill_id in sorted(held - set(bill_ids))]
    change_bills(work, [(bill, {"state": "open", "process_id": None}) for bill in dropped], why="对账不再包含此账单")
    taken = [bill for bill in bills.values() if bill.state == "open"]
    change_bills(work, [(bill, {"state": "reconciling", "process_id": process_id}) for bill in taken], why="对账发起")
    return sorted(bills.values(), key=lambda bill: (bill.month, bill.number))
