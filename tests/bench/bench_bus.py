"""What the bus carries, in memory and on RabbitMQ. Prints a table; fails on no figure."""

import subprocess
import sys
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("transport", ["memory", "rabbitmq"])
def test_the_bus(transport: str, request: pytest.FixtureRequest) -> None:
    amqp_url = "l2c-memory://" if transport == "memory" else request.getfixturevalue("amqp_url")
    print(f"\n{transport}", flush=True)
    subprocess.run([sys.executable, "-m", "tests.bench.bus_process", amqp_url], cwd=_CHECKOUT, check=True)
