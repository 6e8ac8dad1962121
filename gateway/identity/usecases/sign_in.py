"""Sign in by name and password (spec, gateway.md, "Identity and access")."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from uuid import UUID

from gateway.identity.domain.logins import normalise_login
from gateway.identity.domain.throttle import BY_ADDRESS, BY_NAME, wait_before_next
from gateway.identity.problems import Unauthenticated
from gateway.identity.secrets import hash_password, needs_rehash, verify_password
from gateway.identity.store import proofs
from gateway.identity.store.people import find_by_login, lock_user, lock_word
from gateway.identity.store.tables import SignInAttempt
from gateway.identity.usecases.begin_session import Browser, SignedIn, begin_session
from services.kit.errors import TooMany
from services.kit.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True)
class _Attempt:
    id: UUID
    user_id: UUID | None
    password_hash: str | None


def sign_in(begin: Begin, *, login: str, password: str, browser: Browser) -> SignedIn:
    """Begin a session.

    The password is tried between two transactions, as that takes 110 ms. The attempt counts as failed from before it is tried,
    so that a hundred at once are not a hundred guesses.

    :raises Unauthenticated: ``wrong_credentials``; the same for a name that does not exist, a leaver's, a service user's.
    :raises TooMany: ``too_many_sign_ins``, with the seconds to wait.
    """
    name = normalise_login(login)
    with begin() as work:
        attempt = _count_attempt(work, name, browser.address)
    if not verify_password(attempt.password_hash, password) or attempt.user_id is None or attempt.password_hash is None:
        raise Unauthenticated("wrong_credentials")
    stronger_hash = hash_password(password) if needs_rehash(attempt.password_hash) else None
    with begin() as work:
        user = lock_user(work.session, attempt.user_id)
        if not user.active or user.password_hash != attempt.password_hash:
            raise Unauthenticated("wrong_credentials")
        if stronger_hash is not None:
            user.password_hash = stronger_hash
        proofs.forget_failures(work.session, name, attempt.id)
        return begin_session(work, user.id, browser, kind="password")


def _count_attempt(work: UnitOfWork, login: str, address: str) -> _Attempt:
    # Counting and adding are one step for this name and this address: attempts at the same moment wait here for each other.
    lock_word(work.session, f"login:{login}")
    lock_word(work.session, f"address:{address}")
    wait = max(
        wait_before_next(BY_NAME, proofs.failures_by_login(work.session, login, work.now - BY_NAME.window), work.now),
        wait_before_next(BY_ADDRESS, proofs.failures_by_address(work.session, address, work.now - BY_ADDRESS.window), work.now),
    )
    if wait > timedelta(0):
        raise TooMany("too_many_sign_ins", seconds=ceil(wait.total_seconds()))
    proofs.delete_old_attempts(work.session, work.now, max(BY_NAME.window, BY_ADDRESS.window))
    attempt = SignInAttempt(id=work.new_id(), login=login, address=address, at=work.now)
    work.session.add(attempt)
    user = find_by_login(work.session, login)
    if user is None or not user.active:
        return _Attempt(attempt.id, None, None)
    return _Attempt(attempt.id, user.id, user.password_hash)
