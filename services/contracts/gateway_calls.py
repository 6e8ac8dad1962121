"""The gateway's own HTTP interface: people, sessions, tokens; and the words of its refusals."""

from marshmallow import EXCLUDE, fields, validate

from services.contracts import customer_policy_calls, notify_policy_calls, payments_matching_calls
from services.contracts.contact_fields import TrimmedText
from services.contracts.paging import PageQuery, page_of
from services.contracts.people import ROLES
from services.kit.audit_trail import AuditEntryShown, AuditQuery
from services.kit.schema import Id, Instant, Schema
from services.kit.settings import SERVICES

_LOGIN = validate.Regexp(r"^[A-Za-z0-9][A-Za-z0-9._@-]{1,63}$")
_NAME = validate.Length(min=1, max=100)
_EMAIL = [validate.Length(max=254), validate.Email()]
_PASSWORD = validate.Length(min=8, max=200)
_ROLE_LIST = fields.List(fields.String(validate=validate.OneOf(list(ROLES))), validate=validate.Length(max=len(ROLES)))


class Credentials(Schema):
    """What a person signs in with."""

    login = fields.String(required=True, validate=validate.Length(min=1, max=100))
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))


class NewPassword(Schema):
    """One's own password, changed."""

    current_password = fields.String(required=True, validate=validate.Length(min=1, max=200))
    new_password = fields.String(required=True, validate=_PASSWORD)


class User(Schema):
    """A person, or another system (``is_service``: has tokens in place of a password).

    ``active`` is false once it has left; ``successor_id`` is who takes over a leaver's customers, if somebody was named.
    """

    id = Id()
    login = fields.String()
    name = fields.String()
    email = fields.String(allow_none=True)
    department_id = Id(allow_none=True)
    department_name = fields.String(allow_none=True)
    roles = fields.List(fields.String(validate=validate.OneOf(list(ROLES))))
    active = fields.Boolean()
    successor_id = Id(allow_none=True)
    is_service = fields.Boolean()
    must_change_password = fields.Boolean()
    created_at = Instant()
    version = fields.Integer()


class AddUser(Schema):
    """A new user. A person's first password must be changed at the first sign-in; where people sign in at an identity provider, a
    person needs none. A service user has none."""

    login = fields.String(required=True, validate=_LOGIN)
    name = fields.String(required=True, validate=_NAME)
    email = TrimmedText(load_default=None, allow_none=True, validate=_EMAIL)
    department_id = Id(load_default=None, allow_none=True)
    roles = fields.List(fields.String(validate=validate.OneOf(list(ROLES))), load_default=list)
    password = fields.String(load_default=None, allow_none=True, validate=_PASSWORD)
    is_service = fields.Boolean(load_default=False)


class ChangeUser(Schema):
    """What changes; the rest stays. A password set here must be changed at the next sign-in.

    ``successor_id`` goes with ``active: false``: who takes over the leaver's customers; the nearest lead if left out.
    """

    name = fields.String(validate=_NAME)
    email = TrimmedText(allow_none=True, validate=_EMAIL)
    department_id = Id(allow_none=True)
    roles = _ROLE_LIST
    active = fields.Boolean()
    successor_id = Id(allow_none=True)
    password = fields.String(validate=_PASSWORD)


class UserQuery(PageQuery):
    text = fields.String(load_default="", data_key="q", validate=validate.Length(max=100))
    department_id = Id(load_default=None)
    role = fields.String(load_default=None, validate=validate.OneOf(list(ROLES)))
    active = fields.Boolean(load_default=None)


UserPage = page_of(User)


class Session(Schema):
    """Who is signed in, and what he or she may do.

    ``csrf_token`` goes back as ``X-CSRF-Token`` with every request that changes something; it is null for a bearer token, which
    needs none. While ``must_change_password`` is true, nothing but ``PUT /session/password`` is allowed. ``sign_out_url`` is
    where the identity provider ends its own session, if this one began there; ``DELETE /session`` ends ours.
    """

    user = fields.Nested(User)
    permissions = fields.List(fields.String())
    departments_led = fields.List(fields.String())
    must_change_password = fields.Boolean()
    csrf_token = fields.String(allow_none=True)
    expires_at = Instant(allow_none=True)
    sign_out_url = fields.String(allow_none=True)


class BegunSession(Schema):
    """Where one is signed in: ``kind`` is ``password`` or ``oidc``, ``agent`` the browser, ``current`` the session that asks.

    It ends at ``expires_at``, or four hours after ``used_at``, which is behind by up to five minutes.
    """

    id = Id()
    kind = fields.String(validate=validate.OneOf(["password", "oidc"]))
    address = fields.String()
    agent = fields.String()
    created_at = Instant()
    used_at = Instant()
    expires_at = Instant()
    current = fields.Boolean()


class BegunSessions(Schema):
    """The last used first; a hundred at most."""

    items = fields.List(fields.Nested(BegunSession))


class SignInWay(Schema):
    """A way to sign in: ``password`` by ``POST /session``, ``oidc`` by sending the browser to ``url`` (with ``?next=``)."""

    kind = fields.String(validate=validate.OneOf(["password", "oidc"]))
    issuer = fields.String(allow_none=True)
    url = fields.String()


class SignInWays(Schema):
    items = fields.List(fields.Nested(SignInWay))


class ProviderSignInQuery(Schema):
    """``next`` is where in the console to go on: a path of this system."""

    next_path = fields.String(load_default="/", data_key="next", validate=validate.Length(max=2000))


class ProviderAnswerQuery(Schema):
    """What the identity provider sends the browser back with; whatever else it says is left aside."""

    class Meta:
        unknown = EXCLUDE

    state = fields.String(load_default="")
    code = fields.String(load_default="")
    error = fields.String(load_default="")
    issuer = fields.String(load_default=None, data_key="iss")


class Identity(Schema):
    """Whom the identity provider knows a user as: ``login`` is what it called him or her when the two were joined."""

    issuer = fields.String()
    subject = fields.String()
    login = fields.String()
    bound_at = Instant()


class Identities(Schema):
    items = fields.List(fields.Nested(Identity))


class Department(Schema):
    """``closed``: nobody stands in it any more; it stays for what was done there."""

    id = Id()
    name = fields.String()
    parent_id = Id(allow_none=True)
    lead_id = Id(allow_none=True)
    lead_name = fields.String(allow_none=True)
    closed = fields.Boolean()
    version = fields.Integer()


class Departments(Schema):
    """The company's own departments, all of them."""

    items = fields.List(fields.Nested(Department))


class AddDepartment(Schema):
    name = fields.String(required=True, validate=_NAME)
    parent_id = Id(load_default=None, allow_none=True)
    lead_id = Id(load_default=None, allow_none=True)


class ChangeDepartment(Schema):
    """What changes; the rest stays. Only one in which nobody stands, and nothing open below it, is ``closed``."""

    name = fields.String(validate=_NAME)
    parent_id = Id(allow_none=True)
    lead_id = Id(allow_none=True)
    closed = fields.Boolean()


class Token(Schema):
    """A bearer token of a service user. ``scopes`` are names of permissions; the token may do what they say and no more."""

    id = Id()
    name = fields.String()
    user_id = Id()
    user_name = fields.String()
    scopes = fields.List(fields.String())
    created_at = Instant()
    expires_at = Instant()
    revoked_at = Instant(allow_none=True)


class IssueToken(Schema):
    name = fields.String(required=True, validate=_NAME)
    user_id = Id(required=True)
    scopes = fields.List(fields.String(), required=True, validate=validate.Length(min=1, max=100))
    days = fields.Integer(load_default=90, validate=validate.Range(min=1, max=366))


class IssuedToken(Token):
    """A token as it is shown once, at its making; only its hash is kept, so ``token`` is null where the answer is given again."""

    token = fields.String(allow_none=True)


class TokenQuery(PageQuery):
    user_id = Id(load_default=None)


TokenPage = page_of(Token)


class Role(Schema):
    code = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    permissions = fields.List(fields.String())


class Roles(Schema):
    items = fields.List(fields.Nested(Role))


class Policies(Schema):
    """What administrators may set, by area."""

    funnel = fields.Nested(customer_policy_calls.Policy)
    matching = fields.Nested(payments_matching_calls.MatchingPolicy)
    notifications = fields.Nested(notify_policy_calls.NotificationPolicy)


class AuditTrailQuery(AuditQuery):
    """Which entries of whose: of one service, or of the gateway itself (people, tokens); of all, if none is named."""

    service = fields.String(load_default=None, validate=validate.OneOf([*SERVICES, "gateway"]))
    cursor = fields.String(load_default="", validate=validate.Length(max=4000))


class AuditTrailEntry(AuditEntryShown):
    """A change, and the service that made it."""

    service = fields.String()


class AuditTrailPage(Schema):
    """``missing`` names the services that did not answer; their entries are on a later page, or this one asked for again."""

    items = fields.List(fields.Nested(AuditTrailEntry))
    next_cursor = fields.String(allow_none=True)
    missing = fields.List(fields.String())


class FieldProblem(Schema):
    field = fields.String()
    code = fields.String()
    message = fields.String()


class Problem(Schema):
    """What went wrong: RFC 9457, with a stable ``code``."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    code = fields.String()
    params = fields.Dict(keys=fields.String())
    errors = fields.List(fields.Nested(FieldProblem))
    trace_id = fields.String()


REFUSALS = {
    "bad_request": ("请求有误。", "The request is malformed."),
    "body_incomplete": ("请求内容未发送完整，请重新发送。", "The body ended before its end; please send it again."),
    "bad_json": ("请求内容不是有效的 JSON 对象。", "The body is not a JSON object."),
    "bad_as_of": ("L2C-As-Of 须为带时区的 RFC 3339 时间。", "L2C-As-Of must be an RFC 3339 instant with its offset."),
    "as_of_not_allowed": ("本系统不允许指定时间。", "This system does not let callers choose the time."),
    "bad_if_match": ("If-Match 须为之前返回的 ETag。", "If-Match must be an ETag that was answered before."),
    "bad_idempotency_key": ("Idempotency-Key 的长度须在 1 到 200 之间。", "An Idempotency-Key has 1 to 200 characters."),
    "not_signed_in": ("请先登录。", "Please sign in."),
    "wrong_credentials": ("用户名或密码错误。", "Wrong name or password."),
    "token_not_valid": ("令牌无效、已过期或已吊销。", "The token is not valid, expired or revoked."),
    "csrf_token_wrong": ("页面已过期，请刷新后重试。", "The page is out of date; reload it and try again."),
    "permission_missing": ("您没有权限执行此操作（{permission}）。", "You may not do this ({permission})."),
    "password_change_required": ("请先修改初始密码。", "Please change your first password first."),
    "route_not_found": ("没有这个地址。", "There is no such address."),
    "method_not_allowed": ("此地址不支持该方法。", "This address does not take that method."),
    "body_too_large": ("请求内容超过上限（{max_bytes} 字节）。", "The body is over the limit of {max_bytes} bytes."),
    "range_not_satisfiable": ("文件没有这个范围。", "The file has no such range."),
    "media_type_not_supported": ("请求内容须为 {expected}。", "The body must be {expected}."),
    "too_many_sign_ins": (
        "登录失败次数过多，请 {seconds} 秒后再试。",
        "Too many failed sign-ins; try again in {seconds} seconds.",
    ),
    "too_many_streams": (
        "实时连接数已满，请 {seconds} 秒后重试。",
        "There are too many open streams; try again in {seconds} seconds.",
    ),
    "session_not_found": ("没有这个登录会话。", "There is no such session."),
    "provider_not_set": ("本系统未配置统一身份认证。", "This system has no identity provider."),
    "identity_provider_away": (
        "统一身份认证暂时不可用，请稍后重试。",
        "The identity provider is away; please try again.",
    ),
    "provider_sign_in_failed": ("统一身份认证登录未成功，请重新登录。", "Signing in at the identity provider failed; try again."),
    "person_unknown_here": (
        "“{login}”在本系统没有账号，请联系管理员。",
        "“{login}” has no account here; please ask an administrator.",
    ),
    "person_bound_otherwise": (
        "“{login}”已与另一身份绑定，请联系管理员。",
        "“{login}” signs in as somebody else at the identity provider; please ask an administrator.",
    ),
    "idempotency_key_reused": ("此 Idempotency-Key 已用于另一请求。", "This Idempotency-Key was used for another request."),
    "request_in_progress": ("相同的请求正在处理中。", "The same request is being worked on."),
    "internal_error": ("系统内部错误，请联系管理员并提供追踪号。", "Something went wrong here; please report the trace id."),
    "user_not_found": ("没有这个用户。", "There is no such user."),
    "login_taken": ("登录名“{login}”已被使用。", "The login “{login}” is taken."),
    "version_changed": (
        "该内容已被他人修改（当前版本 {version}），请刷新后重试。",
        "Someone else changed it (it is at version {version}); reload it.",
    ),
    "last_administrator": ("系统至少要保留一名管理员。", "At least one administrator must remain."),
    "department_not_found": ("没有这个部门。", "There is no such department."),
    "department_name_taken": ("同一上级部门下已有“{name}”。", "Its parent has a department “{name}” already."),
    "department_has_people": (
        "该部门还有 {count} 名在职人员，请先把他们调到其他部门。",
        "{count} people still stand in it; move them to another department first.",
    ),
    "department_has_departments": (
        "该部门下还有 {count} 个未关闭的部门，请先关闭或移走。",
        "{count} departments below it are open; close or move them first.",
    ),
    "department_above_closed": (
        "上级部门已关闭，请先重新开放或另选上级。",
        "The department above it is closed; open that or choose another.",
    ),
    "department_circle": ("部门不能位于自己之下。", "A department cannot stand below itself."),
    "token_not_found": ("没有这个令牌。", "There is no such token."),
    "user_is_no_service": ("令牌只能发给服务用户。", "Tokens are for service users only."),
}
"""Chinese and English words of the refusals' codes."""

FIELD_ERRORS = {
    "length_min": ("长度至少为 {0}。", "Its length must be at least {0}."),
    "length_max": ("长度最多为 {0}。", "Its length must be at most {0}."),
    "range_min": ("不能小于 {0}。", "Must be at least {0}."),
    "range_max": ("不能大于 {0}。", "Must be at most {0}."),
    "no_such_user": ("没有这个在职用户。", "There is no such active user."),
    "only_for_leavers": ("仅在用户离职时可以指定接手人。", "Only for a user who leaves."),
    "not_oneself": ("不能由本人接手。", "Somebody else has to take over."),
    "no_such_department": ("没有这个部门，或它已关闭。", "There is no such department, or it is closed."),
    "no_such_permission": ("没有权限“{0}”。", "There is no permission “{0}”."),
    "same_as_login": ("密码不能与登录名相同。", "The password may not be the login."),
    "password_unchanged": ("新密码不能与原密码相同。", "The new password must differ from the current one."),
    "local_path": ("须为本系统内的路径。", "Must be a path of this system."),
    "wrong_password": ("当前密码错误。", "The current password is wrong."),
    "role_required": ("至少需要一个角色。", "At least one role is needed."),
}
"""Words of the field errors that only the gateway has; ``length`` and ``range`` with an open end are told apart there."""
