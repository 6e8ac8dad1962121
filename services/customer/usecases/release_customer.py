"""Release a customer into the pool (spec, customer.md, "The pool")."""

from typing import Any
from uuid import UUID

from services.customer.store.customers import lock_visible
from services.customer.usecases.moves import NOBODY, facts_of, move, plan_next_look
from services.customer.usecases.views import customer_view
from services.kit.errors import Conflict, Forbidden
from services.kit.unit_of_work import Begin


def release_customer(begin: Begin, customer_id: UUID, reason: str) -> dict[str, Any]:
    """Its owner gives a customer up, and says why.

    :raises Forbidden: ``customer_not_yours``, for everybody else who sees it.
    :raises Conflict: ``customer_in_pool``, if it is there already.
    """
    with begin() as work:
        customer = lock_visible(work.session, work.caller, customer_id)
        if customer.owner_id is None:
            raise Conflict("customer_in_pool", name=customer.name)
        former_owner_id = customer.owner_id
        if str(former_owner_id) != work.caller.user_id:
            raise Forbidden("customer_not_yours")
        facts = facts_of(work, [customer])[customer.id]
        if customer.is_protected:
            # In the pool there is nothing to be kept from, and whoever claims it next shall see it fall.
            before, after = {"is_protected": True}, {"is_protected": False}
            work.audit("customer_protection_changed", ("customer", customer.id), before=before, after=after, why=reason)
            customer.is_protected, customer.protection_reason = False, ""
        move(work, customer, "pool", "released", facts, owner=NOBODY, reason=reason)
        plan_next_look(work, customer)
        released = {
            "customer_id": customer.id,
            "customer_name": customer.name,
            "former_owner_id": former_owner_id,
            "reason": reason,
        }
        work.publish("customer_released", customer.id, released, version=customer.version)
        return customer_view(customer)
