"""Signing in, by password or at the company's own provider; and the sessions one has."""

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from werkzeug.wrappers import Response

from gateway.access import SESSION_COOKIE, ForgetCallers, permissions_of
from gateway.http import API, ApiRequest, route
from gateway.identity.configured_provider import CALLBACK_PATH, provider_of
from gateway.identity.store.identities import SIGN_IN_LIFE
from gateway.identity.usecases.begin_provider_sign_in import begin_provider_sign_in
from gateway.identity.usecases.begin_session import SESSION_LIFE, Browser, SignedIn
from gateway.identity.usecases.change_password import change_password
from gateway.identity.usecases.end_sessions import end_session, end_sessions
from gateway.identity.usecases.finish_provider_sign_in import Returned, finish_provider_sign_in
from gateway.identity.usecases.list_sessions import list_sessions
from gateway.identity.usecases.recognise import Recognised, recognise_session
from gateway.identity.usecases.show_session import show_session
from gateway.identity.usecases.sign_in import sign_in
from gateway.identity.usecases.sign_out import sign_out
from services.contracts import gateway_calls as calls
from services.kit.errors import Conflict, NotFound, Refusal
from services.kit.health import SettingsProvider
from services.kit.schema import dump, load
from services.kit.settings import Settings
from services.kit.unit_of_work import Begin

if TYPE_CHECKING:
    from gateway.identity.provider import Provider

PROVIDER_COOKIE: Final = "l2c_sign_in"
"""What a browser that went to the provider is known by when it comes back, whatever anybody made it come with."""

_PROVIDER_PATH: Final = f"{API}/session/oidc"


class SessionRoutes:
    """``/session``, ``/sessions``."""

    begin: Begin
    settings: Settings = SettingsProvider()
    forget_callers = ForgetCallers()

    @route(
        "POST",
        "/session",
        public=True,
        body=calls.Credentials,
        answer=calls.Session,
        status=201,
        real_time=True,
        refuses=(401, 409, 429),
    )
    def sign_in(self, request: ApiRequest) -> Any:
        """Sign in; the answer sets the session's cookie."""
        signed_in = sign_in(self.begin, **load(calls.Credentials, request.body), browser=_browser(request))
        recognised = recognise_session(self.begin, signed_in.token)
        if recognised is None:  # signed in and at the same moment dismissed
            raise Conflict("version_changed", version=0)
        response = _json(_session(self.begin, recognised, signed_in.token), status=201)
        self._set_session_cookie(response, signed_in)
        return response

    @route("GET", "/session", permission="session", answer=calls.Session, real_time=True, before_password_change=True)
    def show_session(self, request: ApiRequest) -> Any:
        """Who is signed in, and what he or she may do."""
        assert request.recognised is not None
        return _session(self.begin, request.recognised, request.session_token)

    @route("DELETE", "/session", permission="session", status=204, real_time=True, before_password_change=True)
    def sign_out(self, request: ApiRequest) -> Any:
        """Sign out here. The identity provider's own session, if this one began there, ends at ``sign_out_url``."""
        if request.session_token is not None:
            sign_out(self.begin, request.session_token, address=request.address)
            self.forget_callers()
        response = Response(status=204)
        response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="Lax", secure=self.settings.cookie_secure)
        return response

    @route(
        "PUT",
        "/session/password",
        permission="session",
        body=calls.NewPassword,
        status=204,
        real_time=True,
        before_password_change=True,
        refuses=(429,),
    )
    def change_password(self, request: ApiRequest) -> Any:
        """Change one's own password; the other sessions of the same user end."""
        values = load(calls.NewPassword, request.body)
        user_id, token = UUID(request.caller.user_id), request.session_token or ""
        change_password(self.begin, user_id, token, **values, address=request.address)
        self.forget_callers()

    @route("GET", "/session/providers", public=True, answer=calls.SignInWays, real_time=True)
    def list_sign_in_ways(self, request: ApiRequest) -> Any:
        """How one can sign in here: by password, and at the company's own identity provider if there is one."""
        ways = [{"kind": "password", "issuer": None, "url": f"{API}/session"}]
        if provider := provider_of(self.settings):
            ways.append({"kind": "oidc", "issuer": provider.issuer, "url": _PROVIDER_PATH})
        return dump(calls.SignInWays, {"items": ways})

    @route(
        "GET",
        "/session/oidc",
        public=True,
        query=calls.ProviderSignInQuery,
        status=303,
        real_time=True,
        refuses=(404, 429),
    )
    def sign_in_at_provider(self, request: ApiRequest) -> Any:
        """Send the browser to the company's identity provider; afterwards it goes on at ``next``."""
        try:
            asked = load(calls.ProviderSignInQuery, request.query)
            sent = begin_provider_sign_in(
                self.begin,
                self._provider(),
                next_path=asked["next_path"],
                address=request.address,
                browser=request.http.cookies.get(PROVIDER_COOKIE),
            )
        except Refusal as refusal:
            return self._refused(request, refusal)
        response = _go_to(sent.url)
        response.set_cookie(
            PROVIDER_COOKIE,
            sent.browser,
            max_age=int(SIGN_IN_LIFE.total_seconds()),
            path=_PROVIDER_PATH,
            httponly=True,
            samesite="Lax",
            secure=self.settings.cookie_secure,
        )
        return response

    @route(
        "GET",
        CALLBACK_PATH.removeprefix(API),
        public=True,
        query=calls.ProviderAnswerQuery,
        status=303,
        real_time=True,
        refuses=(401, 403, 404),
    )
    def sign_in_from_provider(self, request: ApiRequest) -> Any:
        """Where the identity provider sends the browser back to: sets the session's cookie, and goes on in the console."""
        try:
            answer = load(calls.ProviderAnswerQuery, request.query)
            returned = Returned(browser=request.http.cookies.get(PROVIDER_COOKIE, ""), **answer)
            signed_in, next_path = finish_provider_sign_in(self.begin, self._provider(), returned, _browser(request))
        except Refusal as refusal:
            return self._refused(request, refusal)
        response = _go_to(self.settings.console_url + next_path)
        self._set_session_cookie(response, signed_in)
        return response

    @route("GET", "/sessions", permission="session", answer=calls.BegunSessions, real_time=True)
    def list_sessions(self, request: ApiRequest) -> Any:
        """Where the caller is signed in."""
        items = list_sessions(self.begin, UUID(request.caller.user_id), request.session_token)
        return dump(calls.BegunSessions, {"items": items})

    @route("DELETE", "/sessions", permission="session", status=204, real_time=True)
    def end_other_sessions(self, request: ApiRequest) -> Any:
        """Sign out everywhere but here."""
        end_sessions(self.begin, UUID(request.caller.user_id), but=request.session_token)
        self.forget_callers()

    @route("DELETE", "/sessions/<session_id>", permission="session", status=204, real_time=True)
    def end_session(self, request: ApiRequest, session_id: str) -> Any:
        """Sign out somewhere else."""
        end_session(self.begin, UUID(request.caller.user_id), UUID(session_id))
        self.forget_callers()

    def _provider(self) -> "Provider":
        provider = provider_of(self.settings)
        if provider is None:
            raise NotFound("provider_not_set")
        return provider

    def _refused(self, request: ApiRequest, refusal: Refusal) -> Response:
        """A person who is on the way between two sites reads of it in the console; a program gets the problem."""
        if request.http.accept_mimetypes.best_match(["application/problem+json", "text/html"]) != "text/html":
            raise refusal
        told = {"error": refusal.code, "trace_id": request.context.trace_id}
        return _go_to(f"{self.settings.console_url}/sign-in?{urlencode(told)}")

    def _set_session_cookie(self, response: Response, signed_in: SignedIn) -> None:
        response.set_cookie(
            SESSION_COOKIE,
            signed_in.token,
            max_age=int(SESSION_LIFE.total_seconds()),
            httponly=True,
            samesite="Lax",
            secure=self.settings.cookie_secure,
        )


def _browser(request: ApiRequest) -> Browser:
    return Browser(request.address, request.http.headers.get("User-Agent", ""))


def _go_to(url: str) -> Response:
    return Response(status=303, headers={"Location": url})


def _session(begin: Begin, recognised: Recognised, token: str | None) -> Any:
    return dump(calls.Session, show_session(begin, recognised, token, sorted(permissions_of(recognised))))


def _json(content: Any, status: int) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status=status, content_type="application/json")
