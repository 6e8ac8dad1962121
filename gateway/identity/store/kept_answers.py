"""Answers kept under an ``Idempotency-Key`` (spec, gateway.md, "HTTP conventions")."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gateway.identity.store.tables import KeptAnswer

KEPT_FOR: Final = timedelta(hours=24)
LEASE: Final = timedelta(seconds=20)
"""A claim that was not renewed for so long belongs to a process that died."""

_OLD_ROWS_MAX: Final = 100


@dataclass(frozen=True)
class Claim:
    """A key that a request has taken.

    :param token: tells it from a later one, should this one count as abandoned; kept where the answered request's hash will be.
    """

    user_id: UUID
    key: str
    claimed_at: datetime
    token: str


def claim_key(session: Session, claim: Claim) -> KeptAnswer | None:
    """Take the key for a request; of two at once the database lets one.

    :returns: ``None`` if it is the caller's now, else who has it (with or without an answer yet).
    """
    now = claim.claimed_at
    # What makes it the same request is known when it was read: an upload's last byte comes after the claim.
    values = {"user_id": claim.user_id, "key": claim.key, "request_hash": claim.token, "claimed_at": now}
    free = (KeptAnswer.claimed_at < now - KEPT_FOR) | (KeptAnswer.status.is_(None) & (KeptAnswer.claimed_at < now - LEASE))
    query = insert(KeptAnswer).values(values)
    query = query.on_conflict_do_update(
        index_elements=[KeptAnswer.user_id, KeptAnswer.key],
        set_={"request_hash": claim.token, "claimed_at": now, "status": None, "headers": None, "body": None},
        where=free,
    )
    while session.execute(query.returning(KeptAnswer.key)).first() is None:
        holder = session.scalar(select(KeptAnswer).where(KeptAnswer.user_id == claim.user_id, KeptAnswer.key == claim.key))
        if holder is not None:
            return holder
        # Its holder gave it back between the two statements.
    return None


def renew_claim(session: Session, claim: Claim, now: datetime) -> bool:
    """Say that the request is still at work.

    :returns: whether the key is still its own.
    """
    renewed = update(KeptAnswer).where(_is(claim)).values(claimed_at=now).returning(KeptAnswer.key)
    return session.execute(renewed).first() is not None


def keep_answer(session: Session, claim: Claim, request_hash: str, status: int, headers: dict[str, Any], body: bytes) -> None:
    """Write the answer under the claimed key, with what makes a request the same."""
    kept = {"request_hash": request_hash, "status": status, "headers": headers, "body": body}
    session.execute(update(KeptAnswer).where(_is(claim)).values(kept))


def release_key(session: Session, claim: Claim) -> None:
    """Give the claimed key back: nothing was made."""
    session.execute(delete(KeptAnswer).where(_is(claim)))


def delete_old_answers(session: Session, now: datetime) -> None:
    """Clear away some of the outlived; every claim does, so that they cannot pile up."""
    old = (
        select(KeptAnswer.user_id, KeptAnswer.key)
        .where(KeptAnswer.claimed_at < now - KEPT_FOR)
        .limit(_OLD_ROWS_MAX)
        .with_for_update(skip_locked=True)
        .subquery()
    )
    session.execute(delete(KeptAnswer).where(KeptAnswer.user_id == old.c.user_id, KeptAnswer.key == old.c.key))


def _is(claim: Claim) -> ColumnElement[bool]:
    return and_(
        KeptAnswer.user_id == claim.user_id,
        KeptAnswer.key == claim.key,
        KeptAnswer.request_hash == claim.token,
        KeptAnswer.status.is_(None),
    )
