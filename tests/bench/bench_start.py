"""How soon a process that was killed is back, and what a command costs, beside stock nameko's imports in the same run.

Prints a table; fails on no figure.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

import psutil

from deploy.local_cluster import PROCESSES, LocalCluster
from services.kit.settings import Settings
from tests.e2e.systems import health_ports
from tests.servers.rabbitmq import free_ports

TIMES: Final = 3
STOCK: Final = "import nameko.standalone.rpc, nameko.containers, nameko.web.server, sqlalchemy.orm, marshmallow"
"""What a service of nameko's that has a database and checks its input cannot be without."""
_CHECKOUT: Final = Path(__file__).resolve().parents[2]


class Cost(NamedTuple):
    """
    :ivar seconds: until it is ready, or done.
    :ivar processor_seconds: of it and its children meanwhile.
    """

    seconds: float
    processor_seconds: float


def of_command(*arguments: str) -> Cost:
    """Of a Python process, from its start to its end; whether it succeeds is not asked."""
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, *arguments], cwd=_CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(time.monotonic() - began, used.ru_utime + used.ru_stime)


def of_process(cluster: LocalCluster, name: str) -> Cost:
    """Of one of a running system's, killed and started again."""
    cluster.kill(name)
    began = time.monotonic()
    cluster.start(name)
    cluster.wait_until_ready(name)
    seconds = time.monotonic() - began
    process = psutil.Process(cluster.process_id(name))
    used = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return Cost(seconds, sum(each.user + each.system for each in used))


def typical(measure: Callable[[], Cost]) -> Cost:
    costs = [measure() for _ in range(TIMES)]
    return Cost(median(cost.seconds for cost in costs), median(cost.processor_seconds for cost in costs))


def test_how_soon_a_process_is_ready(database_url: str, amqp_url: str, celery_broker_url: str, tmp_path: Path) -> None:
    stock = typical(lambda: of_command("-W", "ignore", "-c", STOCK))

    def say(what: str, cost: Cost) -> None:
        ratio = cost.processor_seconds / stock.processor_seconds
        print(f"{what:<40}{cost.seconds:>7.2f} s {cost.processor_seconds:>9.2f} s of a processor {ratio:>6.2f} times stock")

    print()
    say("stock nameko's imports", stock)
    for command in (("--help",), ("health", "--address", "127.0.0.1:1"), ("asyncapi",)):
        say(f"l2c {command[0]}", typical(lambda command=command: of_command("-m", "deploy.cli", *command)))  # type: ignore[misc]  # a default binds it
    settings = Settings(
        database_url=database_url,
        amqp_url=amqp_url,
        celery_broker_url=celery_broker_url,
        files_folder=tmp_path / "files",
        http_address=f"127.0.0.1:{free_ports(1)[0]}",
        health_port_base=health_ports(),
        max_workers=8,
        log_format="plain",
    )
    with LocalCluster(settings, tmp_path) as cluster:
        cluster.start_all()
        for name in PROCESSES:
            say(f"l2c {' '.join(PROCESSES[name])}", typical(lambda name=name: of_process(cluster, name)))  # type: ignore[misc]  # as above
