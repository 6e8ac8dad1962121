"""The policy of funnel and pool: every version is kept, the newest is in force."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.customer.domain.policy import Policy
from services.customer.store import tables


def newest_policy(session: Session, *, lock: bool = False) -> tables.Policy | None:
    """The newest version's row; ``None`` while nothing but the default has been in force."""
    query = select(tables.Policy).order_by(tables.Policy.version.desc()).limit(1)
    return session.scalar(query.with_for_update() if lock else query)


def policy_in_force(session: Session) -> Policy:
    """The newest version, or the default."""
    newest = newest_policy(session)
    return Policy() if newest is None else Policy.of(newest.content)
