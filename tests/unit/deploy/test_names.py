"""In a green process a name is asked of the system's resolver, and nobody else waits for it (decision 0042)."""

import subprocess
import sys
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[3]

# The resolver is the system's; only its slowness is made here. Which process is green can only be seen in one of its own.
GREEN: Final = """
import socket, time
def slow(host, port, family, type, proto, flags, ask=socket.getaddrinfo, wait=time.sleep):
    if host == "slow.invalid" and not flags & socket.AI_NUMERICHOST:
        wait(1.0)
        host = "127.0.0.1"
    return ask(host, port, family, type, proto, flags)
socket.getaddrinfo = slow
from deploy.launcher import make_green
make_green()
import eventlet, sys
turns = []
def turn():
    while True:
        turns.append(None)
        eventlet.sleep(0.01)
"""


def _run(program: str) -> str:
    command = [sys.executable, "-W", "ignore", "-c", GREEN + program]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout.strip()


def test_who_waits_for_a_name_keeps_nobody_else_waiting() -> None:
    said = _run(
        """
eventlet.spawn(turn)
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
socket.create_connection(("slow.invalid", listener.getsockname()[1]))
before = len(turns)
socket.getaddrinfo("slow.invalid", 80)
print(before > 5 and len(turns) - before > 5)
"""
    )
    assert said == "True"


def test_an_address_is_known_at_once() -> None:
    said = _run(
        """
addresses = [socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM)[0][4][0] for host in ("127.0.0.1", "::1")]
print(addresses, "eventlet.tpool" in sys.modules)
"""
    )
    assert said == "['127.0.0.1', '::1'] False"


def test_a_name_that_there_is_not_is_told_as_ever() -> None:
    said = _run(
        """
try:
    socket.getaddrinfo("no such name", 80)
except socket.gaierror as error:
    print(type(error).__name__, error.errno != socket.EAI_FAMILY)
"""
    )
    assert said == "gaierror True"
