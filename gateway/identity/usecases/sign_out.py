"""Sign out: the session ends."""

from gateway.identity.secrets import token_hash
from gateway.identity.store.proofs import delete_session
from services.kit.unit_of_work import Begin


def sign_out(begin: Begin, token: str, *, address: str) -> None:
    """End the session; one that is over already is no error."""
    with begin() as work:
        if ended := delete_session(work.session, token_hash(token)):
            work.audit("signed_out", ("user", ended.user_id), before={"session_id": str(ended.id)}, after={"address": address})
