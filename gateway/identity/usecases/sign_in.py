"""Sign in by name and password (spec, gateway.md, "Identity and access")."""

from gateway.identity.domain.logins import normalise_login
from gateway.identity.problems import Unauthenticated
from gateway.identity.secrets import hash_password, needs_rehash, verify_password
from gateway.identity.store import proofs
from gateway.identity.store.people import find_by_login, lock_user
from gateway.identity.usecases.begin_session import Browser, SignedIn, begin_session
from gateway.identity.usecases.count_attempt import count_attempt, note_failure
from services.kit.caller import Caller
from services.kit.unit_of_work import Begin


def sign_in(begin: Begin, *, login: str, password: str, browser: Browser) -> SignedIn:
    """Begin a session.

    The password is tried between two transactions, as that takes 110 ms. The attempt counts as failed from before it is tried,
    so that a hundred at once are not a hundred guesses.

    :raises Unauthenticated: ``wrong_credentials``; the same for a name that does not exist, a leaver's, a service user's.
    :raises TooMany: ``too_many_sign_ins``, with the seconds to wait.
    """
    name = normalise_login(login)
    with begin() as work:
        attempt = count_attempt(work, name, browser.address)
        found = find_by_login(work.session, name)
        old_hash = found.password_hash if found is not None and found.active else None
    if not verify_password(old_hash, password) or found is None or old_hash is None:
        note_failure(begin, "sign_in_failed", found.id if found else None, attempt)
        raise Unauthenticated("wrong_credentials")
    stronger_hash = hash_password(password) if needs_rehash(old_hash) else None
    with begin.on_behalf_of(Caller(user_id=str(found.id), name=found.name))() as work:
        user = lock_user(work.session, found.id)
        if not user.active or user.password_hash != old_hash:
            raise Unauthenticated("wrong_credentials")
        if stronger_hash is not None:
            user.password_hash = stronger_hash
        proofs.forget_failures(work.session, name, attempt.id)
        return begin_session(work, user.id, browser, kind="password")
