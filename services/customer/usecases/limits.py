"""How many customers one salesperson may hold and claim, and how soon claim again (spec, customer.md, "The pool").

All of it is off unless the policy sets it. It is asked where somebody acquires a customer: by adding, by a claim, by a transfer.
A move by rule, an archived process (its claim was within the limits when prepared) and what a leaver leaves are never refused.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from services.customer.domain.outlook import TIER_NAMES
from services.customer.domain.policy import Policy
from services.customer.store.holdings import count_claims, held_by_tier, lock_holdings, lost_to_pool_at, note_claim
from services.customer.store.policies import policy_in_force
from services.customer.store.tables import Customer
from services.customer.usecases.moves import Owner
from services.kit.clock import business_date, end_of_day
from services.kit.errors import Conflict, TooMany
from services.kit.unit_of_work import UnitOfWork

CLAIMS_GO_TO: Final = {"test_account": "trial"}
"""Process code → tier that its claim leads to; that of others is policy, ``claimed_tier``."""


@dataclass
class Room:
    """What a salesperson may still take on.

    :param limits: tier → how many at most; a tier without a limit is missing.
    :param held: tier → how many are held or being claimed, those taken here among them.
    """

    owner: Owner
    policy: Policy
    limits: Mapping[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)

    def take(self, tier: str) -> None:
        """Count one more.

        :raises Conflict: ``holding_limit_reached``.
        """
        held, limit = self.held.get(tier, 0), self.limits.get(tier)
        if limit is not None and held >= limit:
            zh, en = TIER_NAMES[tier]
            raise Conflict("holding_limit_reached", owner=self.owner.name, tier_zh=zh, tier_en=en, limit=limit, held=held)
        self.held[tier] = held + 1

    def tier_of_claim(self, code: str) -> str:
        """Where a claim by this process leads to."""
        return CLAIMS_GO_TO.get(code, self.policy.funnel.claimed_tier)


def room_of(work: UnitOfWork, owner: Owner) -> Room:
    """What a salesperson may still take on. Where anything is limited, nobody else counts for the same one until the end.

    Ask before any customer's row is locked: everybody takes these two locks in the same order.
    """
    return rooms_of(work, [owner])[owner.id]


def rooms_of(work: UnitOfWork, owners: Collection[Owner]) -> dict[UUID, Room]:
    """The same of several at once, by their ids."""
    policy = policy_in_force(work.session)
    rooms = {}
    for owner in sorted(owners, key=lambda each: each.id):  # in one order for all, as each is locked
        if policy.pool.holding_limits or policy.pool.claims_per_day is not None:
            lock_holdings(work.session, owner.id)
        rooms[owner.id] = _room(work, policy, owner)
    return rooms


def _room(work: UnitOfWork, policy: Policy, owner: Owner) -> Room:
    limits = policy.pool.holding_limits
    held = held_by_tier(work.session, owner.id, CLAIMS_GO_TO, policy.funnel.claimed_tier) if limits else {}
    return Room(owner, policy, limits, held)


def count_claim(work: UnitOfWork, room: Room, customer: Customer, *, code: str, process_id: UUID) -> None:
    """A process has just taken a customer out of the pool for a claimant: within the limits, or not at all.

    A claim counts for its day however it ends, so that one who claims and returns gains nothing.

    :raises Conflict: ``reclaim_too_early``, ``holding_limit_reached``.
    :raises TooMany: ``claim_quota_used``.
    """
    _require_waited(work, room, customer)
    room.take(room.tier_of_claim(code))
    note_claim(
        work.session,
        process_id,
        claimed_on=work.today,
        customer_id=customer.id,
        claimant_id=room.owner.id,
        claimed_at=work.now,
    )
    limit = room.policy.pool.claims_per_day
    if limit is not None and count_claims(work.session, room.owner.id, work.today) > limit:
        raise _quota_used(work, limit)


def why_no_room(work: UnitOfWork, owner: Owner, customer: Customer, *, code: str) -> Conflict | TooMany | None:
    """What :func:`count_claim` would say now of a claim of this customer. Nothing is locked, and nothing counted."""
    room = _room(work, policy_in_force(work.session), owner)
    limit = room.policy.pool.claims_per_day
    try:
        _require_waited(work, room, customer)
        room.take(room.tier_of_claim(code))
    except Conflict as refusal:
        return refusal
    if limit is not None and count_claims(work.session, owner.id, work.today) >= limit:
        return _quota_used(work, limit)
    return None


def _quota_used(work: UnitOfWork, limit: int) -> TooMany:
    return TooMany("claim_quota_used", limit=limit, seconds=int((end_of_day(work.today) - work.now).total_seconds()))


def _require_waited(work: UnitOfWork, room: Room, customer: Customer) -> None:
    days = room.policy.pool.reclaim_wait_days
    lost_at = lost_to_pool_at(work.session, customer.id, room.owner.id) if days else None
    if lost_at is None:
        return
    until = business_date(lost_at) + timedelta(days=days)
    if work.today < until:
        raise Conflict("reclaim_too_early", name=customer.name, days=days, until=until.isoformat())
