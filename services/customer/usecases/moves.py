"""Moving a customer in the funnel: what every use case does that changes a fact, a tier or an owner.

The customer's row is locked by whoever calls these.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID

from services.customer.domain.funnel import Facts, Term, first_look, upgrade_by_rule
from services.customer.domain.policy import FunnelPolicy
from services.customer.store.customers import terms_of
from services.customer.store.people import departments_of_superiors
from services.customer.store.policies import policy_in_force
from services.customer.store.tables import Customer, TierMove
from services.customer.usecases.snapshots import customer_snapshot
from services.kit.audit import AuditEntry
from services.kit.bulk import insert_rows
from services.kit.caller import Caller
from services.kit.clock import business_date
from services.kit.unit_of_work import Fact, UnitOfWork


@dataclass(frozen=True)
class Owner:
    """Who looks after a customer from now on."""

    id: UUID
    name: str
    department_id: UUID | None

    @classmethod
    def of(cls, caller: Caller) -> Self:
        """The caller as a customer's owner."""
        return cls(UUID(caller.user_id), caller.name, UUID(caller.department_id) if caller.department_id else None)


def owner_of(customer: Customer) -> Owner:
    """Who looks after a customer that is not in the pool."""
    assert customer.owner_id is not None, "only pool customers have no owner"
    return Owner(customer.owner_id, customer.owner_name or "", customer.owner_department_id)


NOBODY = Owner(UUID(int=0), "", None)
"""The owner of a pool customer."""


def funnel_policy(work: UnitOfWork) -> FunnelPolicy:
    """The funnel's policy in force."""
    return policy_in_force(work.session).funnel


def facts_of(work: UnitOfWork, customers: Sequence[Customer]) -> dict[UUID, Facts]:
    """What the rules ask, for several customers at once."""
    terms = terms_of(work.session, [customer.id for customer in customers])
    return {
        customer.id: Facts(
            tier=customer.tier,
            tier_since=business_date(customer.tier_since),
            last_log_on=customer.last_log_on,
            filled_items=customer.filled_items,
            test_account_archived=customer.test_account_archived,
            has_account=customer.has_account,
            terms=tuple(sorted(Term(*term) for term in terms.get(customer.id, ()))),
            last_usage_on=customer.last_usage_on,
            is_protected=customer.is_protected,
            fell_with=customer.fell_with,
        )
        for customer in customers
    }


def settle(work: UnitOfWork, customer: Customer) -> None:
    """After a fact changed: lift the customer if a rule now does, and say when the sweep shall look at it next."""
    work.session.flush()
    facts = facts_of(work, [customer])[customer.id]
    policy = funnel_policy(work)
    while (upgrade := upgrade_by_rule(facts, policy, work.today)) is not None:
        move(work, customer, upgrade.to_tier, upgrade.rule, facts)
        facts = replace(facts, tier=upgrade.to_tier, tier_since=work.today, fell_with=None)
    customer.next_look_on = first_look(facts, policy, work.today)


def plan_next_look(work: UnitOfWork, customer: Customer) -> None:
    """Say when the sweep shall look at the customer next; for who changed its tier or owner and nothing that lifts."""
    work.session.flush()
    facts = facts_of(work, [customer])[customer.id]
    customer.next_look_on = first_look(facts, funnel_policy(work), work.today)


@dataclass(frozen=True)
class Move:
    """A move that the customer's row says already, and that is still to be written into the history and told.

    :param row: of the history.
    :param snapshot: the customer as it is now, to be said.
    :param change: what ``tier_changed`` says, but for whose superior is told.
    """

    row: dict[str, Any]
    snapshot: Fact
    change: Fact
    entry: AuditEntry

    @property
    def told(self) -> tuple[UUID, UUID | None] | None:
        """Who is told of it, with the department: the owner, or who was that until now; ``None`` if nobody was or is."""
        for whose in ("", "former_"):
            if (owner_id := self.change.payload[f"{whose}owner_id"]) is not None:
                return owner_id, self.change.payload[f"{whose}owner_department_id"]
        return None


@dataclass(frozen=True)
class _Before:
    """What a move changes, as it was."""

    tier: str
    owner_id: UUID | None
    owner_name: str | None
    owner_department_id: UUID | None


def move(
    work: UnitOfWork,
    customer: Customer,
    to_tier: str,
    rule: str,
    facts: Facts,
    *,
    owner: Owner | None = None,
    process_id: UUID | None = None,
    reason: str = "",
) -> None:
    """Put a customer into another tier: the row, its history, the events, the audit entry; as :func:`change_tier`."""
    tell_moves(work, [change_tier(work, customer, to_tier, rule, facts, owner=owner, process_id=process_id, reason=reason)])


def tell_moves(work: UnitOfWork, moves: Sequence[Move]) -> None:
    """Write the history of many moves, say their events, leave their audit entries: a statement each."""
    insert_rows(work.session, TierMove.__table__, [each.row for each in moves])
    superiors = departments_of_superiors(work.session, dict(each.told for each in moves if each.told is not None))
    facts = []
    for each in moves:
        superior = None if each.told is None else superiors[each.told[0]]
        payload = {**each.change.payload, "superior_department_id": superior}
        facts += [each.snapshot, replace(each.change, payload=payload)]
    work.publish_all(facts)
    work.audit_all([each.entry for each in moves])


def change_tier(
    work: UnitOfWork,
    customer: Customer,
    to_tier: str,
    rule: str,
    facts: Facts,
    *,
    owner: Owner | None = None,
    process_id: UUID | None = None,
    reason: str = "",
    falls: bool = False,
) -> Move:
    """Change the customer's row; whoever calls writes and tells the move with :func:`tell_moves`.

    :param rule: the rule's or the process's code.
    :param facts: those it was decided on.
    :param owner: who looks after it from now on; ``NOBODY`` in the pool; ``None`` if that stays.
    :param falls: whether it is a step down by the sweep, of which there is one a day.
    """
    former = _Before(customer.tier, customer.owner_id, customer.owner_name, customer.owner_department_id)
    customer.tier, customer.tier_since = to_tier, work.now
    customer.fell_with = facts.reasons(work.today) if falls else None
    if owner is not None:
        _put_owner(customer, owner)
    customer.version += 1
    decided_on = facts.to_json(work.today)
    row = {
        "id": work.new_id(),
        "customer_id": customer.id,
        "moved_at": work.now,
        "from_tier": former.tier,
        "to_tier": to_tier,
        "rule": rule,
        "process_id": process_id,
        "facts": decided_on,
        "reason": reason,
        "fell_on": work.today if falls else None,
        "owner_id": customer.owner_id,
        "owner_name": customer.owner_name,
        "former_owner_id": former.owner_id,
        "former_owner_name": former.owner_name,
        "by_name": work.caller.name,
    }
    before, after = ({"tier": each.tier, "owner": each.owner_name} for each in (former, customer))
    entry = AuditEntry("tier_changed", ("customer", customer.id), before, after, reason or rule)
    snapshot = Fact("customer_changed", customer.id, customer_snapshot(customer), customer.version)
    return Move(row, snapshot, _change_to_tell(customer, former, rule, decided_on, process_id), entry)


def _put_owner(customer: Customer, owner: Owner) -> None:
    """Change who looks after a customer; whoever was claiming it is done with it."""
    nobody = owner is NOBODY
    customer.owner_id = None if nobody else owner.id
    customer.owner_name = None if nobody else owner.name
    customer.owner_department_id = owner.department_id
    customer.claim_process_id = customer.claimant_id = customer.claimant_department_id = None
    customer.claimant_name = None


def _change_to_tell(customer: Customer, former: _Before, rule: str, facts: dict[str, Any], process_id: UUID | None) -> Fact:
    change = {
        "customer_id": customer.id,
        "customer_name": customer.name,
        "from_tier": former.tier,
        "to_tier": customer.tier,
        "rule": rule,
        "process_id": process_id,
        "facts": facts,
        "owner_id": customer.owner_id,
        "owner_department_id": customer.owner_department_id,
        "former_owner_id": former.owner_id,
        "former_owner_department_id": former.owner_department_id,
    }
    return Fact("tier_changed", customer.id, change, customer.version)
