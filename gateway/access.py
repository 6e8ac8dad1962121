"""The doorkeeper: who asks, by session cookie or bearer token, and whether it may (spec, gateway.md, "Identity and access").

What was recognised is remembered for :data:`REMEMBERED_SECONDS` in the process, so that a burst of requests costs one query.
A sign-out or a change of rights forgets it at once in the process that did it; another gateway process goes on believing what it
has seen for at most those seconds. That is the price of a look-up that costs nothing, and it is bounded.
"""

import hmac
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from nameko.extensions import DependencyProvider, SharedExtension
from werkzeug.wrappers import Request

from gateway.identity.problems import Unauthenticated
from gateway.identity.secrets import token_hash
from gateway.identity.usecases.recognise import Recognised, recognise_session, recognise_token
from gateway.permissions import PERMISSIONS
from services.contracts.gateway import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import database_of
from services.kit.errors import Forbidden
from services.kit.settings import Settings
from services.kit.unit_of_work import Begin

SESSION_COOKIE: Final = "l2c_session"
REMEMBERED_SECONDS: Final = 5.0
_REMEMBERED_MAX: Final = 10_000
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Doorkeeper(SharedExtension):
    """Recognises callers, and remembers them for a moment.

    :ivar when_forgotten: called when somebody's rights have changed here; for those who remember longer than it does.
    """

    def __init__(self) -> None:
        super().__init__()
        self._remembered: OrderedDict[str, tuple[float, Recognised]] = OrderedDict()
        self._forgotten = 0
        self.when_forgotten: list[Callable[[], None]] = []

    def recognise(self, request: Request, trace: str) -> Recognised | None:
        """Whoever shows a valid bearer token or session; ``None`` if neither is shown, or the session is over.

        :raises Unauthenticated: ``token_not_valid``.
        """
        authorization = request.headers.get("Authorization", "")
        if authorization:
            scheme, _, token = authorization.partition(" ")
            recognised = self._look_up("token", token.strip(), trace) if scheme.lower() == "bearer" else None
            if recognised is None:
                raise Unauthenticated("token_not_valid")
            return recognised
        cookie = request.cookies.get(SESSION_COOKIE, "")
        return self._look_up("session", cookie, trace) if cookie else None

    def forget_all(self) -> None:
        """Look everybody up afresh: someone's rights have changed."""
        self._forgotten += 1
        self._remembered.clear()
        for tell in self.when_forgotten:
            tell()

    def _look_up(self, kind: str, secret: str, trace: str) -> Recognised | None:
        key = f"{kind}:{token_hash(secret)}"
        known = self._remembered.get(key)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        forgotten = self._forgotten
        settings: Settings = self.container.config["L2C"]
        # On the clock's time, whatever time the request pretends: a session's life is not part of the story told.
        begin = Begin("gateway", database_of("gateway", settings), EVENTS, CallContext(Caller.system("gateway"), trace))
        recognised = recognise_session(begin, secret) if kind == "session" else recognise_token(begin, secret)
        if recognised is not None and forgotten == self._forgotten:
            self._remembered[key] = (time.monotonic() + REMEMBERED_SECONDS, recognised)
            while len(self._remembered) > _REMEMBERED_MAX:
                self._remembered.popitem(last=False)
        return recognised


class ForgetCallers(DependencyProvider):
    """A function that a route calls after it changed somebody's rights."""

    doorkeeper = Doorkeeper()

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.doorkeeper.forget_all


def permissions_of(recognised: Recognised) -> frozenset[str]:
    """What the caller may do: what the roles give; for a token, what its scopes name and no more."""
    return granted_to(recognised.caller, by_token=recognised.by_token)


def granted_to(caller: Caller, *, by_token: bool) -> frozenset[str]:
    """The same by the claims."""
    if by_token:
        return caller.scopes
    roles = caller.roles
    return frozenset(name for name, holders in PERMISSIONS.items() if not roles.isdisjoint(holders))


def admit(recognised: Recognised | None, request: Request, permission: str, *, before_password_change: bool) -> Recognised:
    """Let the caller in.

    :param permission: what the route needs.
    :param before_password_change: whether the route is open to someone who must change the password first.
    :raises Unauthenticated: ``not_signed_in``.
    :raises Forbidden: ``csrf_token_wrong``, ``password_change_required``, ``permission_missing``.
    """
    if recognised is None:
        raise Unauthenticated("not_signed_in")
    if recognised.csrf_token is not None and request.method not in _SAFE_METHODS:
        shown = request.headers.get("X-CSRF-Token", "")
        if not hmac.compare_digest(shown.encode(), recognised.csrf_token.encode()):
            raise Forbidden("csrf_token_wrong")
    if recognised.must_change_password and not before_password_change:
        raise Forbidden("password_change_required")
    if permission not in permissions_of(recognised):
        raise Forbidden("permission_missing", permission=permission)
    return recognised
