"""Whether an answer is one that the OpenAPI document promises: its status, its media type, its schema, its headers."""

import json
from collections.abc import Mapping
from functools import cache
from http.client import HTTPMessage
from typing import Any, Final
from urllib.parse import urlsplit

import jsonschema_rs
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter

from gateway.http import Route
from gateway.openapi import openapi_of, routes_of
from gateway.service import Gateway

BEFORE_ANY_ROUTE: Final = frozenset({414, 431})
"""What the server says by itself: the first line, or a header, is too long to be read."""
_REMEDY: Final = {
    "status": "declare it: `refuses=(…,)` at the route, or mend what answers so",
    "media type": "declare it: `media_type` at the route, or mend what answers so",
    "answer": "mend the schema in services/contracts, or what answers; a field that may lack has `metadata=MAY_LACK`",
}


def assert_documented(method: str, url: str, status_code: int, headers: Mapping[str, str] | HTTPMessage, content: bytes) -> None:
    """The answer to a request, held against what OpenAPI says of its operation. Addresses without one are passed over.

    :raises AssertionError: it says what to do.
    """
    operation = _operation_of(method, urlsplit(url).path)
    if operation is None or status_code in BEFORE_ANY_ROUTE:
        return
    name, responses = operation["operationId"], operation["responses"]
    what = f"{method} {url[:200]} ({name}) answered {status_code}"
    status = str(status_code)
    assert status in responses, f"{what}, which OpenAPI does not list ({_REMEDY['status']}): {content[:300]!r}"
    response = _resolved(responses[status])
    lacking = [
        header
        for header, declared in response.get("headers", {}).items()
        if _resolved(declared).get("required") and header not in headers
    ]
    assert not lacking, f"{what} without the headers {lacking}"
    contents = response.get("content", {})
    media_type = headers.get("Content-Type", "").partition(";")[0]
    if not contents:
        assert not content, f"{what} with content, and OpenAPI lists none"
        return
    assert media_type in contents or "*/*" in contents, f"{what} as {media_type}, not {list(contents)} ({_REMEDY['media type']})"
    if media_type.endswith("json"):
        faults = [
            f"{'/'.join(map(str, error.instance_path)) or 'it'}: {error.message}"
            for error in _validator(name, status, media_type).iter_errors(json.loads(content))
        ]
        assert not faults, f"{what}, not as its schema says ({_REMEDY['answer']}): {faults[:5]}"


@cache
def _document() -> dict[str, Any]:
    return openapi_of(Gateway)


@cache
def _operations() -> dict[str, dict[str, Any]]:
    return {each["operationId"]: each for path in _document()["paths"].values() for each in path.values()}


@cache
def _addresses() -> MapAdapter:
    rules = [rule for name, route, _ in routes_of(Gateway) if route.documented for rule in [_rule(name, route)]]
    return Map(rules).bind("gateway")


def _rule(name: str, route: Route) -> Any:
    rule = route.get_url_rule()
    rule.endpoint = name
    return rule


def _operation_of(method: str, path: str) -> dict[str, Any] | None:
    try:
        name, _ = _addresses().match(path, method=method)
    except HTTPException:
        return None
    return _operations()[str(name)]


@cache
def _validator(name: str, status: str, media_type: str) -> Any:
    schema = _resolved(_operations()[name]["responses"][status])["content"][media_type]["schema"]
    named: dict[str, Any] = {}
    _name(schema, named)
    # With all of the document's components each takes twenty times as long to make.
    return jsonschema_rs.Draft202012Validator({**schema, "components": {"schemas": named}}, validate_formats=True)


def _name(node: Any, named: dict[str, Any]) -> None:
    """Put the schemas that a part of the document names, and those that they name, into ``named``."""
    if isinstance(node, list):
        for each in node:
            _name(each, named)
    elif isinstance(node, dict):
        for each in node.values():
            _name(each, named)
        reference = node.get("$ref")
        if isinstance(reference, str):
            place, _, name = reference.rpartition("/")
            assert place == "#/components/schemas", reference
            if name not in named:
                named[name] = _document()["components"]["schemas"][name]
                _name(named[name], named)


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    found: Any = _document()
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    resolved: dict[str, Any] = found
    return resolved
