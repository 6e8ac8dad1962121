"""The HTTP interface and the events' description are contracts, too."""

import inspect
import json
import re
from importlib import import_module, util
from typing import Any

import pytest
from marshmallow import fields
from nameko.exceptions import ConfigurationError
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from gateway.asyncapi import asyncapi, contracts_by_source
from gateway.http import Route, route
from gateway.openapi import openapi_of, routes_of
from gateway.permissions import PERMISSIONS
from gateway.routes.jobs import JOB_OWNERS, SERVICES_WITH_JOBS
from gateway.service import Gateway
from services.contracts.people import ROLES
from services.kit.bus.rpc import ServiceClient
from services.kit.schema import Schema
from services.kit.settings import SERVICES
from tests.contract.surfaces import GOLDEN, routes_text

PUBLIC = {
    "GET /",
    "GET /asyncapi.json",
    "GET /docs",
    "GET /docs/<name>",
    "GET /docs/openapi-3.0.json",
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",
    "GET /openapi.json",
    "GET /page/<name>",
    "GET /api/v1/session/oidc",
    "GET /api/v1/session/oidc/callback",
    "GET /api/v1/session/providers",
    "POST /api/v1/session",
}
"""Every route that anybody may call. One more is a decision, not a detail."""


def _routes() -> list[Route]:
    return [route for _, route, _ in routes_of(Gateway)]


def _line(each: Route) -> str:
    return f"{each.method} {each.url}"


def test_the_routes_are_as_promised() -> None:
    hint = "routes changed; if they shall: python -m tests.contract.surfaces, and read the diff"
    assert routes_text().splitlines() == (GOLDEN / "routes.txt").read_text("utf-8").splitlines(), hint


def test_every_route_names_a_permission_of_the_table_or_is_known_to_be_public() -> None:
    assert {_line(each) for each in _routes() if each.permission is None} == PUBLIC
    assert {each.permission for each in _routes()} - {None} <= PERMISSIONS.keys()


def test_every_permission_is_needed_by_a_route_and_held_by_a_role() -> None:
    assert {each.permission for each in _routes()} >= PERMISSIONS.keys()
    for permission, roles in PERMISSIONS.items():
        assert roles, permission
        assert roles <= ROLES.keys(), permission


def test_a_route_without_a_permission_does_not_start() -> None:
    with pytest.raises(ConfigurationError, match="names no permission"):
        route("GET", "/secrets")(_method)
    with pytest.raises(ConfigurationError, match=r"no\.such is no permission"):
        route("GET", "/secrets", permission="no.such")(_method)
    with pytest.raises(ConfigurationError):
        route("GET", "/secrets", permission="people.read", public=True)(_method)


def test_no_two_routes_answer_the_same() -> None:
    lines = [_line(each) for each in _routes()]
    assert len(lines) == len(set(lines))


def test_a_routes_method_takes_what_its_path_has() -> None:
    for name, each, method in routes_of(Gateway):
        taken = list(inspect.signature(method).parameters)
        assert taken == ["self", "request", *each.path_variables], name


@pytest.mark.parametrize(
    ("version", "validator"), [("3.1.0", OpenAPIV31SpecValidator), ("3.0.3", OpenAPIV30SpecValidator)], ids=["3.1", "3.0"]
)
def test_the_openapi_document_is_valid_json(version: str, validator: Any) -> None:
    document = json.loads(json.dumps(openapi_of(Gateway, version)))
    validator(document).validate()
    documented = [each for each in _routes() if each.documented]
    assert sum(len(path) for path in document["paths"].values()) == len(documented)


def test_a_change_of_what_was_seen_in_a_version_says_so_and_takes_the_tag_for_it() -> None:
    paths = openapi_of(Gateway)["paths"]
    changes = [each for each in routes_of(Gateway) if each[1].method != "POST" and "version" in _fields_of_body(each[1])]
    assert {"PUT", "PATCH", "DELETE"} == {each.method for _, each, _ in changes}
    for name, each, method in changes:
        operation = paths[re.sub(r"<(\w+)>", r"{\1}", each.url)][each.method.lower()]
        assert "If-Match" in {parameter["name"] for parameter in operation["parameters"]}, name
        assert "request.change" in inspect.getsource(method), f"{name} does not read the tag"


def test_every_route_of_payments_says_what_it_does() -> None:
    classes = [each for each in Gateway.__bases__ if isinstance(getattr(each, "payments", None), ServiceClient)]
    silent = [name for each in classes for name, _, method in routes_of(each) if not method.__doc__]
    assert (silent, len(classes) > 4) == ([], True)


def test_schemas_of_one_name_in_two_contracts_keep_apart() -> None:
    one = type("Twin", (Schema,), {"one": fields.String(), "__module__": "services.contracts.customer_calls"})
    other = type("Twin", (Schema,), {"other": fields.String(), "__module__": "services.contracts.billing_calls"})

    class Twins:
        @route("GET", "/one", permission="people.read", answer=one)
        def show_one(self, request: Any) -> Any: ...

        @route("GET", "/other", permission="people.read", answer=other)
        def show_other(self, request: Any) -> Any: ...

    schemas = openapi_of(Twins)["components"]["schemas"]
    assert schemas["Twin"]["properties"].keys() == {"one"}
    assert schemas["BillingTwin"]["properties"].keys() == {"other"}


def test_the_asyncapi_document_describes_every_event() -> None:
    document = asyncapi()
    assert document["asyncapi"] == "3.0.0"
    messages = document["components"]["messages"]
    assert messages.keys() == {f"{source}.{name}" for source, events in contracts_by_source() for name in events}
    for channel in document["channels"].values():
        for reference in channel["messages"].values():
            assert _resolved(document, reference["$ref"])["payload"]["properties"]["data"]["type"] == "object"
    for operation in document["operations"].values():
        assert operation["action"] in {"send", "receive"}
        assert _resolved(document, operation["channel"]["$ref"])["address"].endswith(".events")
    assert "$ref" not in str(messages), "payloads stand on their own"


def test_every_scheduled_job_can_be_started_and_every_job_watched() -> None:
    kinds = {
        service: import_module(f"services.{service}.tasks").tasks.kinds
        for service in SERVICES
        if util.find_spec(f"services.{service}.tasks") is not None
    }
    assert set(SERVICES_WITH_JOBS) == {service for service, each in kinds.items() if each}
    scheduled = {name: service for service, each in kinds.items() for name, kind in each.items() if kind.schedule is not None}
    assert scheduled == JOB_OWNERS


def _resolved(document: dict[str, Any], reference: str) -> dict[str, Any]:
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    assert isinstance(found, dict)
    return found


def _fields_of_body(each: Route) -> dict[str, fields.Field[Any]]:
    return each.body().fields if each.body is not None else {}


def _method(self: Any, request: Any) -> None:
    """Of no service."""
