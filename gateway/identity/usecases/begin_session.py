"""Begin a session: what every way to sign in ends in."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from gateway.identity.secrets import new_secret, token_hash
from gateway.identity.store.proofs import delete_old_sessions
from gateway.identity.store.tables import Session
from services.kit.unit_of_work import UnitOfWork

SESSION_LIFE: Final = timedelta(hours=12)
"""After which one signs in again, however busy."""

_AGENT_LENGTH_MAX: Final = 300


@dataclass(frozen=True)
class Browser:
    """What asks, as its owner may know it again in the list of sessions.

    :param agent: its ``User-Agent``.
    """

    address: str
    agent: str = ""


@dataclass(frozen=True)
class SignedIn:
    """A session just begun.

    :param token: for the cookie; nothing else has it.
    """

    token: str
    user_id: UUID


def begin_session(work: UnitOfWork, user_id: UUID, browser: Browser, *, kind: str, sign_out_url: str | None = None) -> SignedIn:
    """A new session of the user's, in the transaction that found out that it is he or she."""
    delete_old_sessions(work.session, work.now)
    token, session_id = new_secret(), work.new_id()
    work.audit("signed_in", ("user", user_id), after={"session_id": str(session_id), "kind": kind, "address": browser.address})
    work.session.add(
        Session(
            token_hash=token_hash(token),
            id=session_id,
            user_id=user_id,
            kind=kind,
            csrf_token=new_secret(),
            address=browser.address,
            agent=browser.agent[:_AGENT_LENGTH_MAX],
            created_at=work.now,
            used_at=work.now,
            expires_at=work.now + SESSION_LIFE,
            sign_out_url=sign_out_url,
        )
    )
    return SignedIn(token, user_id)
