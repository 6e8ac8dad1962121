"""Protect a customer, or end it (spec, customer.md, "The pool": "customers marked protected that never fall")."""

from typing import Any
from uuid import UUID

from services.customer.store.customers import lock_visible
from services.customer.usecases.moves import plan_next_look
from services.customer.usecases.snapshots import customer_snapshot
from services.customer.usecases.views import customer_view
from services.kit.errors import Conflict
from services.kit.unit_of_work import Begin


def protect_customer(begin: Begin, customer_id: UUID, *, is_protected: bool, reason: str) -> dict[str, Any]:
    """A protected customer does not fall, however long nobody speaks with it; unprotected, it falls as its windows say.

    Who may is the gateway's matter; the reason stands on a protected customer, and in the audit trail.

    :raises NotFound: for a customer the caller may not see.
    :raises Conflict: ``customer_in_pool``: there is nowhere to fall from there.
    """
    with begin() as work:
        customer = lock_visible(work.session, work.caller, customer_id)
        if customer.tier == "pool":
            raise Conflict("customer_in_pool", name=customer.name)
        kept_reason = reason if is_protected else ""
        if (customer.is_protected, customer.protection_reason) == (is_protected, kept_reason):
            return customer_view(customer)
        before, after = {"is_protected": customer.is_protected}, {"is_protected": is_protected}
        customer.is_protected, customer.protection_reason = is_protected, kept_reason
        customer.version += 1
        plan_next_look(work, customer)
        work.publish("customer_changed", customer.id, customer_snapshot(customer), version=customer.version)
        work.audit("customer_protection_changed", ("customer", customer.id), before=before, after=after, why=reason)
        return customer_view(customer)
