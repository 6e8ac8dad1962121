"""Show one receivable, with what holds it or was written off, and what it has cost in penalties."""

from typing import Any
from uuid import UUID

from services.kit.clock import Month
from services.kit.money import ZERO
from services.kit.unit_of_work import Begin
from services.payments.store.interest import penalty_of_bill
from services.payments.store.receivables import find_visible_receivable
from services.payments.store.tables import Receivable
from services.payments.store.write_offs import pairs_of_receivable


def show_receivable(begin: Begin, bill_id: UUID) -> dict[str, Any]:
    """As the contract's ``ReceivableDetail``.

    :raises NotFound: ``receivable_not_found``, also for one that the caller may not see.
    """
    with begin.asking() as work:
        receivable, customer = find_visible_receivable(work.session, work.caller, bill_id)
        view = receivable_view(receivable, customer.name)
        accrued_penalty = penalty_of_bill(work.session, bill_id)
        return view | {"accrued_penalty": accrued_penalty, "pairs": pairs_of_receivable(work.session, bill_id)}


def receivable_view(receivable: Receivable, customer_name: str) -> dict[str, Any]:
    """A receivable in a list, as the contract's ``Receivable``."""
    cancelled = receivable.cancelled_by is not None
    outstanding = ZERO if cancelled else receivable.amount - receivable.held - receivable.written_off
    settled = receivable.written_off == receivable.amount
    return {
        "bill_id": receivable.bill_id,
        "number": receivable.number,
        "customer_id": receivable.customer_id,
        "customer_name": customer_name,
        "product_id": receivable.product_id,
        "product_name": receivable.product_name,
        "product_type": receivable.product_type,
        "payment_mode": receivable.payment_mode,
        "month": Month.of(receivable.period_start),
        "due_on": receivable.due_on,
        "amount": receivable.amount,
        "held": receivable.held,
        "written_off": receivable.written_off,
        "cost": receivable.cost,
        "outstanding": outstanding,
        "state": "cancelled" if cancelled else "settled" if settled else "open" if outstanding else "held",
        "reason": receivable.reason if outstanding else None,
        "version": receivable.version,
    }
