"""A process that hangs ends, and says where it hung; one that works lives on."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAD = """
import sys
GREEN = {green}
if GREEN:
    import eventlet
    eventlet.monkey_patch()
import threading, time
from services.kit.pulse import Pulse
from services.kit.watchdog import Watchdog

pulse = Pulse("loop", 0.2)
watchdog = Watchdog(lambda: [pulse], seconds=0.6)
watchdog.start()

def turn(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pulse.beat()
        time.sleep(0.05)

turn(2.0)
sys.stderr.write("turned\\n")
sys.stderr.flush()
"""
BLOCKS = """
def hang_here():
    # Neither a green thread nor, as the interpreter's lock is held, another one goes on.
    import re
    re.match("(a+)+$", "a" * 64 + "b")

hang_here()
"""
IS_STUCK = """
def stand_here():
    time.sleep(60)

stand_here()
"""
ENDS_SLOWLY = """
watchdog.stop()
time.sleep(1.5)
"""


def _run(program: str, *, green: bool) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", HEAD.replace("{green}", str(green)) + program],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip  # options of one kind side by side


@pytest.mark.parametrize("green", [True, False], ids=["green", "threads"])
@pytest.mark.parametrize(("program", "place"), [(BLOCKS, "hang_here"), (IS_STUCK, "stand_here")], ids=["blocks", "is stuck"])
def test_a_process_that_hangs_ends_and_says_where(program: str, place: str, green: bool) -> None:
    ended = _run(program, green=green)
    assert ended.returncode == 1
    assert ended.stderr.startswith("turned\n"), "it lived while its loop turned"
    if not (green and program == IS_STUCK):  # a green thread that waits stands on no thread of the system's
        assert f"in {place}" in ended.stderr


@pytest.mark.parametrize("green", [True, False], ids=["green", "threads"])
def test_who_is_asked_to_end_may_take_the_time(green: bool) -> None:
    ended = _run(ENDS_SLOWLY, green=green)
    assert (ended.returncode, ended.stderr) == (0, "turned\n")
