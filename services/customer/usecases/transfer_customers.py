"""Transfer customers from one salesperson to another, one or many (spec, customer.md, "The pool")."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from services.contracts.people import OWNER_ROLES
from services.customer.store.owners import lock_customers, owned_by, owners_of
from services.customer.store.people import lock_person
from services.customer.store.tables import Customer
from services.customer.usecases.hand_overs import TRANSFERRED, hand_over
from services.customer.usecases.keepers import keeps
from services.customer.usecases.limits import Room, room_of
from services.customer.usecases.moves import Owner
from services.kit.caller import Caller
from services.kit.errors import Conflict, Forbidden, InvalidInput, NotFound, Refusal
from services.kit.unit_of_work import Begin, UnitOfWork

_BETWEEN_ANY: Final = ("sales_director", "sales_admin", "admin", "system")


def transfer_customers(
    begin: Begin, *, customer_ids: Sequence[UUID] | None, from_user_id: UUID | None, to_user_id: UUID, reason: str
) -> dict[str, Any]:
    """Each customer by itself: one that cannot be transferred does not hold up the others.

    :param customer_ids: which; or ``None``, and ``from_user_id`` says whose.
    :returns: how many were ``transferred`` and ``refused``, and for each an item with its ``outcome``, and why not.
    :raises InvalidInput: for a taker who is no salesperson.
    :raises Conflict: ``owner_has_left``.
    :raises Forbidden: ``taker_not_of_yours``.
    """
    with begin() as work:
        taker = _taker(work, to_user_id)
        room = room_of(work, taker)
        if customer_ids is not None:
            wanted, seen = dict.fromkeys(customer_ids), owners_of(work.session, work.caller, customer_ids)
        else:
            assert from_user_id is not None
            wanted = seen = owned_by(work.session, work.caller, from_user_id)
        locked = {customer.id: customer for customer in lock_customers(work.session, list(seen))}
        items, moving = [], []
        for customer_id in wanted:
            customer = locked.get(customer_id)
            try:
                moving.append(_transferable(work.caller, customer, seen.get(customer_id), room))
            except Refusal as refusal:
                items.append(_item(customer_id, customer, refusal))
            else:
                items.append(_item(customer_id, customer))
        hand_over(work, moving, taker, rule=TRANSFERRED, reason=reason)
        return {"transferred": len(moving), "refused": len(items) - len(moving), "items": items}


def _taker(work: UnitOfWork, user_id: UUID) -> Owner:
    user = lock_person(work.session, user_id)
    if user is None or OWNER_ROLES.isdisjoint(user.roles):
        raise InvalidInput(fields={"to_user_id": ["no_such_salesperson"]})
    if not user.active:
        raise Conflict("owner_has_left", fields={"to_user_id": ["no_such_salesperson"]}, name=user.name)
    caller = work.caller
    is_theirs = str(user.id) == caller.user_id or str(user.department_id) in caller.departments_led
    if not is_theirs and not caller.has_role(*_BETWEEN_ANY):
        raise Forbidden("taker_not_of_yours", name=user.name)
    return Owner(user.id, user.name, user.department_id)


def _transferable(caller: Caller, customer: Customer | None, seen_owner_id: UUID | None, room: Room) -> Customer:
    """The customer, if it may go to the taker, and there is room for it.

    :param customer: locked; ``None`` if the caller does not see it.
    :param seen_owner_id: whose it was before it was locked.
    """
    if customer is None:
        raise NotFound("customer_not_found")
    if customer.tier == "pool" and customer.claim_process_id is None:
        raise Conflict("customer_in_pool", name=customer.name)
    if customer.owner_id != seen_owner_id:
        # While this transfer waited; perhaps to somebody whose customers the caller does not see.
        raise Conflict("customer_changed_hands", name=customer.name)
    if customer.tier == "pool":
        raise Conflict("customer_already_claimed", name=customer.name, claimant=customer.claimant_name or "")
    if not caller.has_role(*_BETWEEN_ANY) and not keeps(caller, customer):
        raise Forbidden("customer_not_yours")
    if customer.owner_id == room.owner.id:
        raise Conflict("customer_theirs_already", name=customer.name, owner=room.owner.name)
    room.take(customer.tier)
    return customer


def _item(customer_id: UUID, customer: Customer | None, refusal: Refusal | None = None) -> dict[str, Any]:
    return {
        "customer_id": customer_id,
        "customer_name": None if customer is None else customer.name,
        "outcome": "transferred" if refusal is None else "refused",
        "code": None if refusal is None else refusal.code,
        "params": {} if refusal is None else refusal.params,
    }
