"""The routes of a context as OpenAPI documents them, with what a request to each could look like."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from uuid import uuid4

from gateway.openapi import openapi_of, routes_of
from gateway.service import Gateway
from services.kit.bus.rpc import ServiceClient

API: Final = "/api/v1"
FIRST: Final = "0"
"""In a field's path: the first entry of a list."""
_OF_CUSTOMERS: Final = (
    "/customers",
    "/customer-",
    "/search",
    "/products",
    "/accounts",
    "/contracts",
    "/signatures",
    "/follow-ups",
    "/policies",
)
_OF_MESSAGES: Final = ("/messages", "/counters", "/places", "/policies/notifications")
_OF_PROCESSES: Final = ("/process", "/tasks", "/deputies", "/drafts", "/attachments")
_BY_FORMAT: Final = {"date": "2026-03-10", "date-time": "2026-03-10T10:00:00+08:00", "decimal": "0.50"}

Json = Mapping[str, Any]


@dataclass(frozen=True)
class DocumentedRoute:
    """A route.

    :param path: below ``/api/v1``, with ``{variables}``.
    :param body: the schema of its JSON body, references resolved; ``None`` without one.
    """

    method: str
    path: str
    path_variables: tuple[str, ...]
    query: tuple[str, ...]
    body: Json | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def at(self, **ids: str) -> str:
        """The path with these ids in it, and new ones for the rest."""
        return self.path.format(**{name: ids.get(name) or str(uuid4()) for name in self.path_variables})

    def sample(self) -> Any:
        """A body of the right shape, with what is required, or everything where nothing is."""
        return None if self.body is None else _sample(self.body)

    def fields(self) -> Iterator[tuple[str, ...]]:
        """The paths of all fields of the body."""
        if self.body is not None:
            yield from _fields(self.body, ())


def customer_routes() -> list[DocumentedRoute]:
    """All of the customer context's routes but uploads, and but the one that needs workflow (test_startable_processes.py)."""
    others = {*_paths_of("billing"), "/customers/{customer_id}/startable-processes"}
    return _routes(lambda path: path.startswith(_OF_CUSTOMERS) and path not in others)


def process_routes() -> list[DocumentedRoute]:
    """All of workflow's routes but uploads."""
    return _routes(lambda path: path.startswith(_OF_PROCESSES))


def channel_routes() -> list[DocumentedRoute]:
    """All routes about the channels that messages go over."""
    return _routes(lambda path: path.startswith("/message-preferences"))


def billing_routes(*, uploads: bool = False) -> list[DocumentedRoute]:
    """All routes that have billing alone behind them: uploads, or all others."""
    return _routes(_paths_of("billing").__contains__, uploads=uploads)


def payment_routes(*, uploads: bool = False) -> list[DocumentedRoute]:
    """All routes that have payments alone behind them: uploads, or all others."""
    return _routes(_paths_of("payments").__contains__, uploads=uploads)


def message_routes() -> list[DocumentedRoute]:
    """All routes of inboxes, and of notify's policy."""
    return _routes(lambda path: path.startswith(_OF_MESSAGES))


def _paths_of(service: str) -> set[str]:
    """Of the routes whose class calls this service and no other, whatever the deadlines (``payments_files``)."""
    return {
        re.sub(r"<(\w+)>", r"{\1}", found.url.removeprefix(API))
        for mixin in Gateway.__bases__
        if {name.partition("_")[0] for name, value in vars(mixin).items() if isinstance(value, ServiceClient)} == {service}
        for _, found, _ in routes_of(mixin)
    }


@cache
def described() -> dict[str, Any]:
    """The gateway's description; made once, as it takes a fifth of a second. To look at, not to change."""
    return openapi_of(Gateway)


def _routes(is_wanted: Callable[[str], bool], *, uploads: bool = False) -> list[DocumentedRoute]:
    document = described()
    schemas: Json = document["components"]["schemas"]
    found = []
    for url, operations in document["paths"].items():
        path = url.removeprefix(API)
        # A list's file is made of the list's own route, questions and all (gateway.list_files): what is wrong is told as there.
        if not is_wanted(path) or f"{API}{path}".removesuffix(".xlsx") in document["paths"].keys() - {url}:
            continue
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            if uploads != bool(content and "application/json" not in content):
                continue
            parameters = operation.get("parameters", [])
            schema = content["application/json"]["schema"] if content and not uploads else None
            found.append(
                DocumentedRoute(
                    method.upper(),
                    path,
                    tuple(each["name"] for each in parameters if each["in"] == "path"),
                    tuple(each["name"] for each in parameters if each["in"] == "query"),
                    schema and _resolved(schema, schemas),
                )
            )
    return found


def _resolved(schema: Json, schemas: Json) -> Json:
    if "$ref" in schema:
        return _resolved(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    resolved = dict(schema)
    if "properties" in schema:
        resolved["properties"] = {name: _resolved(each, schemas) for name, each in schema["properties"].items()}
    if "items" in schema:
        resolved["items"] = _resolved(schema["items"], schemas)
    return resolved


def _sample(schema: Json) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    kinds = schema.get("type")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if kind == "object":
        properties = schema.get("properties", {})
        # A version may stand in ``If-Match`` instead, so it is not required; here it stands in the body.
        needed = {*schema.get("required", ()), *({"version"} & properties.keys())}
        names = needed or properties.keys()
        return {name: _sample(each) for name, each in properties.items() if name in names}
    if kind == "array":
        return [_sample(schema["items"])]
    if kind in ("integer", "boolean"):
        return 1 if kind == "integer" else True
    return _BY_FORMAT.get(schema.get("format", ""), str(uuid4()) if schema.get("format") == "uuid" else "1380")


def _fields(schema: Json, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, each in schema.get("properties", {}).items():
        yield (*above, name)
        yield from _fields(each, (*above, name))
    if "properties" in schema.get("items", {}):
        yield from _fields(schema["items"], (*above, FIRST))
