"""AsyncAPI 3.0: the events that leave through the outboxes, made from the contracts' own schemas.

The examples are events that the end-to-end tests have seen published (``tests/e2e/published.py``), ids and days made the same.
"""

import json
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

import services.contracts
from services.kit.envelope import SPEC_VERSION
from services.kit.openapi_fields import register_openapi_fields
from services.kit.outbox import EventContract

EXAMPLES: Final = Path(services.contracts.__path__[0]) / "event_examples"

_ENVELOPE: Final[dict[str, Any]] = {
    "specversion": {"const": SPEC_VERSION},
    "id": {"type": "string", "format": "uuid", "description": "What consumers deduplicate by."},
    "source": {"type": "string", "description": "The service, or the system outside, that says so."},
    "type": {"type": "string"},
    "subject": {"type": "string", "description": "The id of the aggregate it is about."},
    "time": {"type": "string", "format": "date-time"},
    "datacontenttype": {"const": "application/json"},
    "contractversion": {"type": "integer"},
    "aggregateversion": {
        "type": "integer",
        "description": "An older fact never overwrites a newer one; 0 where that is no matter.",
    },
    "traceparent": {"type": "string", "description": "CloudEvents' extension: the trace in which it became true (W3C)."},
}
_FROM_OUTSIDE: Final = "external"
_REQUIRED: Final = ["specversion", "id", "source", "type", "subject", "time", "data"]


def contracts_by_source() -> Iterator[tuple[str, dict[str, EventContract]]]:
    """Every source of events with its contracts: the services, the gateway, and what comes from outside (``external``)."""
    for module in sorted(pkgutil.iter_modules(services.contracts.__path__), key=lambda each: each.name):
        events = getattr(import_module(f"services.contracts.{module.name}"), "EVENTS", None)
        if events:
            yield module.name, events


@cache
def examples_of(source: str) -> dict[str, dict[str, Any]]:
    """Event type → an event of it as it was published."""
    path = EXAMPLES / f"{source}.json"
    examples: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return examples


def asyncapi() -> dict[str, Any]:
    """The document: one channel a source, a topic exchange ``<source>.events`` whose routing key is the event's type."""
    plugin = MarshmallowPlugin(schema_name_resolver=_no_name)
    APISpec("events", "1", "3.1.0", plugins=[plugin])  # the plugin needs one to belong to
    register_openapi_fields(plugin)
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for source, events in contracts_by_source():
        references = {}
        for event_type, contract in sorted(events.items()):
            name = f"{source}_{event_type}"
            messages[name] = _message(source, event_type, contract, plugin)
            references[event_type] = {"$ref": f"#/components/messages/{name}"}
        channels[source] = {
            "address": f"{source}.events",
            "description": "A durable topic exchange; the routing key is the event's type.",
            "messages": references,
            "bindings": {
                "amqp": {"is": "routingKey", "exchange": {"name": f"{source}.events", "type": "topic", "durable": True}}
            },
        }
        action = "receive" if source == _FROM_OUTSIDE else "send"
        operations[f"{action}_{source}"] = {
            "action": action,
            "channel": {"$ref": f"#/channels/{source}"},
        }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "L2C events", "version": "1", "description": "CloudEvents 1.0 in JSON, at least once, in any order."},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }


def _no_name(_schema: Any) -> str:
    return ""  # a schema without a name is written out where it stands


def _message(source: str, event_type: str, contract: EventContract, plugin: MarshmallowPlugin) -> dict[str, Any]:
    data = _inlined(plugin, contract)
    payload: dict[str, Any] = {
        "type": "object",
        "required": _REQUIRED,
        "properties": {**_ENVELOPE, "type": {"const": event_type}, "data": data},
    }
    if source != _FROM_OUTSIDE:
        payload["properties"]["source"] = {"const": source}
    documentation = contract.schema.__doc__ or ""
    example = examples_of(source).get(event_type)
    return {
        "name": event_type,
        "title": event_type.replace("_", " ").capitalize(),
        "summary": " ".join(documentation.split("\n\n")[0].split()),
        "contentType": "application/json",
        "payload": payload,
        **({} if example is None else {"examples": [{"name": event_type, "payload": example}]}),
    }


def _inlined(plugin: MarshmallowPlugin, contract: EventContract) -> dict[str, Any]:
    assert plugin.converter is not None
    schema: dict[str, Any] = plugin.converter.schema2jsonschema(contract.schema())  # type: ignore[no-untyped-call]  # apispec
    return schema
