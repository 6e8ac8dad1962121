"""The HTTP interface and the events' description are contracts, too."""

import inspect
import json
import re
from importlib import import_module, util
from typing import Any

import pytest
from marshmallow import fields, validate
from nameko.exceptions import ConfigurationError
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from gateway.http import Route, route
from gateway.openapi import openapi_of, routes_of
from gateway.openapi.shapes import operations_of
from gateway.permissions import PERMISSIONS
from gateway.routes.jobs import JOB_OWNERS, SERVICES_WITH_JOBS
from gateway.service import Gateway
from services.contracts.people import ROLES
from services.kit.schema import Schema
from services.kit.settings import SERVICES
from tests.contract.surfaces import GOLDEN, routes_text

PUBLIC = {
    "GET /",
    "GET /assets/<name>",
    "GET /asyncapi.json",
    "GET /docs",
    "GET /docs/<name>",
    "GET /docs/openapi-3.0.json",
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",
    "GET /icon.svg",
    "GET /openapi.json",
    "GET /api/v1/session/oidc",
    "GET /api/v1/session/oidc/callback",
    "GET /api/v1/session/providers",
    "POST /api/v1/session",
}
"""Every route that anybody may call. One more is a decision, not a detail."""


IN_ONE_ORDER = {
    "GET /api/v1/audit",
    "GET /api/v1/commission-statements",
    "GET /api/v1/commission-statements/missing",
}
"""A statement reads by day, and what every service wrote down by time; neither can be sorted."""


ONES_OWN = {"PUT /api/v1/session/password", "PUT /api/v1/list-views"}
"""What nobody else changes, and nobody sees."""


FORMLESS = {
    *{"definition", "facts", "form"},  # as definitions say, and what they are
    *{"after", "before", "changes"},  # of whatever was changed
    *{"details", "params", "problem", "results"},  # what the words beside them mention
}
"""What is an object of any fields."""


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
    needed = {permission for each in _routes() for permission in (each.permission, *each.further)}
    assert needed >= PERMISSIONS.keys()
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
    changes = [each for each in routes_of(Gateway) if each[1].takes_tag]
    assert {"POST", "PUT", "PATCH", "DELETE"} == {each.method for _, each, _ in changes}
    for name, each, method in changes:
        operation = paths[re.sub(r"<(\w+)>", r"{\1}", each.url)][each.method.lower()]
        assert "If-Match" in {parameter["name"] for parameter in operation["parameters"]}, name
        source = inspect.getsource(method)
        assert "request.change" in source or "request.expected_version" in source, f"{name} does not read the tag"


def test_every_route_says_what_it_does() -> None:
    silent = [name for name, each, method in routes_of(Gateway) if each.documented and not method.__doc__]
    assert silent == [], "give the method a docstring: its first sentence is what OpenAPI calls the operation"


def test_every_operation_lists_what_it_answers_and_who_may_ask() -> None:
    for operation in operations_of(openapi_of(Gateway)):
        name, responses = operation["operationId"], operation["responses"]
        assert "default" not in responses, name
        assert {"400", "500", "503"} <= responses.keys(), name
        if "x-permission" not in operation:
            assert operation["security"] == [], name
            continue
        assert operation["x-roles"] == sorted(PERMISSIONS[operation["x-permission"]]), name
        assert {"401", "403"} <= responses.keys(), name
        has_tag = any(parameter["name"] == "If-Match" for parameter in operation["parameters"])
        assert has_tag == ("412" in responses), name
        assert any(parameter["in"] == "path" for parameter in operation["parameters"]) <= ("404" in responses), name


def test_every_refusal_in_openapi_has_an_example_in_each_language() -> None:
    responses = openapi_of(Gateway)["components"]["responses"]
    for name, response in responses.items():
        examples = response["content"]["application/problem+json"]["examples"]
        assert examples.keys() == {"zh", "en"}, name
        assert examples["zh"]["value"]["detail"] != examples["en"]["value"]["detail"], name
        assert examples["zh"]["value"]["type"] == examples["en"]["value"]["type"], name
        assert {"Trace-Id", "Content-Language"} <= response["headers"].keys(), name
    assert "Retry-After" in responses["TooMany"]["headers"]
    assert "Retry-After" in responses["Away"]["headers"]


def test_what_is_asked_for_and_answered_is_told_apart() -> None:
    schemas = openapi_of(Gateway)["components"]["schemas"]
    asked, answered = schemas["InvoiceInformation"], schemas["InvoiceInformationShown"]
    assert "required" not in asked, "what is left out of a request stands for itself"
    assert set(answered["required"]) == answered["properties"].keys(), "of an answer all is there"
    assert "required" not in schemas["Condition"], "but for what may lack"


def test_no_body_needs_the_version_that_the_tag_may_name() -> None:
    document = openapi_of(Gateway)
    taking_a_tag = 0
    for operation in operations_of(document):
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body is not None and "If-Match" in {parameter["name"] for parameter in operation["parameters"]}:
            taking_a_tag += 1
            schema = document["components"]["schemas"][body["schema"]["$ref"].rpartition("/")[2]]
            assert "version" not in schema.get("required", ()), operation["operationId"]
    assert taking_a_tag > 20
    assert document["components"]["schemas"]["AddCustomer"]["required"] == ["name"]


def test_what_two_people_may_edit_has_a_version_that_a_change_names() -> None:
    for _, each, _ in routes_of(Gateway):
        if each.method in {"PUT", "PATCH"} and _line(each) not in ONES_OWN:
            assert each.takes_tag, f"{_line(each)} overwrites what another has changed: let its body have a `version`"
            assert each.answer is not None, _line(each)
            assert "version" in each.answer().fields, f"{_line(each)} answers no version, and so no ETag for the next change"


def test_every_post_takes_an_idempotency_key() -> None:
    for operation in operations_of(openapi_of(Gateway)):
        named = {parameter["name"] for parameter in operation["parameters"]}
        is_post = operation["operationId"] in {name for name, each, _ in routes_of(Gateway) if each.method == "POST"}
        assert ("Idempotency-Key" in named) == (is_post and "x-permission" in operation), operation["operationId"]


def test_every_list_takes_a_size_a_sort_and_a_cursor_and_gives_the_next() -> None:
    pages = 0
    for _, each, _ in routes_of(Gateway):
        answered = each.answer().fields if each.answer is not None else {}
        if "next_cursor" not in answered or each.method != "GET":
            continue
        pages += 1
        asked = each.query().fields if each.query is not None else {}
        wanted = {"page_size", "cursor"} if _line(each) in IN_ONE_ORDER else {"page_size", "cursor", "sort"}
        assert wanted <= asked.keys(), f"{_line(each)} is a page; let its query be a PageQuery"
        (bound,) = [check for check in asked["page_size"].validators if isinstance(check, validate.Range)]
        assert (bound.min, bound.max) == (1, 200), _line(each)
    assert pages > 40


def test_schemas_of_one_name_in_two_contracts_are_refused() -> None:
    one = type("Twin", (Schema,), {"one": fields.String(), "__module__": "services.contracts.customer_calls"})
    other = type("Twin", (Schema,), {"other": fields.String(), "__module__": "services.contracts.billing_calls"})

    class Twins:
        @route("GET", "/one", permission="people.read", answer=one)
        def show_one(self, request: Any) -> Any: ...

        @route("GET", "/other", permission="people.read", answer=other)
        def show_other(self, request: Any) -> Any: ...

    with pytest.raises(ValueError, match=r"billing_calls and services\.contracts\.customer_calls have a Twin each"):
        openapi_of(Twins)


def test_no_schema_is_called_by_a_file() -> None:
    names = openapi_of(Gateway)["components"]["schemas"].keys()
    assert [name for name in names if not re.fullmatch("([A-Z][a-z]+)+", name)] == []


def test_only_what_a_process_or_a_rule_decides_has_no_form_of_its_own() -> None:
    formless = {
        name
        for schema in openapi_of(Gateway)["components"]["schemas"].values()
        for name, each in schema.get("properties", {}).items()
        if each.get("items", each).get("additionalProperties") == {}
    }
    assert formless == FORMLESS, "programs read nothing out of these: say the fields"


def test_every_scheduled_job_can_be_started_and_every_job_watched() -> None:
    kinds = {
        service: import_module(f"services.{service}.tasks").tasks.kinds
        for service in SERVICES
        if util.find_spec(f"services.{service}.tasks") is not None
    }
    assert set(SERVICES_WITH_JOBS) == {service for service, each in kinds.items() if each}
    scheduled = {name: service for service, each in kinds.items() for name, kind in each.items() if kind.schedule is not None}
    assert scheduled == JOB_OWNERS


def _method(self: Any, request: Any) -> None:
    """Of no service."""
