"""How quick the gateway answers, in both modes, beside stock nameko in the same run. Prints a table; fails on no figure."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from deploy.local_cluster import PROCESSES, LocalCluster
from deploy.office import Office
from tests.bench.load import Figures, measure
from tests.e2e.systems import EmbeddedSystem
from tests.servers.kept import KeptRabbitmq
from tests.servers.rabbitmq import free_ports

SECONDS = 8.0
CONNECTIONS = (1, 50)
_CHECKOUT = Path(__file__).resolve().parents[2]


def say(what: str, figures: Figures) -> None:
    print(f"{what:<64}{figures.per_second:>8.0f}/s   p50 {figures.p50_ms:>7.1f} ms   p99 {figures.p99_ms:>7.1f} ms", end="")
    print(f"   {figures.failed} failed" if figures.failed else "")


@contextmanager
def constant(amqp_url: str, port: int, *parts: str) -> Iterator[subprocess.Popen[str]]:
    """A process of :mod:`tests.bench.constant_process`, up."""
    command = [sys.executable, "-m", "tests.bench.constant_process", amqp_url, str(port), *parts]
    with subprocess.Popen(command, cwd=_CHECKOUT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.terminate()


def measure_baseline(name: str, port: int) -> None:
    for connections in CONNECTIONS:
        figures = measure(f"127.0.0.1:{port}", "/constant", {}, connections=connections, seconds=SECONDS)
        say(f"{name}: stock nameko, one RPC, {connections} connections", figures)


def measure_calls(name: str, amqp_url: str, *parts: str) -> None:
    for threads in CONNECTIONS:
        with constant(amqp_url, free_ports(1)[0], *parts, f"calls:{threads}") as caller:
            assert caller.stdout is not None
            say(f"{name}: RPC, {threads} at once", Figures(**json.loads(caller.stdout.readline())))


def measure_gateway(name: str, base_url: str) -> None:
    office = Office(base_url)
    client = office.desk("zhang.wei").client
    customer = client.post("/customers", {"name": f"{name}测速有限公司"})
    for connections in CONNECTIONS:
        figures = measure(
            base_url.removeprefix("http://"),
            f"/api/v1/customers/{customer['id']}",
            {"Cookie": client.cookie},
            connections=connections,
            seconds=SECONDS,
        )
        say(f"{name}: GET /api/v1/customers/{{id}}, {connections} connections", figures)
    office.close()


def test_embedded(tmp_path: Path) -> None:
    system = EmbeddedSystem(tmp_path / "var")
    print()
    measure_calls("embedded", "l2c-memory:///bench", "kit")
    (port,) = free_ports(1)
    with constant("l2c-memory:///bench", port, "back", "front"):
        measure_baseline("embedded", port)
    try:
        system.start("--story")
        print(f"embedded: {psutil.Process(system.process_id).memory_info().rss / 2**20:.0f} MB resident after the story")
        measure_gateway("embedded", system.base_url)
        print(f"embedded: {psutil.Process(system.process_id).memory_info().rss / 2**20:.0f} MB resident after the load")
    finally:
        system.stop()


def test_distributed(cluster: LocalCluster, rabbitmq: KeptRabbitmq) -> None:
    print()
    amqp_url = rabbitmq.url
    with constant(amqp_url, free_ports(1)[0], "kit"):
        measure_calls("distributed", amqp_url)
    (port,) = free_ports(1)
    with constant(amqp_url, free_ports(1)[0], "back"), constant(amqp_url, port, "front"):
        measure_baseline("distributed", port)
    measure_gateway("distributed", cluster.base_url)
    sizes = {name: psutil.Process(cluster.process_id(name)).memory_info().rss / 2**20 for name in PROCESSES}
    print("distributed: resident MB: " + ", ".join(f"{name} {size:.0f}" for name, size in sizes.items()))
