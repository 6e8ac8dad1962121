"""Examples of the HTTP interface are true: each is what the schema that it stands for takes or gives."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from gateway.openapi import openapi_of, routes_of
from gateway.openapi.examples import NO_WORD, needs_word, word_for
from gateway.openapi.shapes import operations_of
from gateway.service import Gateway
from services.kit.errors import InvalidInput
from services.kit.schema import load

DOCUMENT = openapi_of(Gateway)
SCHEMAS = DOCUMENT["components"]["schemas"]
BODIES = [(name, route) for name, route, _ in routes_of(Gateway) if route.documented and route.body is not None]
QUERIES = [(name, route) for name, route, _ in routes_of(Gateway) if route.documented and route.query is not None]


def _operation(name: str) -> dict[str, Any]:
    return next(each for each in operations_of(DOCUMENT) if each["operationId"] == name)


def _json_contents() -> Iterator[tuple[str, dict[str, Any]]]:
    for operation in operations_of(DOCUMENT):
        for holder in (operation.get("requestBody", {}), *operation["responses"].values()):
            if content := holder.get("content", {}).get("application/json"):
                yield operation["operationId"], content


def test_every_text_has_a_word_that_says_what_it_is() -> None:
    lacking = sorted(
        {
            f"{schema_name}.{name}"
            for schema_name, schema in SCHEMAS.items()
            for name, each in schema.get("properties", {}).items()
            if needs_word(each.get("items", each)) and word_for(each, name, schema_name) is NO_WORD
        }
        | {
            f"{operation['operationId']}: {parameter['name']}"
            for operation in operations_of(DOCUMENT)
            for parameter in operation["parameters"]
            if parameter["in"] != "header" and needs_word(parameter["schema"]) and parameter["example"] == parameter["name"]
        }
    )
    assert not lacking, f"give each an example in gateway/openapi/examples.yaml, or in the field's metadata: {lacking}"


@pytest.mark.parametrize(("name", "route"), BODIES, ids=[name for name, _ in BODIES])
def test_the_example_of_a_body_is_taken_by_the_schema_that_validates(name: str, route: Any) -> None:
    example = _operation(name)["requestBody"]["content"]["application/json"]["example"]
    try:
        load(route.body, example)
    except InvalidInput as refused:
        pytest.fail(f"gateway/openapi/examples.yaml: {route.body.__name__} refuses {refused.fields} in {example}")


@pytest.mark.parametrize(("name", "route"), QUERIES, ids=[name for name, _ in QUERIES])
def test_the_examples_of_a_query_are_taken_by_the_schema_that_validates(name: str, route: Any) -> None:
    example = {each["name"]: each["example"] for each in _operation(name)["parameters"] if each["in"] == "query"}
    try:
        load(route.query, example)
    except InvalidInput as refused:
        pytest.fail(f"gateway/openapi/examples.yaml: {route.query.__name__} refuses {refused.fields} in {example}")


@pytest.mark.parametrize(("name", "content"), list(_json_contents()), ids=[name for name, _ in _json_contents()])
def test_every_example_is_what_its_own_schema_says(name: str, content: dict[str, Any]) -> None:
    root = {**content["schema"], "components": DOCUMENT["components"]}
    validator = jsonschema_rs.Draft202012Validator(root, validate_formats=True)
    faults = [
        f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in validator.iter_errors(content["example"])
    ]
    assert not faults, f"gateway/openapi/examples.yaml: {name}: {faults}"
