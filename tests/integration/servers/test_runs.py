"""Whole runs of pytest of their own: what their workers share, and that nothing is left when they end."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.servers.databases import TestDatabases
from tests.servers.fixtures import AMQP_URL_VARIABLE, DATABASE_URL_VARIABLE

CHECKOUT = Path(__file__).resolve().parents[3]
WAIT_SECONDS_MAX = 120

TELL = """
import json
from pathlib import Path

def tell(worker_id, **facts):
    part = Path(f"{worker_id}.part")
    part.write_text(json.dumps({name: str(value) for name, value in facts.items()}))
    part.rename(f"{worker_id}.json")  # nobody reads half of it
"""


class InnerRun:
    """A run of pytest in a folder of its own, on tests written there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def running(self, test: str, *options: str, **variables: str) -> Iterator["subprocess.Popen[str]"]:
        """A run for the time of a ``with``, which does not outlive it."""
        (self.folder / "test_inner.py").write_text(TELL + test)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("L2C_", "PYTEST_"))}
        pytest_here: list[str | Path] = [
            *(sys.executable, "-m", "pytest", "-q", "-c", CHECKOUT / "pyproject.toml", "-p", "no:cacheprovider"),
            *("--rootdir", self.folder, "--basetemp", self.folder / "basetemp", "-p", "tests.servers.fixtures"),
        ]
        with subprocess.Popen(
            [*pytest_here, *options, "test_inner.py"],
            cwd=self.folder, env={**environment, "PYTHONPATH": str(CHECKOUT), **variables},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        ) as process:  # fmt: skip  # the keywords of a call, not a list to scan
            try:
                yield process
            finally:
                process.kill()

    def finish(self, test: str, *options: str, **variables: str) -> None:
        """A run from beginning to end, all of whose tests must pass."""
        with self.running(test, *options, **variables) as process:
            output, _ = process.communicate()
        assert process.returncode == 0, output

    def told(self) -> dict[str, dict[str, str]]:
        """What the tests told, by worker."""
        return {path.stem: json.loads(path.read_text()) for path in self.folder.glob("*.json")}


@pytest.fixture
def inner(tmp_path: Path) -> InnerRun:
    return InnerRun(tmp_path)


def traces_of(run_folder: str) -> list[str]:
    """What is left of a run: its folder, and processes that live in it or name it."""
    left = [run_folder] if Path(run_folder).exists() else []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        facts: dict[str, Any] = process.info
        if run_folder in " ".join([*(facts["cmdline"] or []), facts["cwd"] or ""]):
            left.append(f"{process.pid} {facts['cmdline']}")
    return left


def wait_until(happened: Callable[[], bool]) -> None:
    give_up = time.monotonic() + WAIT_SECONDS_MAX
    while not happened():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.05)


def test_workers_share_servers_but_neither_databases_nor_virtual_hosts_and_leave_nothing_behind(inner: InnerRun) -> None:
    test = """
def test_it(worker_id, run_folder, database_url, amqp_url, celery_broker_url):
    tell(worker_id, run=run_folder, database=database_url, amqp=amqp_url, jobs=celery_broker_url)
"""
    inner.finish(test, "--dist=each", "--tx=2*popen")
    first, second = inner.told().values()
    assert first["run"] == second["run"]
    assert first["amqp"].rpartition("/")[0] == second["amqp"].rpartition("/")[0]
    assert len({first["amqp"], second["amqp"], first["jobs"], second["jobs"]}) == 4
    assert first["database"] != second["database"]
    assert traces_of(first["run"]) == []


def test_a_run_that_is_killed_leaves_no_server_behind(inner: InnerRun) -> None:
    test = """
import time

def test_it(worker_id, run_folder, database_url):
    tell(worker_id, run=run_folder)
    time.sleep(600)
"""
    with inner.running(test) as process:
        wait_until(lambda: bool(inner.told()))
        run = inner.told()["master"]["run"]
        assert any("postgres" in trace for trace in traces_of(run))
        process.kill()
    wait_until(lambda: traces_of(run) == [])


def test_tests_that_ask_for_no_server_start_no_process(inner: InnerRun) -> None:
    test = """
def test_it(worker_id, run_folder):
    tell(worker_id, run=run_folder, files=sorted(path.name for path in run_folder.iterdir()))
"""
    inner.finish(test)
    facts = inner.told()["master"]
    assert facts["files"] == "['lifeline']"
    assert traces_of(facts["run"]) == []


@pytest.fixture
def given_server(shared_databases: TestDatabases) -> Iterator[str]:
    """A server as a developer would name it, and the proof that it is left as it was."""
    with create_engine(shared_databases.server_url, poolclass=NullPool).connect() as connection:
        query = text("SELECT oid FROM pg_database WHERE datname NOT LIKE 't\\_%'")
        before = connection.scalars(query).all()
        url = connection.engine.url.set(database="SERVICE").render_as_string(hide_password=False)
        yield url.replace("SERVICE", "{service}")
        assert connection.scalars(query).all() == before


def test_servers_that_are_given_are_used_and_left_as_they_were(inner: InnerRun, given_server: str, fresh_amqp_url: str) -> None:
    test = """
def test_broker(worker_id, run_folder, amqp_url, celery_broker_url, fresh_databases):
    tell(worker_id, amqp=amqp_url, jobs=celery_broker_url, database=fresh_databases)
    assert not (run_folder / "keeper.lock").exists(), "a server was started though one was given"
"""
    inner.finish(test, **{DATABASE_URL_VARIABLE: given_server, AMQP_URL_VARIABLE: fresh_amqp_url})
    facts = inner.told()["master"]
    assert facts["amqp"] == facts["jobs"] == fresh_amqp_url
    assert facts["database"].endswith(given_server.partition("?")[2])


def test_one_virtual_host_is_not_given_to_several_workers(inner: InnerRun) -> None:
    with inner.running("", "-n", "2", **{AMQP_URL_VARIABLE: "amqp://somewhere/one"}) as process:
        output, _ = process.communicate()
    assert "put {worker} into it" in output
    assert process.returncode == pytest.ExitCode.USAGE_ERROR
