"""A connection that never falls idle shows all the same that its process lives. In a green process of its own."""

import os
import subprocess
import sys

PROGRAM = """
import eventlet
eventlet.monkey_patch()
import logging, sys, time
from types import SimpleNamespace
from nameko.containers import ServiceContainer
from nameko.testing.services import entrypoint_hook
from services.kit.bus import consumer
from services.kit.bus.rpc import ServiceClient, rpc

consumer._HEARTBEAT_SECONDS = 1
lost = []
logging.getLogger("kombu.mixins").addFilter(lost.append)

class Echo:
    name = "echo"

    @rpc
    def say(self, word):
        return word

class Asker:
    name = "asker"
    echo = ServiceClient("echo")

    @rpc
    def ask_for(self, seconds):
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            self.echo.say("yes")
            eventlet.sleep(0.02)

config = {"AMQP_URI": sys.argv[1], "L2C": SimpleNamespace(rpc_timeout_seconds=10, has_bus_users=False)}
containers = [ServiceContainer(service, config) for service in (Echo, Asker)]
for container in containers:
    container.start()
with entrypoint_hook(containers[1], "ask_for") as ask_for:
    ask_for(8)
print(len(lost))
for container in containers:
    container.stop()
"""


def test_who_takes_answers_without_a_pause_is_not_taken_for_dead(amqp_url: str) -> None:
    """Whoever only takes them sends nothing by itself; kombu looks for heartbeats when nothing comes."""
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, amqp_url],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.strip() == "0", finished.stderr
