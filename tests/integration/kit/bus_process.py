"""Runs services of :mod:`bus_services` until the socket that it was given closes; does on its bus what the socket says.

``python -m tests.integration.kit.bus_process <socket's number> SERVICE…``, with settings in the environment. The memory transport
lives in this process alone, so its tests drive it through here; see :class:`tests.integration.kit.bus.PipedBus`.
"""

import warnings

warnings.simplefilter("ignore")  # eventlet says that it is deprecated
import eventlet  # noqa: E402  # nothing may be imported before it has patched

eventlet.monkey_patch()

import json  # noqa: E402
import logging  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
from typing import Any, TextIO  # noqa: E402

from nameko.runners import ServiceRunner  # noqa: E402

from services.kit.bus.calls import RemoteFault, error_to_wire  # noqa: E402
from services.kit.settings import Settings  # noqa: E402
from tests.integration.kit.bus import DirectBus  # noqa: E402
from tests.integration.kit.bus_services import Back, Front  # noqa: E402

_log = logging.getLogger(__name__)


def main(socket_number: int, names: list[str]) -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    settings = Settings.from_environment()
    runner = ServiceRunner({"AMQP_URI": settings.amqp_url, "max_workers": settings.max_workers, "L2C": settings})
    for service in (Front, Back):
        if service.name in names:
            runner.add_service(service)
    stream = socket.socket(fileno=socket_number).makefile("rw")
    eventlet.spawn(_run, runner, stream)
    bus = DirectBus(settings.amqp_url)
    for line in stream:
        request = json.loads(line)
        if request["operation"] == "stop":
            runner.stop()
            _say(stream, {"stopped": True})
        else:
            eventlet.spawn(_do, bus, stream, request)


def _run(runner: ServiceRunner, stream: TextIO) -> None:
    try:
        runner.start()
        _say(stream, {"started": True})
        runner.wait()
    except Exception as error:
        _log.exception("a container died")
        _say(stream, {"died": f"{type(error).__name__}: {error}"})


def _do(bus: DirectBus, stream: TextIO, request: dict[str, Any]) -> None:
    answer: dict[str, Any]
    try:
        result = getattr(bus, request["operation"])(*request["arguments"])
    except RemoteFault as fault:
        answer = {"fault": [fault.service, fault.method, fault.exc_type, fault.message]}
    except Exception as error:
        answer = {"error": error_to_wire(error)}
    else:
        answer = {"result": result}
    _say(stream, {"number": request["number"], "answer": answer})


def _say(stream: TextIO, message: dict[str, Any]) -> None:
    stream.write(json.dumps(message) + "\n")
    stream.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
