"""What each service shows to the others: its calls, the queues it listens on, the events it says.

``python -m tests.contract.surfaces`` writes the golden files anew, to be read in the diff: every change in them is a change of a
contract, and other services, or an older version of this one, may depend on the line that goes.
"""

import inspect
import json
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from marshmallow import Schema, fields

from gateway.openapi import routes_of
from gateway.permissions import PERMISSIONS
from gateway.service import Gateway
from services.kit.bus.events import EventHandler
from services.kit.bus.rpc import Rpc
from services.kit.outbox import EventContracts
from services.kit.settings import SERVICES

GOLDEN: Final = Path(__file__).parent / "golden"


def surface_of(service: str) -> dict[str, Any]:
    """A service's surface, JSON-able and in a fixed order."""
    service_class = _service_class(service)
    calls, queues = {}, []
    for name, method in inspect.getmembers(service_class, inspect.isfunction):
        for entrypoint in getattr(method, "nameko_entrypoints", ()):
            if isinstance(entrypoint, Rpc):
                calls[name] = [parameter for parameter in inspect.signature(method).parameters if parameter != "self"]
            elif isinstance(entrypoint, EventHandler):
                queues.append(f"evt-{entrypoint.source_service}-{entrypoint.event_type}--{service}.{name}")
    return {"calls": calls, "queues": sorted(queues), "events": _events(service)}


def events_from_outside() -> dict[str, Any]:
    """What other systems may publish to us."""
    return {"events": _events("external")}


def routes_text() -> str:
    """Every HTTP route with the permission it needs, and below them who has each permission, a line each."""
    routes = [f"{route.method} {route.url}  {route.permission or 'public'}\n" for _, route, _ in routes_of(Gateway)]
    permissions = [f"{permission}  {' '.join(sorted(roles))}\n" for permission, roles in PERMISSIONS.items()]
    return "".join([*sorted(routes), "\n", *sorted(permissions)])


def golden_text(surface: dict[str, Any]) -> str:
    return json.dumps(surface, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _service_class(service: str) -> type:
    module = import_module(f"services.{service}.service")
    return next(value for value in vars(module).values() if isinstance(value, type) and getattr(value, "name", None) == service)


def _events(module: str) -> dict[str, Any]:
    contracts: EventContracts = import_module(f"services.contracts.{module}").EVENTS
    return {name: {"version": contract.version, "data": _shape(contract.schema())} for name, contract in contracts.items()}


def _shape(schema: Schema) -> dict[str, Any]:
    return {name: _field(field) for name, field in schema.fields.items()}


def _field(field: fields.Field[Any]) -> Any:
    if isinstance(field, fields.List):
        return [_field(field.inner)]
    if isinstance(field, fields.Nested):
        return _shape(field.schema)
    return type(field).__name__ + (" or null" if field.allow_none else "") + ("" if field.required else ", may lack")


def main() -> None:
    """Write the golden files."""
    GOLDEN.mkdir(exist_ok=True)
    for service in SERVICES:
        (GOLDEN / f"{service}.json").write_text(golden_text(surface_of(service)), "utf-8")
    (GOLDEN / "external.json").write_text(golden_text(events_from_outside()), "utf-8")
    (GOLDEN / "routes.txt").write_text(routes_text(), "utf-8")


if __name__ == "__main__":
    main()
