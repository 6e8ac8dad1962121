"""Change one's own password; forced on the first sign-in."""

from uuid import UUID

from gateway.identity.domain.passwords import password_errors
from gateway.identity.secrets import hash_password, token_hash, verify_password
from gateway.identity.store.people import find_user, lock_user
from gateway.identity.store.proofs import delete_sessions_of, forget_failures
from gateway.identity.usecases.count_attempt import count_attempt, note_failure
from services.kit.errors import InvalidInput
from services.kit.unit_of_work import Begin


def change_password(
    begin: Begin, user_id: UUID, session_token: str, *, current_password: str, new_password: str, address: str
) -> None:
    """Replace the password and end the user's other sessions.

    Whoever found an open screen could guess here: an attempt counts as one to sign in.

    :raises InvalidInput: the current one is wrong, or the new one is none to have.
    :raises TooMany: ``too_many_sign_ins``.
    """
    with begin() as work:
        user = find_user(work.session, user_id)
        old_hash, login = user.password_hash, user.login
        if errors := password_errors(new_password, login, current_password):
            raise InvalidInput(fields={"new_password": errors})
        attempt = count_attempt(work, login, address)
    if not verify_password(old_hash, current_password):
        note_failure(begin, "password_change_failed", user_id, attempt)
        raise InvalidInput(fields={"current_password": ["wrong_password"]})
    new_hash = hash_password(new_password)
    with begin() as work:
        user = lock_user(work.session, user_id)
        if user.password_hash != old_hash:
            raise InvalidInput(fields={"current_password": ["wrong_password"]})
        user.password_hash = new_hash
        user.must_change_password = False
        forget_failures(work.session, login, attempt.id)
        delete_sessions_of(work.session, user_id, but=token_hash(session_token))
        work.audit("password_changed", ("user", user_id), after={"address": address})
