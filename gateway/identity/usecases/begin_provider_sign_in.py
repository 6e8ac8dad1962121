"""Send a browser to the company's own provider to sign in."""

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

from gateway.identity.domain.local_paths import is_local_path
from gateway.identity.domain.throttle import Limit, wait_before_next
from gateway.identity.secrets import new_secret, token_hash
from gateway.identity.store.identities import SIGN_IN_LIFE, delete_old_sign_ins, open_sign_ins
from gateway.identity.store.people import lock_word
from gateway.identity.store.provider_tables import ProviderSignIn
from services.kit.errors import InvalidInput, TooMany
from services.kit.unit_of_work import Begin

if TYPE_CHECKING:
    from gateway.identity.provider import Provider

OPEN_BY_ADDRESS: Final = Limit(100, SIGN_IN_LIFE)
"""How many browsers of one address may be away at once. Whoever sends more is no office."""


@dataclass(frozen=True)
class SentAway:
    """
    :param url: where the browser goes.
    :param browser: what it shows when it comes back, kept in a cookie.
    """

    url: str
    browser: str


def begin_provider_sign_in(begin: Begin, provider: "Provider", *, next_path: str, address: str, browser: str | None) -> SentAway:
    """Note whom we send, and what must come back.

    :param next_path: where in the console to go on afterwards.
    :param browser: of a sign-in that another tab of the same browser began; ``None`` for a fresh one.
    :raises InvalidInput: ``local_path``.
    :raises TooMany: ``too_many_sign_ins``.
    :raises Unavailable: ``identity_provider_away``.
    """
    if not is_local_path(next_path):
        raise InvalidInput(fields={"next": ["local_path"]})
    state, nonce, code_verifier, browser = new_secret(), new_secret(), new_secret(), browser or new_secret()
    url = provider.authorization_url(state=state, nonce=nonce, code_verifier=code_verifier)
    with begin() as work:
        lock_word(work.session, f"address:{address}")
        open_since = open_sign_ins(work.session, address, work.now - OPEN_BY_ADDRESS.window)
        wait = wait_before_next(OPEN_BY_ADDRESS, open_since, work.now)
        if wait:
            raise TooMany("too_many_sign_ins", seconds=ceil(wait.total_seconds()))
        delete_old_sign_ins(work.session, work.now)
        work.session.add(
            ProviderSignIn(
                state_hash=token_hash(state),
                browser_hash=token_hash(browser),
                nonce=nonce,
                code_verifier=code_verifier,
                next_path=next_path,
                address=address,
                begun_at=work.now,
            )
        )
    return SentAway(url, browser)
