"""Who may change a customer that he or she sees."""

from uuid import UUID

from services.customer.store.customers import lock_visible
from services.customer.store.tables import Customer
from services.kit.caller import Caller
from services.kit.errors import Conflict, Forbidden
from services.kit.unit_of_work import UnitOfWork

_KEEPS_ALL = ("sales_admin", "admin", "system")


def keeps(caller: Caller, customer: Customer) -> bool:
    """Its owner, a lead of the owner's department, sales administration. A pool customer is nobody's, so only the last."""
    if caller.has_role(*_KEEPS_ALL):
        return True
    is_owner = str(customer.owner_id) == caller.user_id
    return is_owner or str(customer.owner_department_id) in caller.departments_led


def lock_kept(work: UnitOfWork, customer_id: UUID) -> Customer:
    """The customer, locked, for a caller who may change it.

    :raises NotFound: if the caller may not see it.
    :raises Conflict: ``customer_in_pool``: such a one is claimed first; ``customer_claim_undecided``, for who is claiming it.
    :raises Forbidden: ``customer_not_yours``, if the caller sees it only.
    """
    customer = lock_visible(work.session, work.caller, customer_id)
    if refusal := why_not_kept(work.caller, customer):
        raise refusal
    return customer


def why_not_kept(caller: Caller, customer: Customer) -> Conflict | Forbidden | None:
    """What :func:`lock_kept` says of a customer that the caller sees."""
    if keeps(caller, customer):
        return None
    if str(customer.claimant_id) == caller.user_id:
        return Conflict("customer_claim_undecided", name=customer.name)
    if customer.tier == "pool":
        return Conflict("customer_in_pool", name=customer.name)
    return Forbidden("customer_not_yours")


def lock_owned(work: UnitOfWork, customer_id: UUID) -> Customer:
    """The same for what is nobody's business while the customer is in the pool, whoever keeps it.

    :raises NotFound, Conflict, Forbidden: as :func:`lock_kept`.
    """
    customer = lock_visible(work.session, work.caller, customer_id)
    if refusal := why_not_owned(work.caller, customer):
        raise refusal
    return customer


def why_not_owned(caller: Caller, customer: Customer) -> Conflict | Forbidden | None:
    """What :func:`lock_owned` says of a customer that the caller sees."""
    refusal = why_not_kept(caller, customer)
    if refusal is None and customer.tier == "pool":
        return Conflict("customer_in_pool", name=customer.name)
    return refusal
