"""Errors as answers: RFC 9457 ``application/problem+json`` in the caller's language (spec, gateway.md, "HTTP conventions")."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from nameko.exceptions import ContainerBeingKilled, IncorrectSignature
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from gateway.identity.problems import (
    BadRequest,
    BodyTooLarge,
    InternalError,
    MediaTypeNotSupported,
    MethodNotAllowed,
    PreconditionFailed,
    RangeNotSatisfiable,
    Unauthenticated,
)
from gateway.wording import field_message, refusal_message, title
from services.kit.bus.calls import as_refusal
from services.kit.database import DATABASE_AWAY
from services.kit.errors import ChangedMeanwhile, NotFound, Refusal, TooMany, Unavailable

__all__ = ["BadRequest", "BodyTooLarge", "MediaTypeNotSupported", "MethodNotAllowed", "Unauthenticated", "problem_response"]

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

_RETRY_AFTER_SECONDS = 5
_FAULT = InternalError("internal_error")
_OWN_SERVERS_AWAY = (ContainerBeingKilled, *DATABASE_AWAY)


def problem_response(error: BaseException, *, language: str, trace_id: str, by_tag: bool = False) -> Response:
    """The answer that tells of an error. A fault's answer tells nothing but its trace id; its log has the rest.

    :param by_tag: whether it was ``If-Match`` that named the version seen: what has another by now is then 412, and not 409.
    """
    refusal = _refusal_of(error)
    if by_tag and isinstance(refusal, ChangedMeanwhile):
        refusal = PreconditionFailed(refusal.code, **refusal.params)
    if refusal is None:
        _log.error("a request failed (trace %s)", trace_id, exc_info=error)
    problem = problem_of(refusal, language=language, trace_id=trace_id)
    body = json.dumps(problem, ensure_ascii=False, default=str)
    response = Response(body, status=problem["status"], content_type=MEDIA_TYPE, headers={"Content-Language": language})
    if isinstance(refusal, TooMany | Unavailable):
        response.headers["Retry-After"] = str(refusal.params.get("seconds", _RETRY_AFTER_SECONDS))
    if isinstance(refusal, Unauthenticated):
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(refusal, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(refusal.params.get("allowed", []))
    return response


def problem_of(refusal: Refusal | None, *, language: str, trace_id: str) -> dict[str, Any]:
    """What the caller reads of a refusal; ``None`` for a fault of ours."""
    refusal = refusal or _FAULT
    return {
        "type": f"urn:l2c:problem:{refusal.code}",
        "title": title(refusal.status, language),
        "status": refusal.status,
        "detail": refusal_message(refusal.code, refusal.params, language),
        "code": refusal.code,
        "params": refusal.params,
        "errors": _field_problems(refusal.fields, language),
        "trace_id": trace_id,
    }


def _refusal_of(error: BaseException) -> Refusal | None:
    """The refusal that an error amounts to at the door; ``None`` for a fault of ours."""
    refusal = as_refusal(error)
    if refusal is not None:
        return refusal
    if isinstance(error, HTTPException):
        return _refusal_of_http(error)
    if isinstance(error, _OWN_SERVERS_AWAY):
        _log.warning("the gateway's own database or container is away: %s", error)
        return Unavailable("service_unavailable", service="gateway")
    if isinstance(error, IncorrectSignature):
        return NotFound("route_not_found")
    return None


def _refusal_of_http(error: HTTPException) -> Refusal | None:
    match error.code:
        case 404:
            return NotFound("route_not_found")
        case 405:
            return MethodNotAllowed("method_not_allowed", allowed=sorted(getattr(error, "valid_methods", None) or []))
        case 413:
            return BodyTooLarge("body_too_large", max_bytes="?")
        case 415:
            return MediaTypeNotSupported("media_type_not_supported", expected="?")
        case 416:
            return RangeNotSatisfiable("range_not_satisfiable")
        case code if code is not None and 400 <= code < 500:
            return BadRequest("bad_request")
    return None


def _field_problems(fields: Mapping[str, list[str]], language: str) -> list[dict[str, Any]]:
    return [
        {"field": field, "code": error, "message": field_message(error, language)}
        for field, errors in fields.items()
        for error in errors
    ]
