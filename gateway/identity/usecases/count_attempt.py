"""Count a guess at a password before it is tried (spec, gateway.md: "throttled by name and by address")."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from uuid import UUID

from gateway.identity.domain.throttle import BY_ADDRESS, BY_NAME, wait_before_next
from gateway.identity.store import proofs
from gateway.identity.store.people import lock_word
from gateway.identity.store.tables import SignInAttempt
from services.kit.errors import TooMany
from services.kit.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True)
class Attempt:
    """A guess that was counted.

    :param is_last: whether the next one, should this one have failed, is told to wait.
    """

    id: UUID
    address: str
    is_last: bool


def count_attempt(work: UnitOfWork, login: str, address: str) -> Attempt:
    """Count one as failed; success takes it away (:func:`gateway.identity.store.proofs.forget_failures`).

    :param login: normalised.
    :raises TooMany: ``too_many_sign_ins``, with the seconds to wait.
    """
    # Counting and adding are one step for this name and this address: attempts at the same moment wait here for each other.
    lock_word(work.session, f"login:{login}")
    lock_word(work.session, f"address:{address}")
    failures = {
        BY_NAME: proofs.failures_by_login(work.session, login, work.now - BY_NAME.window),
        BY_ADDRESS: proofs.failures_by_address(work.session, address, work.now - BY_ADDRESS.window),
    }
    wait = max(wait_before_next(limit, counted, work.now) for limit, counted in failures.items())
    if wait > timedelta(0):
        raise TooMany("too_many_sign_ins", seconds=ceil(wait.total_seconds()))
    proofs.delete_old_attempts(work.session, work.now, max(BY_NAME.window, BY_ADDRESS.window))
    attempt = SignInAttempt(id=work.new_id(), login=login, address=address, at=work.now)
    work.session.add(attempt)
    wait_after = max(wait_before_next(limit, [*counted, work.now], work.now) for limit, counted in failures.items())
    return Attempt(attempt.id, address, is_last=wait_after > timedelta(0))


def note_failure(begin: Begin, action: str, user_id: UUID | None, attempt: Attempt) -> None:
    """A counted guess was wrong: leave it in the trail, and that further ones are refused from now on, if they are.

    Those are refused untried, and leave nothing: whoever sends a million of them shall not fill the trail.

    :param user_id: whose password was guessed at; ``None`` for a name that nobody has, of which the trail keeps nothing: it may
        be a password that was typed into the wrong field.
    """
    subject = ("user", user_id or "")
    with begin() as work:
        work.audit(action, subject, after={"address": attempt.address})
        if attempt.is_last:
            work.audit("sign_ins_throttled", subject, after={"address": attempt.address})
