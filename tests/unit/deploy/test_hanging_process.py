"""A process of services ends when what blocks it does not end; one that works does not."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[3]

PROGRAM: Final = """
from deploy import cli, launcher
launcher.make_green()
import re, sys
from functools import partial
import eventlet
from deploy import distributed
from services.kit.bus import consumer
from services.kit.settings import Settings
from services.kit.telemetry import configure_logging
from services.kit.watchdog import Watchdog

consumer._TURN_SECONDS_MAX = 2.0
distributed.Watchdog = partial(Watchdog, seconds=2.0)

def hang_here():
    re.match("(a+)+$", "a" * 64 + "b")

def when_it_is_up():
    eventlet.sleep(6.0)
    sys.stderr.write("still up\\n")
    hang_here()

distributed.pass_over_start_up = lambda: eventlet.spawn(when_it_is_up)
settings = Settings.from_environment()
configure_logging(settings)
distributed.run_services(settings, ["notify"])
"""


def test_a_service_that_hangs_ends_and_says_where(tmp_path: Path) -> None:
    settings = {
        "L2C_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/{service}",
        "L2C_AMQP_URL": "l2c-memory://",
        "L2C_CELERY_BROKER_URL": "memory://",
        "L2C_VAR": str(tmp_path),
        "L2C_FILES_FOLDER": str(tmp_path),
        "L2C_HEALTH_PORT_BASE": "0",
    }
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        cwd=CHECKOUT, env={**os.environ, **settings}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip  # options of one kind side by side
    before, _, after = ended.stderr.partition("still up\n")
    assert ended.returncode == 1, ended.stderr
    assert "service notify is up" in before
    assert "in hang_here" in after
