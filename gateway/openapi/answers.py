"""What a route can answer: its success and every refusal, each with its headers and an example."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

from apispec import APISpec
from marshmallow import Schema

from gateway.http import Route
from gateway.identity import problems as door
from gateway.problem import MEDIA_TYPE, problem_of
from services.contracts import gateway_calls
from services.kit.errors import Conflict, Forbidden, InvalidInput, NotFound, Refusal, TooMany, Unavailable

JSON: Final = "application/json"

_GOES_ON: Final = "text/event-stream"
_TRACE_ID: Final = "0af7651916cd43dd8448eb211c80319c"

_PROBLEMS: Final[dict[int, tuple[str, str, Refusal | None]]] = {
    400: (
        "BadRequest",
        "The request cannot be read: its JSON, or one of the headers that have a form.",
        door.BadRequest("bad_json"),
    ),
    401: ("NotSignedIn", "Nobody we know asks.", door.Unauthenticated("not_signed_in")),
    403: (
        "NotAllowed",
        "The caller lacks the permission or the CSRF token, must change the password first, or may see this and not do it.",
        Forbidden("permission_missing", permission="customers.write"),
    ),
    404: ("NotFound", "It is not there, or the caller may not know that it is.", NotFound("not_found")),
    409: (
        "Conflict",
        "A lost race or a wrong state; also an `Idempotency-Key` that was used for another request.",
        Conflict("customer_changed_meanwhile", version=4),
    ),
    412: (
        "Changed",
        "`If-Match` names a version that is no more. Where the body named it in `version`, 409.",
        door.PreconditionFailed("customer_changed_meanwhile", version=4),
    ),
    413: ("TooLarge", "The body is over this route's limit.", door.BodyTooLarge("body_too_large", max_bytes=2_097_152)),
    415: ("NotJson", "The body is no JSON.", door.MediaTypeNotSupported("media_type_not_supported", expected=JSON)),
    416: ("NoSuchRange", "The file has no such range.", door.RangeNotSatisfiable("range_not_satisfiable")),
    422: ("WrongInput", "The input is wrong; `errors` says where and why.", InvalidInput(fields={"name": ["length|2|200"]})),
    429: ("TooMany", "Over a limit that time heals.", TooMany("too_many_sign_ins", seconds=30)),
    500: ("Fault", "A fault of ours; it is logged under the trace id.", None),
    503: (
        "Away",
        "A service behind is away, or has not heard yet of what was added a moment ago; answered within its deadline.",
        Unavailable("service_unavailable", service="customer"),
    ),
}
"""Status → the response's name, what it means, and a refusal as its example."""

_HEADERS: Final[dict[str, dict[str, Any]]] = {
    "Trace-Id": {"description": "What the logs of every service know the request by.", "example": _TRACE_ID},
    "ETag": {"description": "The version, for `If-Match`; of a file, its content's.", "example": '"3"'},
    "Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 0}, "example": 30},
    "WWW-Authenticate": {"description": "How programs say who they are.", "example": "Bearer"},
    "Content-Language": {"description": "The language of the words.", "schema": {"type": "string", "enum": ["zh", "en"]}},
    "Content-Disposition": {"description": "The file's name.", "example": "attachment; filename*=UTF-8''%E8%B4%A6%E5%8D%95.xlsx"},
    "Location": {"description": "Where the browser goes on.", "example": "/"},
    "Content-Range": {"description": "Which part of the file this is.", "example": "bytes 0-1023/20480"},
    "Idempotent-Replayed": {"description": "`true` where the first answer is given again.", "example": "true"},
}
_HEADERS_OF_PROBLEM: Final = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}
_ALWAYS: Final = ("Trace-Id", "Content-Language")
_NEVER_LACKING: Final = frozenset({"Trace-Id", "Retry-After", "WWW-Authenticate"})


def add_problems(spec: APISpec) -> None:
    """Every refusal as a response that routes refer to, and the headers that answers carry."""
    for name, header in _HEADERS.items():
        required = {"required": True} if name in _NEVER_LACKING else {}
        spec.components.header(name, {"schema": {"type": "string"}, **required, **header})
    for status, (name, description, refusal) in _PROBLEMS.items():
        example = problem_of(refusal, language="zh", trace_id=_TRACE_ID)
        in_english = problem_of(refusal, language="en", trace_id=_TRACE_ID)
        response = {
            "description": description,
            "headers": {header: _header(header) for header in (*_ALWAYS, *_HEADERS_OF_PROBLEM.get(status, ()))},
            "content": {
                MEDIA_TYPE: {
                    "schema": gateway_calls.Problem,
                    "examples": {"zh": {"value": example}, "en": {"value": in_english}},
                }
            },
        }
        spec.components.response(name, response)


def answers_of(route: Route) -> dict[str, Any]:
    """Everything that a route can answer, by status."""
    refusals = {str(status): _PROBLEMS[status][0] for status in refusals_of(route)}
    success = {str(route.status): _success(route)}
    if route.ranges:
        success["206"] = _file(route, "A part of the file", ("ETag", "Content-Range"))
        success["304"] = {"description": "It has not changed", "headers": _headers("ETag")}
    if "if_any" in fields_of(route.query):
        success["204"] = {"description": "There is none", "headers": _headers()}
    return {**success, **refusals}


def refusals_of(route: Route) -> list[int]:
    """The statuses that a route can refuse with: what its declaration implies, and what it says itself (``refuses``)."""
    return sorted({*_implied(route), *route.refuses})


def _implied(route: Route) -> Iterator[int]:
    yield from (400, 500, 503)
    if route.permission is not None:
        yield from (401, 403)
    if route.path_variables:
        yield 404
    if route.takes_key:
        yield 409
    if route.takes_tag:
        yield from (409, 412)
    if route.upload:
        yield from (413, 422)
    elif route.method != "GET":
        yield from (413, 415)
    if route.body is not None or route.query is not None:
        yield 422
    if route.ranges:
        yield 416


def fields_of(schema: type[Schema] | None) -> frozenset[str]:
    """The names of a schema's fields; none without a schema."""
    return frozenset() if schema is None else frozenset(schema().fields)


def _success(route: Route) -> dict[str, Any]:
    if route.answer is None and not route.upload and route.media_type != JSON:
        return _file(route, HTTPStatus(route.status).phrase, ("ETag",) if route.ranges else ())
    headers = ["ETag"] if "version" in fields_of(route.answer) else []
    if route.takes_key:
        headers.append("Idempotent-Replayed")
    if route.status == HTTPStatus.SEE_OTHER:
        headers.append("Location")
    response: dict[str, Any] = {"description": HTTPStatus(route.status).phrase, "headers": _headers(*headers)}
    if route.answer is not None:
        response["content"] = {JSON: {"schema": route.answer}}
    return response


def _file(route: Route, description: str, headers: tuple[str, ...]) -> dict[str, Any]:
    content = {"schema": {"type": "string", "format": "binary"}}
    named = () if route.media_type == _GOES_ON else ("Content-Disposition",)
    return {
        "description": description,
        "headers": _headers(*named, *headers),
        "content": {route.media_type: content},
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: _header(name) for name in ("Trace-Id", *names)}


def _header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}
