"""A server program as a child process."""

import shutil
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from tests.servers.account import make_folder, new_run_folder
from tests.servers.process import ServerFailed, ServerProcess

ENVIRONMENT = {"PATH": "/usr/bin:/bin"}


@pytest.fixture
def folder() -> Iterator[Path]:
    place = new_run_folder()
    yield make_folder(place / "server")
    shutil.rmtree(place)


def shell(script: str, folder: Path) -> ServerProcess:
    return ServerProcess(["sh", "-c", script], folder=folder, environment=ENVIRONMENT)


def test_a_server_that_ends_while_it_starts_tells_its_status_and_what_it_said(folder: Path) -> None:
    with pytest.raises(ServerFailed, match=r"(?s)status 3.*the disk is full"):
        shell("echo the disk is full; exit 3", folder).start(lambda: False, seconds_max=30)


def test_a_server_that_is_not_ready_in_time_is_killed(folder: Path) -> None:
    server = shell("echo $$ > pid; exec sleep 60", folder)
    with pytest.raises(ServerFailed, match="not ready within"):
        server.start(lambda: False, seconds_max=0.5)
    assert not psutil.pid_exists(int((folder / "pid").read_text()))
    assert not server.is_running


def test_a_server_that_ignores_the_request_to_stop_is_killed(folder: Path) -> None:
    server = shell("trap '' TERM; touch deaf; while :; do :; done", folder)
    server.start((folder / "deaf").exists, seconds_max=30)
    assert server.is_running
    server.stop(signal.SIGTERM, seconds_max=0.5)
    assert not server.is_running


def test_a_server_starts_again_after_it_was_stopped(folder: Path) -> None:
    server = shell("echo once >> starts; exec sleep 60", folder)
    starts = folder / "starts"
    for written in ("once\n", "once\nonce\n"):
        server.start(partial(_holds, starts, written), seconds_max=30)
        server.stop(signal.SIGTERM, seconds_max=5)
    server.stop(signal.SIGTERM, seconds_max=5)  # asked twice, it does nothing


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text
