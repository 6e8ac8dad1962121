"""Add a customer (spec, customer.md, "Data" and "Tiers")."""

from typing import Any
from uuid import UUID

from services.customer.domain.names import normalise_name
from services.customer.store.customers import insert_customer
from services.customer.store.tables import Customer
from services.customer.usecases.snapshots import customer_snapshot
from services.kit.errors import Conflict
from services.kit.unit_of_work import Begin

NEW_TIER = "intent"


def add_customer(
    begin: Begin, *, name: str, industry: str, source: str, region: str, remarks: str, invoice_information: dict[str, Any]
) -> Customer:
    """A new customer of the caller's, as *intent*.

    :raises Conflict: ``customer_name_taken``, with the owner's name of the customer that has it.
    """
    with begin() as work:
        customer = Customer(
            id=work.new_id(),
            name=name.strip(),
            normalised_name=normalise_name(name),
            industry=industry,
            source=source,
            region=region,
            remarks=remarks,
            tier=NEW_TIER,
            tier_since=work.now,
            owner_id=UUID(work.caller.user_id),
            owner_name=work.caller.name,
            owner_department_id=UUID(work.caller.department_id) if work.caller.department_id else None,
            invoice_information=invoice_information,
            created_at=work.now,
            version=1,
        )
        holder = insert_customer(work.session, customer)
        if holder is not None:
            raise Conflict("customer_name_taken", name=holder.name, owner=holder.owner_name or "公共池")
        snapshot = customer_snapshot(customer)
        work.publish("customer_added", customer.id, snapshot, version=customer.version)
        work.audit("customer_added", ("customer", customer.id), after={"name": customer.name, "tier": customer.tier})
    return customer
