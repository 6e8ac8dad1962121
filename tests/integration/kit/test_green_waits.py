"""psycopg yields to the other green threads while it waits for PostgreSQL.

In a process of its own: tests are not patched.
"""

import os
import subprocess
import sys

import pytest
from sqlalchemy.engine import make_url

PROGRAM = """
import eventlet
eventlet.monkey_patch()
import sys, time
from sqlalchemy import text
from services.kit.database import Database
database = Database(sys.argv[1], pool_size=4)
def sleep(_):
    with database.engine.connect() as connection:
        connection.execute(text("SELECT pg_sleep(1)"))
started = time.monotonic()
list(eventlet.GreenPool(4).imap(sleep, range(4)))
print(time.monotonic() - started)
"""


def _run(database_url: str, wait: str) -> subprocess.CompletedProcess[str]:
    url = make_url(database_url.format(service="notify")).render_as_string(hide_password=False)
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, url],
        env={**os.environ, "PSYCOPG_WAIT_FUNC": wait},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("wait", ["wait_selector", "wait_c"])
def test_four_queries_of_a_second_take_one_second(database_url: str, wait: str) -> None:
    finished = _run(database_url, wait)
    assert finished.returncode == 0, finished.stderr
    # Not a benchmark: one after the other they would take four seconds.
    assert float(finished.stdout) < 3
