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
_OLD_ROWS_MAX: Final = 100


@dataclass(frozen=True)
class Claim:
    """A key that a request has taken; by its instant it is told from a later one, should this one count as abandoned.

    :param takes_at_most: how long such a request takes. A claim without an answer that is older belongs to a process that died.
    """

    user_id: UUID
    key: str
    claimed_at: datetime
    takes_at_most: timedelta


def claim_key(session: Session, claim: Claim) -> KeptAnswer | None:
    """Take the key for a request; of two at once the database lets one.

    :returns: ``None`` if it is the caller's now, else who has it (with or without an answer yet).
    """
    now = claim.claimed_at
    # What makes it the same request is known when it was read: an upload's last byte comes after the claim.
    values = {"user_id": claim.user_id, "key": claim.key, "request_hash": "", "claimed_at": now}
    free = (KeptAnswer.claimed_at < now - KEPT_FOR) | (
        KeptAnswer.status.is_(None) & (KeptAnswer.claimed_at < now - claim.takes_at_most)
    )
    query = insert(KeptAnswer).values(values)
    query = query.on_conflict_do_update(
        index_elements=[KeptAnswer.user_id, KeptAnswer.key],
        set_={"request_hash": "", "claimed_at": now, "status": None, "headers": None, "body": None},
        where=free,
    )
    while session.execute(query.returning(KeptAnswer.key)).first() is None:
        holder = session.scalar(select(KeptAnswer).where(KeptAnswer.user_id == claim.user_id, KeptAnswer.key == claim.key))
        if holder is not None:
            return holder
        # Its holder gave it back between the two statements.
    return None


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
        KeptAnswer.claimed_at == claim.claimed_at,
        KeptAnswer.status.is_(None),
    )
