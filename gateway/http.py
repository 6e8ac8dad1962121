"""The HTTP interface as its routes see it (spec, gateway.md, "HTTP conventions").

::

    class CustomerRoutes:
        customer = ServiceClient("customer")

        @route("POST", "/customers", permission="customers.write", body=calls.AddCustomer, answer=calls.Customer, status=201)
        def add_customer(self, request: ApiRequest) -> Any:
            return self.customer.add_customer(request.body)

Before a route's method runs, the caller is known and permitted, the body is a JSON object, and what travels with every call is in
the worker's context. What it returns is the answer's JSON; what it raises, a problem. Services validate by the same schemas.
"""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, Final, TypeVar, cast
from urllib.parse import unquote
from uuid import UUID, uuid4

from eventlet.event import Event as Arrival
from marshmallow import Schema
from nameko.exceptions import ConfigurationError
from nameko.web.handlers import HttpRequestHandler
from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from gateway.access import SESSION_COOKIE, Doorkeeper, admit, permissions_of
from gateway.bodies import BodyStream, DigestingStream, json_object
from gateway.idempotency import HEADER as IDEMPOTENCY_HEADER
from gateway.idempotency import claim_or_answer, renewed, request_hash, settle
from gateway.identity.problems import BadRequest, BodyTooLarge, MediaTypeNotSupported
from gateway.identity.usecases.recognise import Recognised
from gateway.late_copies import LateCopies
from gateway.permissions import PERMISSIONS
from gateway.problem import problem_response
from gateway.server import GatewayServer, language_of
from services.contracts.gateway import EVENTS
from services.kit.bus.calls import DEADLINE_HEADER
from services.kit.bus.consumer import log_own_failures
from services.kit.caller import CallContext, Caller
from services.kit.clock import parse_instant
from services.kit.database import database_of
from services.kit.errors import Forbidden, NotFound
from services.kit.schema import is_storable
from services.kit.settings import Settings
from services.kit.unit_of_work import Begin

API: Final = "/api/v1"
JSON_BYTES_MAX: Final = 2 * 1024 * 1024
UPLOAD_BYTES_MAX: Final = 100 * 1024 * 1024
AS_OF_HEADER: Final = "L2C-As-Of"

_PATH_VARIABLE: Final = re.compile(r"<(\w+)>")
_ETAG: Final = re.compile(r'(?:W/)?"(\d{1,9})"')

Method = TypeVar("Method", bound=Callable[..., Any])


@dataclass(frozen=True)
class ApiRequest:
    """What a route's method gets.

    :param body: the parsed JSON object; ``{}`` where the route takes none.
    :param query: the query's parameters as they came; the first, where one came twice.
    :param context: claims, trace and time.
    :param recognised: who asks and by what; ``None`` only on public routes.
    :param expected_version: what ``If-Match`` names; ``None`` without it.
    :param address: the client's.
    :param stream: the raw body of an upload. Reading past the route's limit raises 413, and past where its sender broke off 400.
    :param http: all the rest.
    """

    body: dict[str, Any]
    query: dict[str, str]
    context: CallContext
    recognised: Recognised | None
    expected_version: int | None
    language: str
    address: str
    stream: BinaryIO
    http: Request

    @property
    def caller(self) -> Caller:
        return self.context.caller

    def require(self, permission: str) -> None:
        """For what of a route not everybody may do who may ask it; the route names it among its ``further`` permissions.

        :raises Forbidden: ``permission_missing``.
        """
        if self.recognised is None or permission not in permissions_of(self.recognised):
            raise Forbidden("permission_missing", permission=permission)

    @property
    def change(self) -> dict[str, Any]:
        """The body of a change, with the version of what was seen: its own, or that of ``If-Match``."""
        seen = {} if self.expected_version is None else {"version": self.expected_version}
        return {**seen, **self.body}

    @property
    def file_name(self) -> str:
        """An upload's ``X-Filename`` (percent-encoded UTF-8), without folders; ``file`` if it has none."""
        name = unquote(self.http.headers.get("X-Filename", ""))
        return re.split(r"[/\\]", name)[-1].strip() or "file"

    @property
    def idempotency_key(self) -> str | None:
        return self.http.headers.get(IDEMPOTENCY_HEADER)

    @property
    def session_token(self) -> str | None:
        """The session's secret, where a session speaks."""
        return self.http.cookies.get(SESSION_COOKIE) if self.recognised and not self.recognised.by_token else None


class Route(HttpRequestHandler):
    """The entrypoint behind :func:`route`."""

    server = GatewayServer()
    doorkeeper = Doorkeeper()
    late_copies = LateCopies()
    logs_failures = True  # problem_response does

    def __init__(
        self,
        method: str,
        path: str,
        *,
        permission: str | None = None,
        further: tuple[str, ...] = (),
        public: bool = False,
        body: type[Schema] | None = None,
        query: type[Schema] | None = None,
        answer: type[Schema] | None = None,
        status: int = 200,
        upload: bool = False,
        max_bytes: int = UPLOAD_BYTES_MAX,
        media_type: str = "application/json",
        prefix: str = API,
        real_time: bool = False,
        long_lived: bool = False,
        at_the_door: bool = False,
        before_password_change: bool = False,
        documented: bool = True,
        shown_once: str = "",
        refuses: tuple[int, ...] = (),
        ranges: bool = False,
        takes_tag: bool | None = None,
    ) -> None:
        if permission is None and not public:
            raise ConfigurationError(f"{method} {path} names no permission")
        for each in () if permission is None else (permission, *further):
            if public or each not in PERMISSIONS:
                raise ConfigurationError(f"{method} {path}: {each} is no permission of gateway/permissions.py, or it is public")
        super().__init__(method, prefix + path)
        self.permission = permission
        self.further = further
        self.body = body
        self.query = query
        self.answer = answer
        self.status = status
        self.upload = upload
        self.max_bytes = max_bytes if upload else JSON_BYTES_MAX
        self.media_type = media_type
        self.real_time = real_time
        self.long_lived = long_lived
        self.at_the_door = at_the_door
        self.before_password_change = before_password_change
        self.documented = documented
        self.shown_once = shown_once
        self.refuses = refuses
        self.ranges = ranges
        is_change = method == "PATCH" or (method in {"PUT", "DELETE"} and body is not None and "version" in body().fields)
        self.takes_tag = is_change if takes_tag is None else takes_tag
        self.takes_key = method == "POST" and permission is not None

    def setup(self) -> None:
        log_own_failures()
        self.check_signature((None,), dict.fromkeys(self.path_variables))
        super().setup()

    def get_url_rule(self) -> Rule:
        return Rule(self.url, methods=[self.method], strict_slashes=False)

    @property
    def path_variables(self) -> list[str]:
        return _PATH_VARIABLE.findall(self.url)

    def handle_request(self, request: Request) -> Response:
        language = language_of(request)
        trace: str = request.environ["l2c.trace"]
        try:
            request.shallow = False
            return self._handle(request, trace, language)
        except Exception as error:  # whatever it is, the caller gets an answer; faults are logged there
            return problem_response(error, language=language, trace_id=trace.split("-")[1], by_tag="If-Match" in request.headers)

    def _handle(self, request: Request, trace: str, language: str) -> Response:
        if any("\0" in value for name, value in request.environ.items() if name.startswith("HTTP_")):
            raise BadRequest("bad_request")  # RFC 9110, 5.5; and no database keeps such a text
        recognised = self._admitted(request, trace)
        context = CallContext(recognised.caller if recognised else Caller(), trace, self._as_of(request))
        for name, value in request.path_values.items():  # type: ignore[attr-defined]  # put there by the server
            _check_path_value(name, value)
        raw, body = self._read_body(request)
        api_request = ApiRequest(
            body=body,
            query=request.args.to_dict(),
            context=context,
            recognised=recognised,
            expected_version=_expected_version(request),
            language=language,
            address=self._address(request),
            stream=cast(BinaryIO, BodyStream(request.stream, self.max_bytes, request.content_length)),
            http=request,
        )
        key = request.headers.get(IDEMPOTENCY_HEADER)
        if key is None or recognised is None or not self.takes_key:
            return self._response(self._run(api_request))
        return self._run_once(api_request, key, raw)

    def _admitted(self, request: Request, trace: str) -> Recognised | None:
        if self.permission is None:
            return None
        recognised = self.doorkeeper.recognise(request, trace)
        admitted = admit(recognised, request, self.permission, before_password_change=self.before_password_change)
        request.environ["l2c.user"] = admitted.caller.user_id
        return admitted

    def _run_once(self, request: ApiRequest, key: str, raw: bytes) -> Response:
        # On the clock's time: how long an answer is kept is no part of the story that a request pretends.
        context = CallContext(request.caller, request.context.trace)
        begin = Begin("gateway", database_of("gateway", self._settings), EVENTS, context)
        body = DigestingStream(request.stream)
        request = replace(request, stream=cast(BinaryIO, body), context=replace(request.context, key=key))

        def fingerprint() -> str:
            http = request.http
            what = f"{http.query_string.decode('latin-1')} {http.headers.get('X-Filename', '') if self.upload else ''}"
            return request_hash(self.method, http.path, what, body.digest() if self.upload else raw)

        claim = claim_or_answer(begin, key, fingerprint)
        if isinstance(claim, Response):
            return claim
        with renewed(begin, claim):
            try:
                answer = self._response(self._run(request))
            except Exception as error:
                by_tag = request.expected_version is not None
                answer = problem_response(error, language=request.language, trace_id=request.context.trace_id, by_tag=by_tag)
        settle(begin, claim, answer, fingerprint, shown_once=self.shown_once)
        return answer

    def _run(self, request: ApiRequest) -> Any:
        """Run the method in a worker; what it raises is raised here. At the door, where all of them may be busy, without one."""
        if self.at_the_door:
            return getattr(self.container.service_cls(), self.method_name)(request)
        context_data: dict[str, Any] = {"key": str(uuid4()), **request.context.to_call_headers()}  # decision 0041
        if not (self.upload or self.long_lived):
            # One deadline for all of the request's calls, waiting for a worker included. An upload takes what its bytes take.
            context_data[DEADLINE_HEADER] = f"{time.time() + self._settings.rpc_timeout_seconds:.3f}"
        values = request.http.path_values  # type: ignore[attr-defined]  # put there by the server
        arrival = Arrival()

        def handle_result(worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            if exc_info is None:
                arrival.send(result)
                return result, None
            named = {**request.query, **request.body, **values}
            told = self.late_copies.told(worker_ctx, exc_info[1], named, request.caller)
            arrival.send_exception(*exc_info if told is exc_info[1] else (told,))
            return result, exc_info

        self.container.spawn_worker(self, (request,), values, context_data=context_data, handle_result=handle_result)
        return arrival.wait()

    def _response(self, result: Any) -> Response:
        if isinstance(result, Response):
            return result
        if self.status == 204:
            return Response(status=204)
        body = json.dumps(result, ensure_ascii=False, separators=(",", ":"))
        response = Response(body, status=self.status, content_type="application/json")
        if isinstance(result, dict) and isinstance(result.get("version"), int):
            response.headers["ETag"] = f'"{result["version"]}"'
        return response

    def _read_body(self, request: Request) -> tuple[bytes, dict[str, Any]]:
        length = request.content_length
        if length is not None and length > self.max_bytes:
            raise BodyTooLarge("body_too_large", max_bytes=self.max_bytes)
        if self.upload or self.method == "GET":
            return b"", {}
        stream = BodyStream(request.stream, self.max_bytes, length)
        raw = b"".join(iter(stream.read, b""))
        if not raw:
            return raw, {}
        if request.mimetype != "application/json":
            # Also what keeps other sites' forms out: a browser asks before it sends JSON across origins.
            raise MediaTypeNotSupported("media_type_not_supported", expected="application/json")
        return raw, json_object(raw)

    def _as_of(self, request: Request) -> Any:
        text = request.headers.get(AS_OF_HEADER)
        if text is None or self.real_time:
            return None
        if not self._settings.allow_as_of:
            raise Forbidden("as_of_not_allowed")
        try:
            return parse_instant(text)
        except ValueError as error:
            raise BadRequest("bad_as_of") from error

    def _address(self, request: Request) -> str:
        remote = request.remote_addr or ""
        # Each trusted proxy appended whom it heard from; what stands before that anybody may have written.
        line = [*request.headers.get("X-Forwarded-For", "").split(","), remote]
        return line[-1 - min(self._settings.trusted_proxies, len(line) - 1)].strip() or remote

    @property
    def _settings(self) -> Settings:
        settings: Settings = self.container.config["L2C"]
        return settings


def route(
    method: str,
    path: str,
    *,
    permission: str | None = None,
    public: bool = False,
    body: type[Schema] | None = None,
    query: type[Schema] | None = None,
    answer: type[Schema] | None = None,
    status: int = 200,
    **options: Any,
) -> Callable[[Method], Method]:
    """Make a method of a mixin answer a route.

    :param path: below ``/api/v1``. A variable named ``id`` or ``…_id`` is a UUID; anything else there is 404.
    :param permission: a name of ``gateway/permissions.py``. ``None`` only together with ``public=True``.
    :param body: the schema of the JSON body, for documentation.
    :param query: the schema of the query, for documentation.
    :param answer: the schema of the answer, for documentation.
    :param status: of a successful answer; 204 answers nothing.
    :param options: ``further``: permissions that its method asks for besides, for a part of what the route takes
        (``request.require``). ``upload``: the body is raw, ``request.stream``, at most ``max_bytes``. ``media_type``: of a raw
        body or an answer that is no JSON. ``prefix``: another one than ``/api/v1``. ``real_time``: ``L2C-As-Of`` is ignored.
        ``long_lived``: the answer goes on after the method returned; the calls it makes then have each their own deadline.
        ``at_the_door``: it is answered without a worker, and so without dependencies, however many requests are at work.
        ``before_password_change``: open to someone who must change the password first. ``documented``: in OpenAPI.
        ``shown_once``: the answer's field that is null where the answer is given again. For documentation: ``refuses``: statuses
        of refusals beyond those that the rest implies; ``ranges``: a file that is sent by range, and not again if unchanged;
        ``takes_tag``: whether ``If-Match`` counts, if not by the rule (a PATCH, or a PUT or DELETE of what has a version).
    :raises ConfigurationError: without a permission; the gateway does not start then.
    """
    decorate: Callable[[Method], Method] = Route.decorator(
        method,
        path,
        permission=permission,
        public=public,
        body=body,
        query=query,
        answer=answer,
        status=status,
        **options,
    )
    return decorate


def _check_path_value(name: str, value: str) -> None:
    if not is_storable(value):
        raise NotFound("not_found")
    if name == "id" or name.endswith("_id"):
        try:
            UUID(value)
        except ValueError:
            raise NotFound("not_found") from None


def _expected_version(request: Request) -> int | None:
    text = request.headers.get("If-Match")
    if text is None or text.strip() == "*":
        return None
    match = _ETAG.fullmatch(text.strip())
    if match is None:
        raise BadRequest("bad_if_match")
    return int(match[1])
