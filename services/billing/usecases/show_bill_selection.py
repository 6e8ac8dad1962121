"""Show what somebody has selected of a customer's bills (spec, billing.md, "Reconciliation")."""

from typing import Any
from uuid import UUID

from services.billing.store.customers import find_visible_customer
from services.billing.store.selection_tables import BillSelection
from services.billing.store.selections import bills_of_customer, find_selection
from services.billing.usecases.selectable_bills import shown, totals_of, why_not_reconcilable
from services.kit.unit_of_work import Begin, UnitOfWork


def show_bill_selection(begin: Begin, customer_id: UUID) -> dict[str, Any]:
    """The caller's own; empty, of version 0, if nothing was selected yet.

    :returns: as ``BillSelection`` of the contract.
    :raises NotFound: ``customer_not_found``, also for one the caller may not see.
    """
    with begin.asking() as work:
        find_visible_customer(work.session, work.caller, customer_id)
        return selection_as_shown(work, customer_id, find_selection(work.session, UUID(work.caller.user_id), customer_id))


def selection_as_shown(work: UnitOfWork, customer_id: UUID, selection: BillSelection | None) -> dict[str, Any]:
    """As ``BillSelection`` of the contract: what cannot be reconciled any more is shown apart with why, and stays selected;
    should it become open again, it is among the bills again."""
    bill_ids = [] if selection is None else [UUID(bill_id) for bill_id in selection.bill_ids]
    bills = bills_of_customer(work.session, customer_id, bill_ids)
    selectable = [bill for bill in bills if why_not_reconcilable(bill) is None]
    return {
        "customer_id": customer_id,
        "bills": [shown(bill) for bill in selectable],
        "dropped": [shown(bill) for bill in bills if bill not in selectable],
        "totals": totals_of(selectable),
        "saved_at": selection and selection.saved_at,
        "version": selection.version if selection else 0,
    }
