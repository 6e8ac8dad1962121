"""The publisher of requests and replies over a real broker, in a green process of its own: tests are not patched."""

import os
import subprocess
import sys

PROGRAM = """
import eventlet
eventlet.monkey_patch()
import sys
from services.kit.bus.deadlines import Deadline
from services.kit.bus.transient import TransientPublisher

came_back, lost = [], []
publisher = TransientPublisher(
    sys.argv[1], "amq.direct", on_returned=came_back.append, on_lost=lambda: lost.append("lost")
)

def send(correlation_id):
    publisher.publish(
        "{}", routing_key="nowhere", headers={}, deadline=Deadline(10), mandatory=True, correlation_id=correlation_id
    )

def until_back(count):
    with eventlet.Timeout(10):
        while len(came_back) < count:
            eventlet.sleep(0.01)

"""


def run_green(program: str, amqp_url: str) -> str:
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM + program, amqp_url],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


def test_only_its_reader_reads_the_connection(amqp_url: str) -> None:
    """py-amqp looks for a notice of being blocked before it publishes, if the broker agreed to send any."""
    program = """
send("1")
until_back(1)
line = publisher._line
line._reader.kill()
send("2")
eventlet.sleep(0.2)
send("3")
print(came_back)
"""
    assert run_green(program, amqp_url) == "['1']"


def test_a_connection_that_a_sender_finds_lost_is_dropped_while_its_reader_waits(amqp_url: str) -> None:
    """It ended the process: a service of the cluster, when its broker was restarted under load."""
    program = """
send("1")
until_back(1)
line = publisher._line
def refuse(*_):
    raise ConnectionResetError("the broker hung up")
line.send = refuse
try:
    send("2")
except ConnectionError as error:
    print(type(error).__name__, lost)
eventlet.sleep(0.2)
send("3")
until_back(2)
print(came_back)
"""
    assert run_green(program, amqp_url).splitlines() == ["Unconfirmed ['lost']", "['1', '3']"]
