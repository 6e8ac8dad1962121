"""Add a customer (spec, customer.md, "Data" and "Tiers")."""

from typing import Any
from uuid import UUID

from services.customer.domain.funnel import first_look
from services.customer.domain.names import normalise_name
from services.customer.store.customers import insert_customer
from services.customer.store.search_rows import write_search_rows
from services.customer.store.tables import Customer, TierMove
from services.customer.usecases.invoice_details import checked_invoice_information
from services.customer.usecases.moves import facts_of, funnel_policy
from services.customer.usecases.near_customers import refuse_near_name
from services.customer.usecases.snapshots import customer_snapshot
from services.customer.usecases.views import customer_view
from services.kit.errors import Conflict
from services.kit.unit_of_work import Begin, UnitOfWork

NEW_TIER = "intent"


def add_customer(
    begin: Begin,
    *,
    name: str,
    industry: str,
    source: str,
    region: str,
    remarks: str,
    invoice_information: dict[str, Any],
    confirm_near_duplicates: bool = False,
) -> dict[str, Any]:
    """A new customer of the caller's, as *intent*.

    :raises InvalidInput: for a wrong tax number.
    :param confirm_near_duplicates: that it is none of those whose names are near.
    :raises Conflict: ``customer_name_taken``, with the owner's name of the customer that has it; ``customer_name_near``.
    """
    invoice = checked_invoice_information(invoice_information)
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
            invoice_information=invoice,
            tax_number=invoice["tax_number"],
            filled_items=0,
            test_account_archived=False,
            has_account=False,
            is_protected=False,
            protection_reason="",
            created_at=work.now,
            version=1,
        )
        facts = facts_of(work, [customer])[customer.id]
        customer.next_look_on = first_look(facts, funnel_policy(work), work.today)
        holder = insert_customer(work.session, customer)
        if holder is not None:
            raise Conflict("customer_name_taken", name=holder.name, owner=holder.owner_name or "公共池")
        if not confirm_near_duplicates:
            refuse_near_name(work, customer)
        write_search_rows(work.session, [customer])
        work.session.add(_first_move(work, customer))
        work.publish("customer_added", customer.id, customer_snapshot(customer), version=customer.version)
        work.audit("customer_added", ("customer", customer.id), after={"name": customer.name, "tier": customer.tier})
        return customer_view(customer)


def _first_move(work: UnitOfWork, customer: Customer) -> TierMove:
    return TierMove(
        id=work.new_id(),
        customer_id=customer.id,
        moved_at=work.now,
        from_tier=None,
        to_tier=customer.tier,
        rule="added",
        facts={},
        owner_id=customer.owner_id,
        owner_name=customer.owner_name,
        by_name=work.caller.name,
    )
