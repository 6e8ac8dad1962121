"""Everything in one process: PostgreSQL beside it, the bus, the services, their relays and their jobs inside.

Imported in green processes only.
"""

import fcntl
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import eventlet
from pythonjsonlogger.json import JsonFormatter

from deploy.catalogue import CONTAINERS, GATEWAY, services_with_tasks
from deploy.containers import Containers
from deploy.control import ControlSocket
from deploy.embedded_settings import SEALING_KEYS, embedded_settings
from deploy.garbage import pass_over_start_up
from deploy.operations import perform
from deploy.postgresql import EmbeddedPostgresql, connections_needed
from deploy.relays import Relays
from deploy.stopping import StopRequest
from deploy.subscriptions import LostEvents
from deploy.workers import EmbeddedBeat, EmbeddedWorker, app_with_tasks
from services.kit.listening import PortTaken
from services.kit.migration import bring_up_to_date
from services.kit.sealing import make_key_file
from services.kit.server_urls import WORKER
from services.kit.settings import SERVICES, Settings, SettingsError
from services.kit.telemetry import configure_logging
from services.kit.tracing import configure_tracing, finish_tracing

_log = logging.getLogger(__name__)


class AlreadyRunning(Exception):
    """Another process serves this folder."""


class Embedded:
    """The embedded system.

    :param var: where it keeps its data.
    :param allow_as_of: see :class:`Settings`.
    """

    def __init__(self, var: Path, *, allow_as_of: bool) -> None:
        self._var = var.resolve()
        self._allow_as_of = allow_as_of
        self._undo = ExitStack()
        self.settings: Settings
        self.stop_request = StopRequest()
        self.failed = False

    def start(self) -> None:
        """Bring everything up; after this the gateway answers.

        :raises AlreadyRunning: if another process serves this folder.
        """
        self._var.mkdir(parents=True, exist_ok=True)
        self._undo.enter_context(_lock(self._var))
        configure_tracing()
        self._undo.callback(finish_tracing)
        make_key_file(self._var / SEALING_KEYS)
        self._start_database()
        self._start_services()

    def wait(self) -> None:
        """Until somebody asks the process to end, or a part that it needs has failed."""
        self.stop_request.wait()

    def stop(self) -> None:
        """End what was started, the last first. Work under way is finished; what waits stays in the databases."""
        self._undo.close()

    def _start_database(self) -> None:
        self.settings = self._undo.enter_context(_database(self._var, allow_as_of=self._allow_as_of))
        _log_to(self._var / "l2c.log", self.settings)
        for service in CONTAINERS:
            bring_up_to_date(service, self.settings)
        _log.info("databases are up to date")

    def _start_services(self) -> None:
        # The services bind their queues first; then comes what the last process's bus took with it, then what is new; then the
        # gateway opens, and at last the jobs, which may be long.
        self._add(Containers(self.settings, SERVICES, self._fail))
        again = LostEvents(self.settings).publish()
        if again:
            _log.info("%d events of before the start are published again", again)
        self._add(Relays(self.settings, CONTAINERS))
        gateway = Containers(self.settings, [GATEWAY], self._fail)
        jobs = app_with_tasks(self.settings, services_with_tasks(), user=WORKER)
        self._add(EmbeddedWorker(jobs))
        self._add(EmbeddedBeat(jobs, self._var / "schedule"))
        self._add(gateway)
        self._add(ControlSocket(self._var, partial(perform, self.settings)))
        pass_over_start_up()

    def _add(self, part: Any) -> None:
        self._undo.callback(_stop, part)
        part.start()

    def _fail(self) -> None:
        self.failed = True
        self.stop_request.request()


@contextmanager
def database_alone(var: Path) -> Iterator[Settings]:
    """The database of an embedded system that does not run, new or old, for the time of a ``with``; nobody can start it then.

    :raises AlreadyRunning: if it runs.
    """
    var = var.resolve()
    var.mkdir(parents=True, exist_ok=True)
    with _lock(var), _database(var, allow_as_of=False) as settings:
        yield settings


def run_embedded(var: Path, *, allow_as_of: bool, when_up: Callable[[Settings], None]) -> int:
    """Run until asked to end.

    :param when_up: called in a green thread of its own once the gateway answers.
    :returns: the process's exit status.
    """
    system = Embedded(var, allow_as_of=allow_as_of)
    try:
        system.start()
        first_steps = eventlet.spawn(_take_first_steps, system, when_up)
        system.wait()
        # Whoever asks to end does not wait for these: what they did stays, and the rest is not asked of a gateway that closes.
        first_steps.kill()
    except (AlreadyRunning, PortTaken, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        system.stop()
    return 1 if system.failed else 0


@contextmanager
def _database(var: Path, *, allow_as_of: bool) -> Iterator[Settings]:
    # Until the address is known, settings are read only for what they say of sizes; a wrong one is refused here already.
    sizes = embedded_settings(var, "postgresql+psycopg:///{service}", allow_as_of=allow_as_of)
    server = EmbeddedPostgresql(var / "postgresql", connections_max=connections_needed(sizes.max_workers))
    server.start()
    try:
        yield embedded_settings(var, server.url, allow_as_of=allow_as_of)
    finally:
        server.stop()


def _stop(part: Any) -> None:
    began = time.monotonic()
    part.stop()
    _log.info("%s stopped in %.1f s", type(part).__name__, time.monotonic() - began)


def _take_first_steps(system: Embedded, when_up: Callable[[Settings], None]) -> None:
    try:
        when_up(system.settings)
    except Exception:
        _log.exception("the first steps failed")
        system.failed = True
        system.stop_request.request()


def _lock(var: Path) -> TextIO:
    lock = (var / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        owner = lock.read().strip()
        lock.close()
        raise AlreadyRunning(f"process {owner} serves {var} already") from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


class _OneLine(logging.Formatter):
    """Without the traceback, which the file has."""

    def format(self, record: logging.LogRecord) -> str:
        brief = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None, "stack_info": None})
        return super().format(brief)


def _log_to(path: Path, settings: Settings) -> None:
    # Everything goes to the file; the terminal, which the story speaks on, gets warnings.
    configure_logging(settings)
    (terminal,) = logging.getLogger().handlers
    file = logging.FileHandler(path, encoding="utf-8")
    for added in terminal.filters:
        file.addFilter(added)
    file.setFormatter(
        JsonFormatter("%(asctime)s %(levelname)s %(name)s %(service)s %(trace_id)s %(message)s", json_ensure_ascii=False)
    )
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(_OneLine(f"%(asctime)s %(levelname)s %(service)s %(name)s  %(message)s （详见 {path}）"))
    logging.getLogger().addHandler(file)
