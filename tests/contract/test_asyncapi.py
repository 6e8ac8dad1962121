"""The description of the events is right, and its examples are events."""

import json
from typing import Any

import jsonschema_rs
import pytest
from asyncapi3 import AsyncAPI3

from gateway.asyncapi import EXAMPLES, asyncapi, contracts_by_source, examples_of
from tests.published_events import assert_of_the_shape_of_its_example, usage_from_outside

MESSAGES: dict[str, dict[str, Any]] = asyncapi()["components"]["messages"]
EVENTS = [(source, name, contract) for source, events in contracts_by_source() for name, contract in events.items()]
NAMES = [f"{source}.{name}" for source, name, _ in EVENTS]


def test_the_document_is_valid_asyncapi_with_no_reference_to_nothing() -> None:
    document = json.loads(json.dumps(asyncapi()))
    assert document["asyncapi"] == "3.0.0"
    AsyncAPI3.model_validate(document)


def test_it_describes_every_event() -> None:
    document = asyncapi()
    assert document["components"]["messages"].keys() == {f"{source}_{name}" for source, name, _ in EVENTS}
    for channel in document["channels"].values():
        for reference in channel["messages"].values():
            assert _resolved(document, reference["$ref"])["payload"]["properties"]["data"]["type"] == "object"
    for operation in document["operations"].values():
        assert operation["action"] in {"send", "receive"}
        assert _resolved(document, operation["channel"]["$ref"])["address"].endswith(".events")
    assert "$ref" not in str(document["components"]["messages"]), "payloads stand on their own"


@pytest.mark.parametrize(("source", "name", "contract"), EVENTS, ids=NAMES)
def test_every_event_has_an_example_that_its_contract_takes(source: str, name: str, contract: Any) -> None:
    example = examples_of(source).get(name)
    assert example is not None, (
        f"{EXAMPLES / source}.json has no {name}: run a test that has it published with L2C_RECORD_EVENTS=lines, and then "
        "`python -m tests.published_events lines`"
    )
    payload = MESSAGES[f"{source}_{name}"]["payload"]
    validator = jsonschema_rs.Draft7Validator(payload, validate_formats=True)
    faults = [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in validator.iter_errors(example)]
    assert not faults, faults
    contract.schema().load(example["data"])


def test_usage_from_outside_is_of_the_shape_of_its_example() -> None:
    assert_of_the_shape_of_its_example(usage_from_outside(), "external")


def test_an_event_of_another_shape_than_its_example_is_noticed() -> None:
    event = json.loads(json.dumps(examples_of("customer")["customer_added"]))
    for change in ({"name": 1}, {"colour": "red"}):
        with pytest.raises(AssertionError, match=r"customer\.customer_added"):
            assert_of_the_shape_of_its_example({**event, "data": {**event["data"], **change}})
    del event["data"]["name"]
    with pytest.raises(AssertionError, match="in the example alone"):
        assert_of_the_shape_of_its_example(event)


def test_no_example_is_of_an_event_that_there_is_not() -> None:
    written = {f"{path.stem}.{name}" for path in EXAMPLES.glob("*.json") for name in examples_of(path.stem)}
    assert written == set(NAMES)


def _resolved(document: dict[str, Any], reference: str) -> dict[str, Any]:
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    assert isinstance(found, dict)
    return found
