"""The health port: what it says of a process that lives, of one that hangs, and of one that has not what it needs."""

import json
import os
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Counter

from services.kit.listening import PortTaken, open_listener
from services.kit.probes import Probes, ProbeServer
from services.kit.pulse import Pulse
from services.kit.readiness import Checks, readiness
from services.kit.settings import HEALTH_PORTS, Settings

ANY_PORT = Settings("postgresql+psycopg://x/{service}", "l2c-memory://", "memory://", Path("files"), health_port_base=0)


class Clock:
    """Goes on when it is told to."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def fine() -> dict[str, object]:
    return {"outbox_waiting": 3}


def broken() -> dict[str, object]:
    raise OSError("no route")


@contextmanager
def port_of(pulse: Pulse, checks: Checks) -> Iterator[str]:
    registry = CollectorRegistry()
    Counter("l2c_tries", "Tries", registry=registry).inc(4)
    server = ProbeServer(ANY_PORT, "relay", Probes(lambda: [pulse], lambda: readiness("relay", checks), registry))
    server.start()
    host, port = server.address
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def ask(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  # it is ours
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_process_that_works_lives_is_ready_and_counts() -> None:
    with port_of(Pulse("loop", 60.0), {"customer": fine}) as url:
        status, live = ask(f"{url}/health/live")
        assert (status, json.loads(live)["status"]) == (200, "ok")
        status, ready = ask(f"{url}/health/ready")
        checks = {"customer": {"ok": True, "outbox_waiting": 3}}
        assert (status, json.loads(ready)) == (200, {"service": "relay", "ready": True, "checks": checks})
        status, metrics = ask(f"{url}/metrics")
        assert status == 200
        assert "l2c_tries_total 4.0" in metrics
        assert ask(f"{url}/health")[0] == 404


def test_a_loop_that_hangs_is_no_life_whoever_answers() -> None:
    clock = Clock()
    pulse = Pulse("loop", 60.0, clock)
    with port_of(pulse, {}) as url:
        clock.seconds = 60.0
        assert ask(f"{url}/health/live")[0] == 200
        clock.seconds = 61.0
        status, live = ask(f"{url}/health/live")
        loops = {"loop": {"alive": False, "seconds_ago": 61.0}}
        assert (status, json.loads(live)) == (503, {"status": "hangs", "loops": loops})
        pulse.beat()
        assert ask(f"{url}/health/live")[0] == 200


def test_what_is_missing_is_named() -> None:
    with port_of(Pulse("loop", 60.0), {"customer": fine, "billing": broken}) as url:
        status, ready = ask(f"{url}/health/ready")
        assert status == 503
        assert json.loads(ready)["checks"]["billing"] == {"ok": False, "error": "OSError: no route"}


def test_who_finds_a_port_taken_is_told_by_whom() -> None:
    with open_listener("127.0.0.1", 0, remedy="") as first:
        port = first.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"127\.0\.0\.1:{port} is taken by process {os.getpid()} \(.*\); end one"):
            open_listener("127.0.0.1", port, remedy="end one")
    open_listener("127.0.0.1", port, remedy="").close()


def test_an_address_that_is_not_here_is_refused_as_such() -> None:
    with pytest.raises(OSError, match="assign") as caught:
        open_listener("203.0.113.1", 0, remedy="")
    assert not isinstance(caught.value, PortTaken)


def test_it_listens_on_ipv6_where_that_is_said() -> None:
    with open_listener("::1", 0, remedy="") as listener:
        assert listener.family == socket.AF_INET6


def test_every_process_has_a_port_of_its_own() -> None:
    settings = Settings("x", "x", "x", Path("x"), health_port_base=8101)
    assert [settings.health_port_of(process) for process in HEALTH_PORTS] == list(range(8101, 8109))
    assert {ANY_PORT.health_port_of(process) for process in HEALTH_PORTS} == {0}
