"""Show one write-off with its pairs."""

from typing import Any
from uuid import UUID

from services.kit.unit_of_work import Begin
from services.payments.store.tables import WriteOff
from services.payments.store.write_offs import find_visible_write_off, pairs_of_write_off, reversal_of


def show_write_off(begin: Begin, write_off_id: UUID) -> dict[str, Any]:
    """As the contract's ``WriteOffDetail``.

    :raises NotFound: ``write_off_not_found``, also for one that the caller may not see.
    """
    with begin.asking() as work:
        write_off, customer = find_visible_write_off(work.session, work.caller, write_off_id)
        reversal = reversal_of(work.session, write_off_id)
        return write_off_view(write_off, customer.name) | {
            "pairs": pairs_of_write_off(work.session, write_off),
            "reversal": reversal and {"id": reversal.id, "state": reversal.state, "reason": reversal.remarks},
        }


def write_off_view(write_off: WriteOff, customer_name: str) -> dict[str, Any]:
    """A write-off in a list, as the contract's ``WriteOff``."""
    names = (
        "id", "customer_id", "reverses", "automatic", "state", "amount", "remarks", "started_by_id", "started_by_name",
        "started_at", "finished_at", "ended_by", "ended_why", "version",
    )  # fmt: skip
    return {name: getattr(write_off, name) for name in names} | {"customer_name": customer_name}
