"""Work that keeps the processor busy leaves the green threads running."""

import subprocess
import sys

from services.kit.blocking import run_blocking

UNDER_EVENTLET = """
import eventlet
eventlet.monkey_patch()
import sys, time
from services.kit.blocking import run_blocking

ticks = 0

def tick():
    global ticks
    while True:
        eventlet.sleep(0.01)
        ticks += 1

eventlet.spawn(tick)
answer = run_blocking(eventlet.patcher.original("time").sleep, 0.5) or "slept"
print(answer, ticks > 10)
try:
    run_blocking(int, "no number")
except ValueError:
    print("raised")
"""


def test_elsewhere_the_function_is_simply_called() -> None:
    assert run_blocking(int, "11", base=2) == 3


def test_under_eventlet_others_go_on_meanwhile_and_errors_come_back() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", UNDER_EVENTLET], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["slept", "True", "raised"]
