"""What a salesperson holds and has claimed: what the pool's limits are counted from."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.customer.store.tables import Claim, Customer, PreparedProcess, TierMove


def lock_holdings(session: Session, user_id: UUID) -> None:
    """Make whoever else counts what this salesperson holds or has claimed wait until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"holdings of {user_id}", 0))))


def held_by_tier(session: Session, user_id: UUID, claims_go_to: dict[str, str], claimed_tier: str) -> dict[str, int]:
    """How many customers a salesperson holds or is claiming, by tier.

    :param claims_go_to: process code → tier that its claims lead to.
    :param claimed_tier: where those of other processes lead to.
    """
    led_to = case(claims_go_to, value=PreparedProcess.code, else_=claimed_tier)
    tier = case((Customer.owner_id == user_id, Customer.tier), else_=led_to)
    query = (
        select(tier.label("tier"), func.count().label("held"))
        .outerjoin(PreparedProcess, PreparedProcess.process_id == Customer.claim_process_id)
        .where(or_(Customer.owner_id == user_id, Customer.claimant_id == user_id))
        .group_by(tier)
    )
    return {row.tier: row.held for row in session.execute(query)}


def count_claims(session: Session, user_id: UUID, on: date) -> int:
    """How many claims of a salesperson's took a customer out of the pool on a day, however they ended."""
    return session.scalars(select(func.count()).where(Claim.claimant_id == user_id, Claim.claimed_on == on)).one()


def note_claim(
    session: Session, process_id: UUID, *, claimed_on: date, customer_id: UUID, claimant_id: UUID, claimed_at: datetime
) -> bool:
    """Write down that a process took a customer out of the pool on a day, once for both.

    :returns: whether it was not written yet.
    """
    row = insert(Claim).values(
        process_id=process_id,
        claimed_on=claimed_on,
        customer_id=customer_id,
        claimant_id=claimant_id,
        claimed_at=claimed_at,
    )
    return session.execute(row.on_conflict_do_nothing().returning(Claim.process_id)).first() is not None


def lost_to_pool_at(session: Session, customer_id: UUID, owner_id: UUID) -> datetime | None:
    """When a customer last went from this owner into the pool; ``None`` if it never did."""
    query = select(func.max(TierMove.moved_at)).where(
        TierMove.customer_id == customer_id, TierMove.to_tier == "pool", TierMove.former_owner_id == owner_id
    )
    return session.scalar(query)
