"""Export the gateway's own lists as xlsx (spec, gateway.md: every list exports): which there are, and what each is read by."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.identity.usecases.list_tokens import list_tokens
from gateway.identity.usecases.list_users import list_users
from services.contracts import code_words as words
from services.contracts import gateway_calls as calls
from services.kit.list_files import ListColumn, ListFile, ListSheet


def _roles(user: Mapping[str, Any], language: int) -> str:
    return ("、", ", ")[language].join(words.ROLE[role][language] for role in user["roles"])


def _scopes(token: Mapping[str, Any], language: int) -> str:
    # A permission that there was once has no words any more.
    names = (words.PERMISSION.get(scope.replace(".", "_"), (scope, scope)) for scope in token["scopes"])
    return ("、", ", ")[language].join(name[language] for name in names)


USERS: Final = ListSheet(
    ("用户", "Users"),
    calls.User,
    [
        ListColumn("name", ("姓名", "Name")),
        ListColumn("login", ("登录名", "Login")),
        ListColumn("department_name", ("部门", "Department")),
        ListColumn("roles", ("角色", "Roles"), shown=_roles, width=32),
        ListColumn("email", ("邮箱", "E-mail"), width=28),
        ListColumn("active", ("在职", "Active")),
        ListColumn("is_service", ("系统用户", "Service user")),
        ListColumn("must_change_password", ("待首次登录", "To sign in first")),
        ListColumn("created_at", ("建立时间", "Added")),
    ],
)
TOKENS: Final = ListSheet(
    ("令牌", "Tokens"),
    calls.Token,
    [
        ListColumn("name", ("名称", "Name"), width=24),
        ListColumn("user_name", ("系统用户", "Service user")),
        ListColumn("scopes", ("允许", "May"), shown=_scopes, width=40),
        ListColumn("expires_at", ("有效至", "Expires")),
        ListColumn("created_at", ("签发时间", "Issued")),
        ListColumn("revoked_at", ("吊销时间", "Revoked")),
    ],
)
LISTS: Final[Mapping[str, ListFile]] = {
    "users": ListFile(USERS, calls.UserQuery, list_users),
    "tokens": ListFile(TOKENS, calls.TokenQuery, list_tokens),
}
