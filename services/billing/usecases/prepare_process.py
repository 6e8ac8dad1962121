"""Answer workflow before a process starts, is sent again, or goes on with what a node entered (contracts/workflow.py)."""

from collections.abc import Callable
from typing import Any

from services.billing.store.processes import hold_process
from services.billing.usecases.defer_payment import prepare_deferred_payment
from services.billing.usecases.prepare_advance_invoice import prepare_advance_invoice
from services.billing.usecases.prepare_bill_invoice import prepare_bill_invoice
from services.billing.usecases.prepare_billing_cycle_change import prepare_billing_cycle_change
from services.billing.usecases.prepare_ecommerce_order import prepare_ecommerce_order
from services.billing.usecases.prepare_price_adjustment import prepare_price_adjustment
from services.billing.usecases.prepare_reconciliation import prepare_reconciliation
from services.billing.usecases.recharge_account import prepare_recharge
from services.billing.usecases.reversals import prepare_reversal
from services.kit.errors import NotFound
from services.kit.unit_of_work import Begin, UnitOfWork

PREPARATIONS: dict[str, Callable[[UnitOfWork, dict[str, Any]], dict[str, Any]]] = {
    "price_adjustment": prepare_price_adjustment,
    "reconciliation": prepare_reconciliation,
    "bill_invoice": prepare_bill_invoice,
    "no_bill_invoice": prepare_advance_invoice,
    "recharge": prepare_recharge,
    "deferred_payment": prepare_deferred_payment,
    "billing_cycle_change": prepare_billing_cycle_change,
    "ecommerce_order": prepare_ecommerce_order,
    "reversal": prepare_reversal,
}
"""Process code → what checks its form and reserves what it is about, in the unit of work of the call."""


def prepare_process(begin: Begin, request: dict[str, Any]) -> dict[str, Any]:
    """
    :param request: as ``PrepareProcess`` of the contract.
    :returns: as ``Prepared``.
    :raises InvalidInput: by field.
    :raises Conflict: ``process_withdrawn`` for one that was withdrawn while its start was under way; ``process_archived``;
        ``process_changed``.
    """
    prepare = PREPARATIONS.get(request["code"])
    if prepare is None:
        raise NotFound("process_code_unknown", process=request["code"])
    with begin() as work:
        hold_process(work.session, request["process_id"], request["code"], request["process_version"])
        return prepare(work, request)
