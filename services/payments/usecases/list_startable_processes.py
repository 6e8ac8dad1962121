"""List which of payments' processes can be started for a customer, and why not the others (spec, gateway.md, "Console")."""

from typing import Any
from uuid import UUID

from services.contracts.startable import Subject, refused_start, start_of_whole
from services.kit.errors import Conflict
from services.kit.unit_of_work import Begin
from services.payments.store.customers import find_for_start
from services.payments.store.starts import what_there_is
from services.payments.usecases.prepare_process import PREPARATIONS


def list_startable_processes(begin: Begin, customer_id: UUID) -> dict[str, Any]:
    """What :mod:`.prepare_process` would say, as far as it can be asked without a form.

    :returns: as ``OwnedStarts``. Of a customer whom the caller does not see here, nothing can be started.
    """
    with begin() as work:
        customer = find_for_start(work.session, work.caller, customer_id)
        if isinstance(customer, Conflict):
            return {"items": [refused_start(code, customer) for code in PREPARATIONS]}
        there_is = what_there_is(work.session, customer.id)
    whole = Subject("customer", customer.id, customer.name)
    no_receipts = None if there_is.money else Conflict("no_receipts_to_write_off")
    no_receivables = None if there_is.debt else Conflict("no_receivables_to_write_off")
    nothing = None if there_is.reversible else Conflict("nothing_to_reverse")
    return {
        "items": [
            start_of_whole("write_off", whole, no_receipts, no_receivables),
            start_of_whole("reversal", whole, nothing),
        ]
    }
