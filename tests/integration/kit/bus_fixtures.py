"""A running pair of services on each of the two transports."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from services.kit.caller import CallContext, Caller
from tests.integration.kit.bus import Bus, DirectBus, PipedBus, ServiceProcess

ANN = CallContext(Caller("u-ann", "Ann", roles=frozenset({"sales"})))


@dataclass
class Running:
    """Two services that run, and the bus they are on."""

    bus: Bus
    process: ServiceProcess

    def call(self, method: str, *args: Any, context: CallContext = ANN, seconds: float = 20.0) -> Any:
        """Call ``"<service>.<method>"``."""
        service, _, name = method.partition(".")
        return self.bus.call(service, name, context.to_headers(), seconds, *args)

    def publish(self, *events: dict[str, Any], context: CallContext = ANN) -> None:
        self.bus.publish(list(events), context.to_headers())


@pytest.fixture(scope="module", params=["memory", "rabbitmq"])
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    """The services ``front`` and ``back``, in one process."""
    if request.param == "memory":
        process = ServiceProcess("l2c-memory://", "front", "back")
        process.wait_until_started()
        yield Running(PipedBus(process), process)
        process.close()
        return
    amqp_url: str = request.getfixturevalue("amqp_url")
    process = ServiceProcess(amqp_url, "front", "back")
    process.wait_until_started()
    bus = DirectBus(amqp_url)
    yield Running(bus, process)
    bus.close()
    process.close()
