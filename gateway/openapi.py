"""OpenAPI, made from the routes' declarations and the very schemas that validate (spec, gateway.md, "HTTP conventions")."""

import inspect
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

from gateway.http import AS_OF_HEADER, Route
from gateway.idempotency import HEADER as IDEMPOTENCY_HEADER
from gateway.problem import MEDIA_TYPE as PROBLEM
from services.contracts import gateway_calls
from services.kit.schema import register_openapi_fields

TITLE: Final = "L2C"
VERSION: Final = "1"

_DESCRIPTION: Final = """Lead-to-cash: the funnel, approvals, billing, payments and notifications.

Ids are UUIDs, money and prices decimal strings in CNY, instants UTC (RFC 3339), months `YYYY-MM`. Lists page by `page_size` (at
most 200) and the opaque `cursor`. Errors are RFC 9457 problems with a stable `code`, in the language that `Accept-Language`
asks for (zh, en)."""

_PATH_VARIABLE: Final = re.compile(r"<(\w+)>")


def routes_of(service_class: type) -> Iterator[tuple[str, Route, Any]]:
    """Every route of a gateway class: the method's name, the route, the method."""
    for name, method in inspect.getmembers(service_class, inspect.isfunction):
        for entrypoint in getattr(method, ENTRYPOINT_EXTENSIONS_ATTR, ()):
            if isinstance(entrypoint, Route):
                yield name, entrypoint, method


def openapi_of(service_class: type, openapi_version: str = "3.1.0") -> dict[str, Any]:
    """The document.

    :param openapi_version: ``3.0.3`` for tools that cannot read 3.1.
    """
    names = _SchemaNames()
    plugin = MarshmallowPlugin(schema_name_resolver=names.name_of)
    spec = APISpec(
        TITLE,
        VERSION,
        openapi_version,
        plugins=[plugin],
        info={"description": _DESCRIPTION},
        security=[{"session": []}, {"token": []}],
    )
    register_openapi_fields(plugin)
    spec.components.security_scheme(
        "session",
        {"type": "apiKey", "in": "cookie", "name": "l2c_session", "description": "With X-CSRF-Token where something changes."},
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.response(
        "Problem",
        {"description": "What went wrong", "content": {PROBLEM: {"schema": gateway_calls.Problem}}},
    )
    routes = sorted(routes_of(service_class), key=lambda each: (each[1].url, each[1].method))
    for name, route, method in routes:
        if route.documented:
            path = _PATH_VARIABLE.sub(r"{\1}", route.url)
            spec.path(path=path, operations={route.method.lower(): _operation(name, route, method)})
    document: dict[str, Any] = spec.to_dict()
    return document


def _operation(name: str, route: Route, method: Any) -> dict[str, Any]:
    documentation = inspect.cleandoc(method.__doc__ or name.replace("_", " ").capitalize()).replace("``", "`")
    summary, _, description = documentation.partition("\n\n")
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": " ".join(summary.split()),
        "tags": [route.url.removeprefix("/api/v1").split("/")[1].split(".")[0]],
        "parameters": _parameters(route),
        "responses": {str(route.status): _success(route), "default": "Problem"},
    }
    if description:
        operation["description"] = description
    if route.permission is None:
        operation["security"] = []
    else:
        operation["x-permission"] = route.permission
    if route.upload:
        operation["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}
    elif route.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": route.body}}}
    return operation


def _success(route: Route) -> dict[str, Any]:
    response: dict[str, Any] = {"description": HTTPStatus(route.status).phrase}
    if route.answer is not None:
        response["content"] = {"application/json": {"schema": route.answer}}
    elif route.media_type != "application/json":
        response["content"] = {route.media_type: {"schema": {"type": "string"}}}
    return response


def _parameters(route: Route) -> list[Any]:
    parameters: list[Any] = [
        {
            "in": "path",
            "name": variable,
            "required": True,
            "schema": {"type": "string", "format": "uuid"} if variable.endswith("id") else {"type": "string"},
        }
        for variable in route.path_variables
    ]
    if route.query is not None:
        parameters.append({"in": "query", "schema": route.query})
    if route.method == "POST" and not route.upload and route.permission is not None:
        parameters.append(_header(IDEMPOTENCY_HEADER, "The same key gives the first answer again; with another body, 409."))
    if route.method != "POST" and route.body is not None and "version" in route.body().fields:
        parameters.append(_header("If-Match", "The ETag that was answered before, in place of `version`; 409 if it has changed."))
    elif route.method == "PATCH":
        parameters.append(_header("If-Match", "The ETag that was answered before; 412 if it has changed since."))
    if route.upload:
        parameters.append(_header("X-Filename", "The file's name, percent-encoded UTF-8."))
    if not route.real_time:
        parameters.append(_header(AS_OF_HEADER, "The instant that counts as now, where the system lets callers choose it."))
    return parameters


def _header(name: str, description: str) -> dict[str, Any]:
    return {"in": "header", "name": name, "required": False, "description": description, "schema": {"type": "string"}}


class _SchemaNames:
    """Names in the document: the class's; where two contracts have one of the same name, the later with its context before it."""

    def __init__(self) -> None:
        self._taken: dict[str, type[Schema]] = {}

    def name_of(self, schema: Any) -> Any:
        schema_class = schema if isinstance(schema, type) else type(schema)
        name = schema_class.__name__
        if self._taken.setdefault(name, schema_class) is not schema_class:
            context = schema_class.__module__.rpartition(".")[2].removesuffix("_calls")
            name = context.capitalize() + name
            if self._taken.setdefault(name, schema_class) is not schema_class:
                raise ValueError(f"two schemas are called {name}")
        return name
