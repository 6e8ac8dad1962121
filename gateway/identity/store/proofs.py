"""Queries about what people prove themselves by: sessions, tokens; and about failed attempts."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session as DatabaseSession

from gateway.identity.store.tables import ApiToken, Department, Session, SignInAttempt, User
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, fetch_page

_LEADS = exists().where(Department.lead_id == User.id).label("leads")
_OLD_ROWS_MAX = 500
_SHOWN_MAX = 100

IDLE_LIFE: Final = timedelta(hours=4)
"""A session that nobody uses ends after these, however long it might have lived."""

_USED_EVERY: Final = timedelta(minutes=5)
"""How exactly a session's use is noted: a write a request would cost more than all the rest of recognising it."""


def session_with_user(session: DatabaseSession, token_hash: str, now: datetime) -> Row[Session, User, bool] | None:
    """The live session, its active user, and whether that user leads any department: one query by primary keys."""
    return next(iter(sessions_with_users(session, [token_hash], now)), None)


def sessions_with_users(session: DatabaseSession, token_hashes: Collection[str], now: datetime) -> list[Row[Session, User, bool]]:
    """The same of many."""
    query = (
        select(Session, User, _LEADS)
        .join(User, User.id == Session.user_id)
        .where(Session.token_hash.in_(token_hashes), User.active, *_lives(now))
    )
    return list(session.execute(query))


def note_use(session: DatabaseSession, token_hash: str, used_at: datetime, now: datetime) -> None:
    """A session is being used.

    :param used_at: when it last was, as was just read.
    """
    if used_at < now - _USED_EVERY:
        # Not by the row: a sign-out at the same moment would have taken it away.
        session.execute(update(Session).where(Session.token_hash == token_hash).values(used_at=now))


def token_with_user(session: DatabaseSession, token_hash: str, now: datetime) -> Row[ApiToken, User, bool] | None:
    """The live token, its active user, and whether that user leads any department."""
    return next(iter(tokens_with_users(session, [token_hash], now)), None)


def tokens_with_users(session: DatabaseSession, token_hashes: Collection[str], now: datetime) -> list[Row[ApiToken, User, bool]]:
    """The same of many."""
    query = (
        select(ApiToken, User, _LEADS)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.token_hash.in_(token_hashes), ApiToken.expires_at > now, ApiToken.revoked_at.is_(None), User.active)
    )
    return list(session.execute(query))


def delete_session(session: DatabaseSession, token_hash: str) -> Row[UUID, UUID] | None:
    """End a session.

    :returns: its ``id`` and ``user_id``; ``None`` if it was over already.
    """
    return session.execute(
        delete(Session).where(Session.token_hash == token_hash).returning(Session.id, Session.user_id)
    ).one_or_none()


def delete_sessions_of(session: DatabaseSession, user_id: UUID, *, but: str = "") -> None:
    """End a user's sessions.

    :param but: the hash of one to keep.
    """
    session.execute(delete(Session).where(Session.user_id == user_id, Session.token_hash != but))


def delete_old_sessions(session: DatabaseSession, now: datetime) -> None:
    """Clear away some of those that are over; every sign-in does, so that they cannot pile up."""
    over = or_(Session.expires_at < now, Session.used_at < now - IDLE_LIFE)
    old = select(Session.token_hash).where(over).limit(_OLD_ROWS_MAX).with_for_update(skip_locked=True)
    session.execute(delete(Session).where(Session.token_hash.in_(old)))


def live_sessions(session: DatabaseSession, user_id: UUID, now: datetime) -> list[Session]:
    """A user's, the last used first; the newest hundred of them."""
    query = select(Session).where(Session.user_id == user_id, *_lives(now)).order_by(Session.used_at.desc(), Session.id.desc())
    return list(session.scalars(query.limit(_SHOWN_MAX)))


def delete_own_session(session: DatabaseSession, user_id: UUID, session_id: UUID) -> None:
    """
    :raises NotFound: ``session_not_found``; for somebody else's, too.
    """
    query = delete(Session).where(Session.user_id == user_id, Session.id == session_id).returning(Session.id)
    if session.scalar(query) is None:
        raise NotFound("session_not_found")


def _lives(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Session.expires_at > now, Session.used_at > now - IDLE_LIFE


def revoke_tokens_of(session: DatabaseSession, user_id: UUID, now: datetime) -> None:
    session.execute(update(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)).values(revoked_at=now))


def count_live_tokens(session: DatabaseSession, user_id: UUID, now: datetime) -> int:
    alive = (ApiToken.expires_at > now, ApiToken.revoked_at.is_(None))
    return session.scalar(select(func.count()).where(ApiToken.user_id == user_id, *alive)) or 0


def lock_token(session: DatabaseSession, token_id: UUID) -> ApiToken:
    """
    :raises NotFound: ``token_not_found``.
    """
    token = session.scalar(select(ApiToken).where(ApiToken.id == token_id).with_for_update())
    if token is None:
        raise NotFound("token_not_found")
    return token


def page_of_tokens(session: DatabaseSession, request: PageRequest, *, user_id: UUID | None) -> Page:
    """Tokens with their users' names, newest first; revoked and expired ones, too."""
    query = select(ApiToken, User.name.label("user_name")).join(User, User.id == ApiToken.user_id)
    if user_id is not None:
        query = query.where(ApiToken.user_id == user_id)
    sorts = {"created_at": ApiToken.created_at}
    return fetch_page(session, query, request, sorts=sorts, default_sort="-created_at", key=ApiToken.id)


def failures_by_login(session: DatabaseSession, login: str, since: datetime) -> list[datetime]:
    return list(session.scalars(select(SignInAttempt.at).where(SignInAttempt.login == login, SignInAttempt.at > since)))


def failures_by_address(session: DatabaseSession, address: str, since: datetime) -> list[datetime]:
    return list(session.scalars(select(SignInAttempt.at).where(SignInAttempt.address == address, SignInAttempt.at > since)))


def forget_failures(session: DatabaseSession, login: str, attempt_id: UUID) -> None:
    """After a success: the login's failures no longer count, nor does the attempt itself, which counted as one."""
    session.execute(delete(SignInAttempt).where((SignInAttempt.login == login) | (SignInAttempt.id == attempt_id)))


def delete_old_attempts(session: DatabaseSession, now: datetime, window: timedelta) -> None:
    """Clear away some of those that no limit counts any more."""
    query = select(SignInAttempt.id).where(SignInAttempt.at < now - window).limit(_OLD_ROWS_MAX).with_for_update(skip_locked=True)
    session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(query)))


def find_session(session: DatabaseSession, token_hash: str) -> Session | None:
    return session.get(Session, token_hash)
