"""OpenAPI, made from the routes' declarations and the very schemas that validate (spec, gateway.md, "HTTP conventions")."""

import inspect
import re
from collections.abc import Iterator
from typing import Any, Final

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

from gateway.http import AS_OF_HEADER, Route
from gateway.idempotency import HEADER as IDEMPOTENCY_HEADER
from gateway.openapi.answers import JSON, add_problems, answers_of, fields_of
from gateway.openapi.examples import NO_WORD, Examples, id_for, word_for
from gateway.openapi.shapes import (
    SchemaNames,
    operations_of,
    require_what_is_always_answered,
    resolved,
    without_null,
)
from gateway.permissions import PERMISSIONS
from services.kit.openapi_fields import register_openapi_fields

TITLE: Final = "L2C"
VERSION: Final = "1"

_DESCRIPTION: Final = """Lead-to-cash: the funnel, approvals, billing, payments and notifications.

Ids are UUIDs, money and prices decimal strings in CNY, instants UTC (RFC 3339), months `YYYY-MM`. Lists page by `page_size` (at
most 200) and the opaque `cursor`. Errors are RFC 9457 problems with a stable `code`, in the language that `Accept-Language`
asks for (zh, en).

Each operation lists every status that it answers with; a method that an address does not take is 405 with `Allow`.
`x-permission` is the permission that an operation needs: of a token, one of its scopes; of a person, what one of the roles in
`x-roles` gives."""

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
    names = SchemaNames()
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
    add_problems(spec)
    routes = sorted(routes_of(service_class), key=lambda each: (each[1].url, each[1].method))
    for name, route, method in routes:
        if route.documented:
            path = _PATH_VARIABLE.sub(r"{\1}", route.url)
            spec.path(path=path, operations={route.method.lower(): _operation(name, route, method)})
    document: dict[str, Any] = spec.to_dict()
    require_what_is_always_answered(document)
    _let_tags_stand_for_versions(document)
    _add_examples(document)
    return document


def _operation(name: str, route: Route, method: Any) -> dict[str, Any]:
    documentation = inspect.cleandoc(method.__doc__ or name.replace("_", " ").capitalize()).replace("``", "`")
    summary, _, description = documentation.partition("\n\n")
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": " ".join(summary.split()),
        "tags": [route.url.removeprefix("/api/v1").split("/")[1].split(".")[0]],
        "parameters": _parameters(route),
        "responses": answers_of(route),
    }
    if description:
        operation["description"] = description
    if route.permission is None:
        operation["security"] = []
    else:
        operation["x-permission"] = route.permission
        operation["x-roles"] = sorted(PERMISSIONS[route.permission])
        if route.further:
            operation["x-further-permissions"] = list(route.further)
    if route.upload:
        content = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": {route.media_type: content}}
    elif route.body is not None:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": route.body}}}
    return operation


def _parameters(route: Route) -> list[Any]:
    parameters: list[Any] = [_path_variable(route, variable) for variable in route.path_variables]
    if route.query is not None:
        parameters.append({"in": "query", "schema": route.query})
    if route.takes_key:
        words = "The same key gives the first answer again; with another body, 409."
        parameters.append(_header(IDEMPOTENCY_HEADER, words, minLength=1, maxLength=200))
    if route.takes_tag:
        in_place = ", in place of `version`" if "version" in fields_of(route.body) else ""
        words = f"The ETag that was answered before{in_place}; 412 if it has changed since."
        parameters.append(_header("If-Match", words, pattern=r'^(W/)?"[0-9]+"$', example='"3"'))
    if route.upload:
        parameters.append(_header("X-Filename", "The file's name, percent-encoded UTF-8."))
    if route.ranges:
        parameters.append(_header("Range", "Which part of the file.", example="bytes=0-1023"))
        parameters.append(_header("If-None-Match", "The ETag that was answered before; 304 if it is still that."))
    if not route.real_time:
        words = "The instant that counts as now, where the system lets callers choose it."
        parameters.append(_header(AS_OF_HEADER, words, format="date-time"))
    return parameters


def _path_variable(route: Route, variable: str) -> dict[str, Any]:
    # What the variable is depends on what it stands behind: "bank-mappings.code".
    inside = route.url.partition(f"/<{variable}>")[0].rpartition("/")[2]
    if variable == "id" or variable.endswith("_id"):
        schema: dict[str, Any] = {"type": "string", "format": "uuid"}
        example = id_for(variable)
    else:
        schema = {"type": "string", "minLength": 1}
        word = word_for(schema, variable, inside)
        example = variable if word is NO_WORD else word
    return {"in": "path", "name": variable, "required": True, "schema": schema, "example": example}


def _header(name: str, description: str, *, example: str | None = None, **schema: Any) -> dict[str, Any]:
    header = {"in": "header", "name": name, "required": False, "description": description, "schema": {"type": "string", **schema}}
    return header if example is None else {**header, "example": example}


def _let_tags_stand_for_versions(document: dict[str, Any]) -> None:
    """No body needs the ``version`` that ``If-Match`` may name; a change that neither names is refused by field."""
    for operation in operations_of(document):
        content = operation.get("requestBody", {}).get("content", {}).get(JSON)
        if content is not None and any(parameter["name"] == "If-Match" for parameter in operation["parameters"]):
            body = resolved(content["schema"], document["components"]["schemas"])
            required = [name for name in body.pop("required", ()) if name != "version"]
            if required:
                body["required"] = required


def _add_examples(document: dict[str, Any]) -> None:
    """Of every body, every answer and every parameter of a query."""
    examples = Examples(document["components"]["schemas"])
    for operation in operations_of(document):
        for parameter in operation["parameters"]:
            if parameter["in"] == "query":
                parameter["schema"] = without_null(parameter["schema"])
                parameter["example"] = examples.of(parameter["schema"], parameter["name"], ("query",))
        for holder in (operation.get("requestBody", {}), *operation["responses"].values()):
            content = holder.get("content", {}).get(JSON)
            if content is not None:
                content["example"] = examples.of(content["schema"])
