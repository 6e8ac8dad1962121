"""Users, departments, tokens, roles: the gateway's own."""

from typing import Any
from uuid import UUID

from gateway.access import ForgetCallers
from gateway.http import ApiRequest, route
from gateway.identity.usecases.add_department import add_department
from gateway.identity.usecases.add_user import add_user
from gateway.identity.usecases.change_department import change_department
from gateway.identity.usecases.change_user import change_user
from gateway.identity.usecases.count_own_holdings import count_own_holdings
from gateway.identity.usecases.end_sessions import end_sessions
from gateway.identity.usecases.issue_token import issue_token
from gateway.identity.usecases.list_departments import list_departments
from gateway.identity.usecases.list_identities import list_identities
from gateway.identity.usecases.list_tokens import list_tokens
from gateway.identity.usecases.list_users import list_users
from gateway.identity.usecases.revoke_token import revoke_token
from gateway.identity.usecases.show_user import show_user
from gateway.identity.usecases.unbind_identities import unbind_identities
from gateway.permissions import PERMISSIONS
from services.contracts import gateway_calls as calls
from services.contracts.holdings import Holdings
from services.contracts.people import ROLES
from services.kit.bus.rpc import ServiceClient
from services.kit.health import SettingsProvider
from services.kit.schema import dump, load
from services.kit.settings import Settings
from services.kit.unit_of_work import Begin


class IdentityRoutes:
    """``/users``, ``/departments``, ``/tokens``, ``/roles``."""

    customer = ServiceClient("customer")
    workflow = ServiceClient("workflow")
    begin: Begin
    settings: Settings = SettingsProvider()
    forget_callers = ForgetCallers()

    @route("GET", "/users", permission="people.read", query=calls.UserQuery, answer=calls.UserPage)
    def list_users(self, request: ApiRequest) -> Any:
        """Users by name, filtered by part of name or login, department, role, active."""
        return dump(calls.UserPage, list_users(self.begin, **load(calls.UserQuery, request.query)))

    @route("POST", "/users", permission="people.write", body=calls.AddUser, answer=calls.User, status=201)
    def add_user(self, request: ApiRequest) -> Any:
        """Add a person (with a first password, where there is no identity provider) or a service user (without)."""
        added = add_user(self.begin, **load(calls.AddUser, request.body), password_needed=not self.settings.oidc_issuer)
        return dump(calls.User, added)

    @route("GET", "/users/<user_id>", permission="people.read", answer=calls.User)
    def show_user(self, request: ApiRequest, user_id: str) -> Any:
        """One user."""
        return dump(calls.User, show_user(self.begin, UUID(user_id)))

    @route("PATCH", "/users/<user_id>", permission="people.write", body=calls.ChangeUser, answer=calls.User)
    def change_user(self, request: ApiRequest, user_id: str) -> Any:
        """Change a user; ``active: false`` lets him or her leave: sessions and tokens end at once, customers are handed on."""
        changes = load(calls.ChangeUser, request.body)
        changed = change_user(self.begin, UUID(user_id), changes, expected_version=request.expected_version)
        self.forget_callers()
        return dump(calls.User, changed)

    @route("GET", "/users/<user_id>/holdings", permission="people.write", answer=Holdings)
    def count_holdings(self, request: ApiRequest, user_id: str) -> Any:
        """What a user holds, and would leave behind by leaving; and who takes the customers over where no successor is named."""
        replies = [
            self.customer.count_held_customers.call_async(user_id),
            self.workflow.count_held_processes.call_async(user_id),
        ]
        own = count_own_holdings(self.begin, UUID(user_id))
        for reply in replies:
            own |= reply.result()
        return dump(Holdings, own)

    @route("DELETE", "/users/<user_id>/sessions", permission="people.write", status=204, real_time=True)
    def end_sessions(self, request: ApiRequest, user_id: str) -> Any:
        """Sign a user out everywhere, at once here and within seconds in other gateway processes; a lost notebook asks for it."""
        end_sessions(self.begin, UUID(user_id))
        self.forget_callers()

    @route("GET", "/users/<user_id>/identities", permission="people.write", answer=calls.Identities)
    def list_identities(self, request: ApiRequest, user_id: str) -> Any:
        """Whom the company's identity provider knows a user as."""
        return dump(calls.Identities, {"items": list_identities(self.begin, UUID(user_id))})

    @route("DELETE", "/users/<user_id>/identities", permission="people.write", status=204)
    def unbind_identities(self, request: ApiRequest, user_id: str) -> Any:
        """Forget whom the identity provider knows a user as: whoever next signs in there under the login is the user."""
        unbind_identities(self.begin, UUID(user_id))
        self.forget_callers()

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
