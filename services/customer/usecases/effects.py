"""What the effects of processes have in common."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.customer.domain.outlook import TIER_NAMES
from services.customer.store.policies import keep_policy
from services.customer.store.tables import Customer
from services.customer.usecases.moves import Owner, facts_of, move
from services.kit.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Effect:
    """What a process brought, in words for its page."""

    customer_id: UUID
    summary_zh: str
    summary_en: str


def lift(work: UnitOfWork, customer: Customer, to_tier: str, code: str, process_id: UUID, new_owner: Owner | None = None) -> None:
    """Move a customer by an archived process; one that comes from the pool is claimed by it."""
    was_in_pool = customer.tier == "pool"
    if was_in_pool:
        keep_policy(work.session)
    facts = facts_of(work, [customer])[customer.id]
    move(work, customer, to_tier, code, facts, owner=new_owner, process_id=process_id)
    if was_in_pool and new_owner is not None:
        claimed = {
            "customer_id": customer.id,
            "customer_name": customer.name,
            "process_id": process_id,
            "owner_id": new_owner.id,
            "owner_name": new_owner.name,
        }
        work.publish("customer_claimed", customer.id, claimed, version=customer.version)


def is_free_for(customer: Customer, process_id: UUID) -> bool:
    """Whether a customer is in the pool and this process may take it out: it holds the claim, or nobody does."""
    return customer.tier == "pool" and customer.claim_process_id in (None, process_id)


def leave_in_pool(work: UnitOfWork, customer: Customer, process: dict[str, Any]) -> tuple[str, str]:
    """Leave a customer in the pool: whom the process got it for has left, and nobody has taken over.

    :returns: that, in Chinese and English, for the process's page.
    """
    if customer.claim_process_id == process["process_id"]:
        customer.claim_process_id = customer.claimant_id = customer.claimant_department_id = None
        customer.claimant_name = None
        work.audit("customer_claim_ended", ("customer", customer.id), why="owner_has_left")
    name = process["initiator"]["name"]
    return f"{name} 已离职且无人接手，客户留在公共池", f"{name} has left and nobody took over: the customer stays in the pool"


def tier_words(customer: Customer) -> tuple[str, str]:
    """The customer's tier in Chinese and English."""
    return TIER_NAMES[customer.tier]


def standing(customer: Customer) -> tuple[str, str]:
    """Where the customer stands, in Chinese and English."""
    zh, en = tier_words(customer)
    return f"客户为{zh}", f"the customer is {en}"
