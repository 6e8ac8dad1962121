"""Count a guess at a password before it is tried (spec, gateway.md: "throttled by name and by address")."""

from datetime import timedelta
from math import ceil
from uuid import UUID

from gateway.identity.domain.throttle import BY_ADDRESS, BY_NAME, wait_before_next
from gateway.identity.store import proofs
from gateway.identity.store.people import lock_word
from gateway.identity.store.tables import SignInAttempt
from services.kit.errors import TooMany
from services.kit.unit_of_work import UnitOfWork


def count_attempt(work: UnitOfWork, login: str, address: str) -> UUID:
    """Count one as failed; success takes it away (:func:`gateway.identity.store.proofs.forget_failures`).

    :param login: normalised.
    :raises TooMany: ``too_many_sign_ins``, with the seconds to wait.
    """
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
    return attempt.id
