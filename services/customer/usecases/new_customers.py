"""How new customers come to be written: one added by hand, and hundreds of a file, alike (spec, customer.md, "Data")."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.customer.domain.funnel import first_look
from services.customer.store.customers import customers_named, insert_customers
from services.customer.store.people import leavers_among
from services.customer.store.policies import keep_policy
from services.customer.store.search_rows import write_search_rows
from services.customer.store.tables import Customer, TierMove
from services.customer.usecases.limits import Room, rooms_of
from services.customer.usecases.moves import Owner, facts_of, funnel_policy, owner_of
from services.customer.usecases.names_in_use import name_taken, names_near
from services.customer.usecases.snapshots import customer_snapshot
from services.kit.audit import AuditEntry
from services.kit.bulk import insert_rows
from services.kit.company_names import normalise_name
from services.kit.errors import Conflict
from services.kit.unit_of_work import Fact, UnitOfWork

NEW_TIER = "intent"


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


def write_new_customers(work: UnitOfWork, customers: Sequence[Customer], *, confirmed: bool) -> dict[UUID, Conflict]:
    """Write new customers with all that belongs to being new, in a few statements however many they are: the rows, what they are
    found by, the day of the sweep's first look, the first move of their histories, the events, the audit entries.

    The one place where customers begin; what else shall hold for every new one belongs here.

    :param confirmed: that they are none of those whose names are near.
    :returns: of those that were not written, by their ids, why: ``owner_has_left``; ``customer_name_taken``, with the owner of
        the name; ``customer_name_near``; ``holding_limit_reached``.
    """
    refused = _of_leavers(work, customers)
    keep_policy(work.session)

    def others() -> list[Customer]:
        return [customer for customer in customers if customer.id not in refused]

    rooms = rooms_of(work, {customer.owner_id: owner_of(customer) for customer in others()}.values())
    refused |= _named_alike(work, others())
    if not confirmed:
        refused |= names_near(work, others())
    refused |= _without_room(rooms, others())
    candidates = others()
    facts, policy = facts_of(work, candidates), funnel_policy(work)
    for customer in candidates:
        customer.next_look_on = first_look(facts[customer.id], policy, work.today)
    # Whoever added one of these names since they were looked for has it.
    overtaken = insert_customers(work.session, candidates)
    refused |= {customer_id: name_taken(holder) for customer_id, holder in overtaken.items()}
    written = [customer for customer in candidates if customer.id not in overtaken]
    write_search_rows(work.session, written)
    insert_rows(work.session, TierMove.__table__, [_first_move(work, customer) for customer in written])
    work.publish_all([Fact("customer_added", each.id, customer_snapshot(each), each.version) for each in written])
    work.audit_all(
        [
            AuditEntry(
                "customer_added", ("customer", each.id), after={"name": each.name, "tier": each.tier, "owner": each.owner_name}
            )
            for each in written
        ]
    )
    return refused


def _of_leavers(work: UnitOfWork, customers: Sequence[Customer]) -> dict[UUID, Conflict]:
    leavers = leavers_among(work.session, {owner_of(customer).id for customer in customers})
    return {each.id: Conflict("owner_has_left", name=each.owner_name) for each in customers if each.owner_id in leavers}


def _named_alike(work: UnitOfWork, customers: Sequence[Customer]) -> dict[UUID, Conflict]:
    holders = customers_named(work.session, {customer.normalised_name for customer in customers})
    return {each.id: name_taken(holders[each.normalised_name]) for each in customers if each.normalised_name in holders}


def _without_room(rooms: Mapping[UUID, Room], customers: Sequence[Customer]) -> dict[UUID, Conflict]:
    refused = {}
    for customer in customers:
        try:
            rooms[owner_of(customer).id].take(customer.tier)
        except Conflict as full:
            refused[customer.id] = full
    return refused


def _first_move(work: UnitOfWork, customer: Customer) -> dict[str, Any]:
    return {
        "id": work.new_id(),
        "customer_id": customer.id,
        "moved_at": work.now,
        "from_tier": None,
        "to_tier": customer.tier,
        "rule": "added",
        "facts": {},
        "reason": "",
        "owner_id": customer.owner_id,
        "owner_name": customer.owner_name,
        "by_name": work.caller.name,
    }
