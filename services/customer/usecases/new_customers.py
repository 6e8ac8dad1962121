"""How new customers come to be written: one added by hand, and hundreds of a file, alike (spec, customer.md, "Data")."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.customer.domain.funnel import first_look
from services.customer.domain.names import normalise_name
from services.customer.store.customers import insert_customers
from services.customer.store.tables import Customer, TierMove
from services.customer.usecases.moves import Owner, facts_of, funnel_policy
from services.customer.usecases.snapshots import customer_snapshot
from services.kit.audit import AuditEntry
from services.kit.caller import Caller
from services.kit.errors import Conflict
from services.kit.unit_of_work import Fact, UnitOfWork

NEW_TIER = "intent"


def oneself(caller: Caller) -> Owner:
    """The caller, as an owner."""
    return Owner(UUID(caller.user_id), caller.name, UUID(caller.department_id) if caller.department_id else None)


def new_customer(work: UnitOfWork, fields: Mapping[str, Any], owner: Owner) -> Customer:
    """The row of a customer to be, as *intent*.

    :param fields: as ``AddCustomer`` loads them, the invoice information checked.
    """
    invoice = fields["invoice_information"]
    return Customer(
        id=work.new_id(),
        name=fields["name"].strip(),
        normalised_name=normalise_name(fields["name"]),
        industry=fields["industry"],
        source=fields["source"],
        region=fields["region"],
        remarks=fields["remarks"],
        tier=NEW_TIER,
        tier_since=work.now,
        owner_id=owner.id,
        owner_name=owner.name,
        owner_department_id=owner.department_id,
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


def write_new_customers(work: UnitOfWork, customers: Sequence[Customer]) -> dict[UUID, Conflict]:
    """Write new customers with all that belongs to being new, in a few statements however many they are: the rows, the day of the
    sweep's first look, the first move of their histories, the events, the audit entries.

    The one place where customers begin; what else shall hold for every new one belongs here.

    :returns: of those that were not written, by their ids, why: ``customer_name_taken``, with the owner of the name.
    """
    facts, policy = facts_of(work, customers), funnel_policy(work)
    for customer in customers:
        customer.next_look_on = first_look(facts[customer.id], policy, work.today)
    holders = insert_customers(work.session, customers)
    written = [customer for customer in customers if customer.id not in holders]
    work.session.add_all([_first_move(work, customer) for customer in written])
    work.publish_all([Fact("customer_added", each.id, customer_snapshot(each), each.version) for each in written])
    work.audit_all(
        [
            AuditEntry(
                "customer_added", ("customer", each.id), after={"name": each.name, "tier": each.tier, "owner": each.owner_name}
            )
            for each in written
        ]
    )
    return {
        customer_id: Conflict("customer_name_taken", name=holder.name, owner=holder.owner_name or "公共池")
        for customer_id, holder in holders.items()
    }


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
