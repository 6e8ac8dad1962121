"""What the preparations of all processes have in common."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from sqlalchemy import select

from services.customer.store.customers import claim_from_pool, holds_claim, lock_customer, visible_to
from services.customer.store.tables import Customer
from services.customer.usecases.limits import count_claim, room_of, why_no_room
from services.customer.usecases.moves import Owner
from services.kit.errors import Conflict, InvalidInput, NotFound, Refusal
from services.kit.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Preparation:
    """A request to prepare a process.

    :param code: the process's, such as ``claim_customer``.
    :param node: the node whose handler enters fields; ``None`` when the process starts or is resubmitted.
    """

    process_id: UUID
    code: str
    node: str | None
    subject_id: UUID
    form: dict[str, Any]
    initiator: Owner

    @classmethod
    def of(cls, request: dict[str, Any]) -> Self:
        """
        :raises InvalidInput: without a subject that can be one.
        """
        try:
            subject_id = UUID(request["subject_id"] or "")
        except ValueError as error:
            raise InvalidInput(fields={"subject_id": ["invalid"]}) from error
        return cls(
            process_id=request["process_id"],
            code=request["code"],
            node=request["node"] if request["phase"] == "node" else None,
            subject_id=subject_id,
            form=request["form"],
            initiator=owner_from(request["initiator"]),
        )

    @property
    def starts(self) -> bool:
        """Whether the process starts or starts again, rather than being at a node."""
        return self.node is None


def owner_from(person: dict[str, Any]) -> Owner:
    """An initiator, as a customer's owner."""
    department_id = person["department_id"]
    return Owner(UUID(str(person["id"])), person["name"], None if department_id is None else UUID(str(department_id)))


def claim(work: UnitOfWork, customer_id: UUID, preparation: Preparation) -> Customer:
    """Take the customer out of the pool for this process; from now on nobody else sees or claims it.

    What the process holds already it keeps: limits are asked, and the claim is counted, when the customer leaves the pool.

    :raises Conflict: ``customer_already_claimed``; ``customer_not_in_pool``.
    :raises Conflict, TooMany: as :func:`services.customer.usecases.limits.count_claim`.
    :raises NotFound: for a customer that is another's, as for one that does not exist.
    """
    claimant, process_id = preparation.initiator, preparation.process_id
    room = room_of(work, claimant)
    was_held = holds_claim(work.session, customer_id, process_id)
    taken = claim_from_pool(
        work.session,
        customer_id,
        process_id,
        claimant_id=claimant.id,
        name=claimant.name,
        department_id=claimant.department_id,
    )
    if not taken:
        raise _refusal_of_claim(work, customer_id)
    customer = lock_customer(work.session, customer_id)
    if not was_held:
        count_claim(work, room, customer, code=preparation.code, process_id=process_id)
        why = str(preparation.form.get("reason") or "")
        work.audit("customer_claim_started", ("customer", customer_id), after={"claimant": claimant.name}, why=why)
    return customer


def _refusal_of_claim(work: UnitOfWork, customer_id: UUID) -> Conflict | NotFound:
    visible = visible_to(work.caller).label("is_visible")
    found = work.session.execute(select(Customer, visible).where(Customer.id == customer_id)).first()
    if found is not None and found.Customer.tier == "pool":
        return _already_claimed(found.Customer)
    if found is not None and found.is_visible:
        return _not_in_pool(found.Customer)
    return NotFound("customer_not_found")


def why_not_claim(work: UnitOfWork, customer: Customer, claimant: Owner, code: str) -> Refusal | None:
    """What :func:`claim` would say now of a customer that the caller sees, to a new process of this code."""
    if customer.tier != "pool":
        return _not_in_pool(customer)
    if customer.claim_process_id is not None:
        return _already_claimed(customer)
    return why_no_room(work, claimant, customer, code=code)


def _already_claimed(customer: Customer) -> Conflict:
    return Conflict("customer_already_claimed", name=customer.name, claimant=customer.claimant_name or "")


def _not_in_pool(customer: Customer) -> Conflict:
    return Conflict("customer_not_in_pool", name=customer.name, owner=customer.owner_name or "")
