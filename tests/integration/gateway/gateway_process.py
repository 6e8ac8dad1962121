"""A gateway, and behind it a service for its tests, in a process of their own. Settings come from the environment.

Says ``ready`` on standard output when it answers; ends when it is told to.
"""

import sys
import time
from typing import Any

import eventlet
from marshmallow import fields
from nameko.containers import ServiceContainer
from nameko.extensions import DependencyProvider
from werkzeug.wrappers import Response

from deploy.stopping import StopRequest
from gateway.http import UPLOAD_BYTES_MAX, ApiRequest, route
from gateway.service import Gateway
from services.kit.bus.rpc import CurrentContext, ServiceClient, rpc
from services.kit.errors import Conflict, TooMany
from services.kit.health import SettingsProvider
from services.kit.schema import Schema, load
from services.kit.settings import Settings
from services.kit.storage import file_store
from services.kit.telemetry import configure_logging
from tests.integration.gateway.passwords import hash_cheaply


class Thing(Schema):
    """What the service for tests makes."""

    name = fields.String(required=True)
    size = fields.Integer(required=True, strict=True)


class Made(DependencyProvider):  # type: ignore[misc]  # nameko has no types
    """What was made, over all calls."""

    made: list[str] = []  # noqa: RUF012  # one for the process

    def get_dependency(self, worker_ctx: Any) -> list[str]:
        return self.made


class Workshop:
    """A service behind the gateway."""

    name = "workshop"
    made = Made()
    context = CurrentContext()

    @rpc
    def make(self, thing: dict[str, Any]) -> Any:
        if thing.get("name") == "taken":
            raise Conflict("login_taken", login="taken")
        if thing.get("name") == "slow":
            self.made.append("slow begun")
            eventlet.sleep(float(thing["size"]))
        loaded = load(Thing, thing)
        self.made.append(loaded["name"])
        return {"name": loaded["name"], "number": len(self.made), "version": len(self.made)}

    @rpc
    def show_context(self) -> Any:
        return {**self.context.to_headers(), "made": len(self.made)}

    @rpc
    def break_down(self) -> Any:
        raise RuntimeError("a secret of the workshop")

    @rpc
    def refuse_for_now(self) -> Any:
        raise TooMany("too_many_sign_ins", seconds=7)


class WorkshopRoutes:
    """Its routes."""

    made: Any = Made()
    settings: Settings = SettingsProvider()
    workshop = ServiceClient("workshop")
    nowhere = ServiceClient("nowhere")

    @route("POST", "/things", permission="people.read", body=Thing, answer=Thing, status=201)
    def make_thing(self, request: ApiRequest) -> Any:
        return self.workshop.make(request.body)

    @route("GET", "/things/<thing_id>", permission="people.read")
    def show_thing(self, request: ApiRequest, thing_id: str) -> Any:
        return {"id": thing_id, "query": request.query}

    @route("GET", "/context", permission="people.read")
    def show_context(self, request: ApiRequest) -> Any:
        return self.workshop.show_context()

    @route("POST", "/uploads", permission="people.read", upload=True, max_bytes=1_000_000, status=201)
    def upload(self, request: ApiRequest) -> Any:
        size = 0
        while piece := request.stream.read(65536):
            size += len(piece)
        self.made.append(request.file_name)
        return {"size": size, "name": request.file_name}

    @route("POST", "/stored-uploads", permission="people.read", upload=True, status=201)
    def store_upload(self, request: ApiRequest) -> Any:
        stored = file_store(self.settings).save(request.stream, max_bytes=UPLOAD_BYTES_MAX)
        return {"size": stored.size_bytes, "sha256": stored.sha256}

    @route("GET", "/busy-with", permission="people.read")
    def show_what_is_slow(self, request: ApiRequest) -> Any:
        return {"slow": self.made.count("slow begun")}

    @route("GET", "/uploads", permission="people.read")
    def list_uploads(self, request: ApiRequest) -> Any:
        return {"names": self.made}

    @route("GET", "/broken", permission="people.read")
    def break_down(self, request: ApiRequest) -> Any:
        return self.workshop.break_down()

    @route("GET", "/busy", permission="people.read")
    def refuse_for_now(self, request: ApiRequest) -> Any:
        return self.workshop.refuse_for_now()

    @route("GET", "/nowhere", permission="people.read")
    def ask_nobody(self, request: ApiRequest) -> Any:
        return self.nowhere.anything()

    @route("GET", "/late", permission="people.read")
    def wait_too_long(self, request: ApiRequest) -> Any:
        return self.workshop.make({"name": "slow", "size": 6})

    @route("GET", "/ticks", permission="people.read", media_type="text/event-stream")
    def tick(self, request: ApiRequest) -> Any:
        request.http.environ["eventlet.minimum_write_chunk_size"] = 1
        return Response((f"data: {time.time()}\n\n" for _ in range(3)), content_type="text/event-stream")


class GatewayWithWorkshop(WorkshopRoutes, Gateway):
    """The gateway as it is, and the routes above."""


def main() -> None:
    hash_cheaply()
    settings = Settings.from_environment()
    configure_logging(settings)
    containers = []
    for service in (Workshop, GatewayWithWorkshop):
        container = ServiceContainer(service, {**settings.nameko_config("gateway"), "AMQP_URI": settings.amqp_url})
        container.start()
        containers.append(container)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    StopRequest().wait()
    for container in reversed(containers):
        container.stop()
