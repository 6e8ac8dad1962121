"""Queries about sign-in at the company's own provider: who went there, and whom its subjects are here."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gateway.identity.store.provider_tables import Identity, ProviderSignIn
from gateway.identity.store.tables import User

SIGN_IN_LIFE: Final = timedelta(minutes=10)
"""How long a browser may be away at the provider."""

_OLD_ROWS_MAX = 500


def open_sign_ins(session: Session, address: str, since: datetime) -> Sequence[datetime]:
    """When the browsers of an address were sent to the provider that are not back yet."""
    query = select(ProviderSignIn.begun_at).where(ProviderSignIn.address == address, ProviderSignIn.begun_at > since)
    return list(session.scalars(query))


def take_sign_in(session: Session, state_hash: str, browser_hash: str, now: datetime) -> ProviderSignIn | None:
    """The sign-in that this browser began under this state, taken away: each ends once."""
    query = delete(ProviderSignIn).where(
        ProviderSignIn.state_hash == state_hash,
        ProviderSignIn.browser_hash == browser_hash,
        ProviderSignIn.begun_at > now - SIGN_IN_LIFE,
    )
    return session.scalar(query.returning(ProviderSignIn))


def delete_old_sign_ins(session: Session, now: datetime) -> None:
    """Clear away some of those that nobody came back from."""
    over = select(ProviderSignIn.state_hash).where(ProviderSignIn.begun_at < now - SIGN_IN_LIFE)
    over = over.limit(_OLD_ROWS_MAX).with_for_update(skip_locked=True)
    session.execute(delete(ProviderSignIn).where(ProviderSignIn.state_hash.in_(over)))


def bound_user(session: Session, issuer: str, subject: str) -> UUID | None:
    """Whom the subject is bound to."""
    return session.scalar(select(Identity.user_id).where(Identity.issuer == issuer, Identity.subject == subject))


def people_by_email(session: Session, email: str) -> Sequence[User]:
    """The active people with the address, whatever its case; two are as many as one needs to know of."""
    query = select(User).where(func.lower(User.email) == email.lower(), User.active, ~User.is_service)
    return list(session.scalars(query.order_by(User.id).limit(2)))


def bind(session: Session, identity: Identity) -> bool:
    """
    :returns: whether it is bound by this; not if the subject is, or the user has another subject of this issuer.
    """
    values = {name: getattr(identity, name) for name in ("issuer", "subject", "user_id", "login", "bound_at")}
    query = insert(Identity).values(values).on_conflict_do_nothing().returning(Identity.user_id)
    return session.scalar(query) is not None


def identities_of(session: Session, user_id: UUID) -> Sequence[Identity]:
    return list(session.scalars(select(Identity).where(Identity.user_id == user_id).order_by(Identity.issuer)))


def unbind(session: Session, user_id: UUID) -> Sequence[Identity]:
    """
    :returns: what was bound.
    """
    return list(session.scalars(delete(Identity).where(Identity.user_id == user_id).returning(Identity)))
