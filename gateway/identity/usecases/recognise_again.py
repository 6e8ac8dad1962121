"""Look whether those who were recognised long ago still are who they were (a stream outlives any look-up)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.identity.secrets import token_hash
from gateway.identity.store.people import read_tree
from gateway.identity.store.proofs import sessions_with_users, tokens_with_users
from gateway.identity.usecases.recognise import claims_in
from services.kit.caller import Caller
from services.kit.unit_of_work import Begin

SESSION: Final = "session"
TOKEN: Final = "token"  # noqa: S105  # a kind of proof


@dataclass(frozen=True)
class Proof:
    """What somebody was recognised by.

    :param kind: :data:`SESSION` or :data:`TOKEN`.
    :param token_hash: of its secret, as the database has it.
    """

    kind: str
    token_hash: str

    @classmethod
    def of(cls, kind: str, secret: str) -> "Proof":
        return cls(kind, token_hash(secret))


def recognise_again(begin: Begin, proofs: Iterable[Proof]) -> Mapping[Proof, Caller]:
    """The present claims behind each session and token that is still good: three queries, however many are asked about.

    It is no use of a session: who only leaves a stream open is idle.
    """
    hashes: dict[str, list[str]] = {SESSION: [], TOKEN: []}
    for proof in proofs:
        hashes[proof.kind].append(proof.token_hash)
    with begin() as work:
        sessions = sessions_with_users(work.session, hashes[SESSION], work.now) if hashes[SESSION] else []
        tokens = tokens_with_users(work.session, hashes[TOKEN], work.now) if hashes[TOKEN] else []
        tree = read_tree(work.session) if any(leads for _, _, leads in (*sessions, *tokens)) else {}
    claims = {Proof(SESSION, session.token_hash): claims_in(tree, user) for session, user, _ in sessions}
    return claims | {Proof(TOKEN, token.token_hash): claims_in(tree, user, frozenset(token.scopes)) for token, user, _ in tokens}
