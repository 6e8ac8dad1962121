"""Whoever showed a valid session or token. Pure."""

from dataclasses import dataclass
from uuid import UUID

from services.kit.caller import Caller


@dataclass(frozen=True)
class Recognised:
    """The claims, and what they were proven with.

    :param caller: ``scopes`` are empty for a session.
    :param csrf_token: what a session's unsafe requests must show; ``None`` for a token, which a browser never sends by itself.
    :param must_change_password: whether nothing else is allowed before.
    """

    user_id: UUID
    caller: Caller
    csrf_token: str | None
    must_change_password: bool

    @property
    def by_token(self) -> bool:
        return self.csrf_token is None
