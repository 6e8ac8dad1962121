"""End sessions: one's own from afar, or all of a user's."""

from uuid import UUID

from gateway.identity.secrets import token_hash
from gateway.identity.store.people import lock_user
from gateway.identity.store.proofs import delete_own_session, delete_sessions_of
from services.kit.unit_of_work import Begin


def end_session(begin: Begin, user_id: UUID, session_id: UUID) -> None:
    """End one of the user's own sessions.

    :raises NotFound: ``session_not_found``.
    """
    with begin() as work:
        delete_own_session(work.session, user_id, session_id)
        work.audit("session_ended", ("user", user_id), before={"session_id": str(session_id)})


def end_sessions(begin: Begin, user_id: UUID, *, but: str | None = None) -> None:
    """End all of a user's sessions.

    :param but: the token of one to keep: of whoever ends his or her own.
    :raises NotFound: ``user_not_found``.
    """
    with begin() as work:
        lock_user(work.session, user_id)
        delete_sessions_of(work.session, user_id, but=token_hash(but) if but else "")
        work.audit("sessions_ended", ("user", user_id))
