"""The effect of 申请客户: the pool customer is its applicant's."""

from typing import Any
from uuid import UUID

from services.customer.store.customers import lock_customer
from services.customer.usecases.effects import Effect, is_free_for, leave_in_pool, lift, tier_words
from services.customer.usecases.moves import funnel_policy, plan_next_look
from services.customer.usecases.successors import owner_by_process
from services.kit.errors import Conflict
from services.kit.unit_of_work import UnitOfWork


def take_over_customer(work: UnitOfWork, process: dict[str, Any]) -> Effect:
    """If the applicant has left meanwhile, the customer goes to who took over; the pool keeps it where nobody did.

    :raises Conflict: ``claim_not_held``, if another was faster after all: by a contract, which outweighs a claim. Retried, it has
        its effect once the customer is in the pool again and free.
    """
    owner = owner_by_process(work, process["initiator"])
    customer = lock_customer(work.session, UUID(process["subject"]["id"]))
    if not is_free_for(customer, process["process_id"]):
        raise Conflict("claim_not_held", name=customer.name, owner=customer.owner_name or customer.claimant_name or "")
    if owner is None:
        zh, en = leave_in_pool(work, customer, process)
        return Effect(customer.id, zh, en)
    lift(work, customer, funnel_policy(work).claimed_tier, process["code"], process["process_id"], owner)
    # Nothing that a rule asks for has changed: it stays in the tier of the claimed until something does, or the sweep comes.
    plan_next_look(work, customer)
    zh, en = tier_words(customer)
    return Effect(customer.id, f"{customer.name} 由 {owner.name} 跟进（{zh}）", f"{customer.name} is {owner.name}'s now ({en})")
