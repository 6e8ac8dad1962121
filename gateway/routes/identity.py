"""Session, users, departments, tokens, roles: the gateway's own."""

import json
from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from gateway.access import SESSION_COOKIE, ForgetCallers, permissions_of
from gateway.http import ApiRequest, route
from gateway.identity.usecases.add_department import add_department
from gateway.identity.usecases.add_user import add_user
from gateway.identity.usecases.change_department import change_department
from gateway.identity.usecases.change_password import change_password
from gateway.identity.usecases.change_user import change_user
from gateway.identity.usecases.issue_token import issue_token
from gateway.identity.usecases.list_departments import list_departments
from gateway.identity.usecases.list_tokens import list_tokens
from gateway.identity.usecases.list_users import list_users
from gateway.identity.usecases.recognise import Recognised, recognise_session
from gateway.identity.usecases.revoke_token import revoke_token
from gateway.identity.usecases.show_session import show_session
from gateway.identity.usecases.sign_in import SESSION_LIFE, sign_in
from gateway.identity.usecases.sign_out import sign_out
from gateway.permissions import PERMISSIONS
from services.contracts import gateway_calls as calls
from services.contracts.people import ROLES
from services.kit.errors import Conflict
from services.kit.health import SettingsProvider
from services.kit.schema import dump, load
from services.kit.settings import Settings
from services.kit.unit_of_work import Begin


class IdentityRoutes:
    """``/session``, ``/users``, ``/departments``, ``/tokens``, ``/roles``."""

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
        signed_in = sign_in(self.begin, **load(calls.Credentials, request.body), address=request.address)
        recognised = recognise_session(self.begin, signed_in.token)
        if recognised is None:  # signed in and at the same moment dismissed
            raise Conflict("version_changed", version=0)
        response = _json(_session(self.begin, recognised, signed_in.token), status=201)
        response.set_cookie(
            SESSION_COOKIE,
            signed_in.token,
            max_age=int(SESSION_LIFE.total_seconds()),
            httponly=True,
            samesite="Lax",
            secure=self.settings.cookie_secure,
        )
        return response

    @route("GET", "/session", permission="session", answer=calls.Session, real_time=True, before_password_change=True)
    def show_session(self, request: ApiRequest) -> Any:
        """Who is signed in, and what he or she may do."""
        assert request.recognised is not None
        return _session(self.begin, request.recognised, request.session_token)

    @route("DELETE", "/session", permission="session", status=204, real_time=True, before_password_change=True)
    def sign_out(self, request: ApiRequest) -> Any:
        """Sign out."""
        if request.session_token is not None:
            sign_out(self.begin, request.session_token)
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
    )
    def change_password(self, request: ApiRequest) -> Any:
        """Change one's own password; the other sessions of the same user end."""
        values = load(calls.NewPassword, request.body)
        change_password(self.begin, UUID(request.caller.user_id), request.session_token or "", **values)
        self.forget_callers()

    @route("GET", "/users", permission="people.read", query=calls.UserQuery, answer=calls.UserPage)
    def list_users(self, request: ApiRequest) -> Any:
        """Users by name, filtered by part of name or login, department, role, active."""
        return dump(calls.UserPage, list_users(self.begin, **load(calls.UserQuery, request.query)))

    @route("POST", "/users", permission="people.write", body=calls.AddUser, answer=calls.User, status=201)
    def add_user(self, request: ApiRequest) -> Any:
        """Add a person (with a first password) or a service user (without)."""
        return dump(calls.User, add_user(self.begin, **load(calls.AddUser, request.body)))

    @route("PATCH", "/users/<user_id>", permission="people.write", body=calls.ChangeUser, answer=calls.User)
    def change_user(self, request: ApiRequest, user_id: str) -> Any:
        """Change a user; ``active: false`` lets him or her leave: sessions and tokens end at once, customers are handed on."""
        changes = load(calls.ChangeUser, request.body)
        changed = change_user(self.begin, UUID(user_id), changes, expected_version=request.expected_version)
        self.forget_callers()
        return dump(calls.User, changed)

    @route("GET", "/departments", permission="people.read", answer=calls.Departments)
    def list_departments(self, request: ApiRequest) -> Any:
        """All of the company's departments."""
        return dump(calls.Departments, {"items": list_departments(self.begin)})

    @route("POST", "/departments", permission="people.write", body=calls.AddDepartment, answer=calls.Department, status=201)
    def add_department(self, request: ApiRequest) -> Any:
        """Add a department."""
        added = add_department(self.begin, **load(calls.AddDepartment, request.body))
        self.forget_callers()
        return dump(calls.Department, added)

    @route(
        "PATCH", "/departments/<department_id>", permission="people.write", body=calls.ChangeDepartment, answer=calls.Department
    )
    def change_department(self, request: ApiRequest, department_id: str) -> Any:
        """Change a department's name, place or lead."""
        changes = load(calls.ChangeDepartment, request.body)
        changed = change_department(self.begin, UUID(department_id), changes, expected_version=request.expected_version)
        self.forget_callers()
        return dump(calls.Department, changed)

    @route("GET", "/tokens", permission="tokens.read", query=calls.TokenQuery, answer=calls.TokenPage, real_time=True)
    def list_tokens(self, request: ApiRequest) -> Any:
        """Bearer tokens, newest first, without their secrets."""
        return dump(calls.TokenPage, list_tokens(self.begin, **load(calls.TokenQuery, request.query)))

    @route(
        "POST",
        "/tokens",
        permission="tokens.write",
        body=calls.IssueToken,
        answer=calls.IssuedToken,
        status=201,
        real_time=True,
        shown_once="token",
        refuses=(404,),
    )
    def issue_token(self, request: ApiRequest) -> Any:
        """Issue a token to a service user; its secret is shown this once."""
        issued = issue_token(self.begin, **load(calls.IssueToken, request.body), known_permissions=PERMISSIONS)
        return dump(calls.IssuedToken, issued)

    @route("DELETE", "/tokens/<token_id>", permission="tokens.write", status=204, real_time=True)
    def revoke_token(self, request: ApiRequest, token_id: str) -> Any:
        """Revoke a token."""
        revoke_token(self.begin, UUID(token_id))
        self.forget_callers()

    @route("GET", "/roles", permission="people.read", answer=calls.Roles)
    def list_roles(self, request: ApiRequest) -> Any:
        """The roles there are, and what each may do."""
        granted = {code: sorted(name for name, roles in PERMISSIONS.items() if code in roles) for code in ROLES}
        items = [{"code": code, "name_zh": zh, "name_en": en, "permissions": granted[code]} for code, (zh, en) in ROLES.items()]
        return dump(calls.Roles, {"items": items})


def _session(begin: Begin, recognised: Recognised, token: str | None) -> Any:
    return dump(calls.Session, show_session(begin, recognised, token, sorted(permissions_of(recognised))))


def _json(content: Any, status: int) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status=status, content_type="application/json")
