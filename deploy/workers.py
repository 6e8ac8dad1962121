"""Celery's part: workers and beat as processes, or both inside the embedded one."""

import logging
import os
import socket
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from celery import Celery, beat, bootsteps, signals
from celery.worker import WorkController
from celery.worker import state as worker_state
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.multiprocess import MultiProcessCollector

from deploy.catalogue import services_with_tasks, tasks_of
from services.kit.database import Database
from services.kit.probes import Probes, ProbeServer
from services.kit.pulse import Pulse
from services.kit.readiness import readiness
from services.kit.server_urls import BEAT, WORKER
from services.kit.settings import Settings
from services.kit.telemetry import configure_logging
from services.kit.tracing import configure_tracing, finish_tracing, is_asked_for
from services.kit.watchdog import Watchdog
from services.kit.worker import celery_app

_log = logging.getLogger(__name__)

_STOP_SECONDS_MAX = 20.0

_CONSUMER_SECONDS = 15.0
"""A worker whose consumer was silent for so long is not ready: it has lost its broker, or hangs."""
_CONSUMER_SECONDS_MAX = 120.0
"""So long, and it is better started anew."""
_TICK_SECONDS = 30.0
"""Beat looks at its schedule this often at least."""
_TICK_SECONDS_MAX = 120.0


def app_with_tasks(settings: Settings, services: Sequence[str], *, user: str) -> Celery:
    """A Celery application that knows the tasks and schedules of these services.

    :param user: whom the jobs' broker knows it as.
    """
    app = celery_app(settings, user)
    # A broker that is away is waited for as long as it takes, at growing intervals.
    app.conf.broker_connection_max_retries = None
    for service in services:
        tasks = tasks_of(service)
        if tasks is not None:
            tasks.register(app, settings)
    return app


def run_worker(settings: Settings, services: Sequence[str], *, concurrency: int) -> None:
    """Work on these services' queues with forked processes, until SIGTERM (which lets running tasks end).

    :raises PortTaken: if another process has its health port.
    :raises SettingsError: if traces shall go where they cannot.
    """
    is_asked_for()  # or each forked process would find out by itself, and end
    app = app_with_tasks(settings, services, user=services[0] if len(services) == 1 else WORKER)
    pulse = Pulse("consumer", _CONSUMER_SECONDS_MAX)
    app.steps["consumer"].add(_pulse_step(pulse))
    # Connected for each look: one that was kept would be the forked processes' as well.
    databases = {service: partial(_look_at_database, settings.database_url_of(service)) for service in services}
    checks = {"consumer": partial(_checked_pulse, pulse, _CONSUMER_SECONDS), **databases}
    health = ProbeServer(settings, "worker", Probes(lambda: [pulse], lambda: readiness("worker", checks), _registry_of_all()))
    health.start()
    watchdog = Watchdog(lambda: [pulse])
    watchdog.start()

    @signals.worker_shutting_down.connect(weak=False)  # type: ignore[untyped-decorator]  # Celery has no types
    def _let_tasks_end(**_: Any) -> None:
        watchdog.stop()

    @signals.worker_process_init.connect(weak=False)  # type: ignore[untyped-decorator]  # Celery has no types
    def _log_and_trace_from_child(**_: Any) -> None:
        health.forget()
        configure_logging(settings)
        configure_tracing()  # not before the fork: what sends spans is a thread

    @signals.worker_process_shutdown.connect(weak=False)  # type: ignore[untyped-decorator]  # Celery has no types
    def _send_last_spans(**_: Any) -> None:
        finish_tracing()

    app.Worker(
        hostname=_name_of(services), pool_cls="prefork", concurrency=concurrency, queues=list(services),
        loglevel=settings.log_level, without_heartbeat=True, without_gossip=True, without_mingle=True,
    ).start()  # fmt: skip  # options of one kind side by side


def _name_of(services: Sequence[str]) -> str:
    """A name that no other worker has, on this host or another: a second one of the same name would find its queue locked."""
    return f"{'-'.join(services)}-{os.getpid()}@{socket.gethostname()}"


def run_beat(settings: Settings, schedule: Path) -> None:
    """Start scheduled jobs of all services. One such process at a time.

    :param schedule: the file that remembers what ran when; what fell due while nothing ran is made up for.
    :raises PortTaken: if another process has its health port: another beat, say.
    """
    app = app_with_tasks(settings, services_with_tasks(), user=BEAT)
    schedule.parent.mkdir(parents=True, exist_ok=True)
    pulse = Pulse("scheduler", _TICK_SECONDS_MAX)
    checks = {"scheduler": partial(_checked_pulse, pulse, 2 * _TICK_SECONDS)}
    ProbeServer(settings, "beat", Probes(lambda: [pulse], lambda: readiness("beat", checks))).start()
    Watchdog(lambda: [pulse]).start()

    class WatchedScheduler(beat.PersistentScheduler):  # type: ignore[misc]  # Celery has no types
        def tick(self, *args: Any, **options: Any) -> Any:
            seconds = super().tick(*args, **options)
            pulse.beat()
            return seconds

    app.Beat(
        schedule=str(schedule), scheduler_cls=WatchedScheduler, max_interval=_TICK_SECONDS, loglevel=settings.log_level
    ).run()


def _pulse_step(pulse: Pulse) -> type:
    """A part of Celery's consumer whose timer the consumer's loop runs: it beats while that turns on a connection it has."""

    class PulseStep(bootsteps.StartStopStep):  # type: ignore[misc]  # Celery has no types
        requires = ("celery.worker.consumer.tasks:Tasks",)
        timer: Any = None

        def start(self, consumer: Any) -> None:
            pulse.beat()
            self.timer = consumer.timer.call_repeatedly(_CONSUMER_SECONDS / 3, pulse.beat)

        def stop(self, consumer: Any) -> None:
            if self.timer is not None:
                self.timer.cancel()

    return PulseStep


def _checked_pulse(pulse: Pulse, seconds_max: float) -> dict[str, Any]:
    if pulse.age_seconds > seconds_max:
        raise TimeoutError(f"silent for {pulse.age_seconds:.0f} s")
    return {"seconds_ago": round(pulse.age_seconds, 1)}


def _look_at_database(url: str) -> dict[str, Any]:
    database = Database(url, pool_size=1)
    try:
        database.ping()
    finally:
        database.close()
    return {}


def _registry_of_all() -> CollectorRegistry:
    """What the forked processes counted, those that have ended included; see :func:`deploy.launcher.count_across_forks`."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # its constructor has no types
    ProcessCollector(registry=registry)
    return registry


class EmbeddedWorker:
    """A worker that does one task after the other in a thread of this process (a green one where the process is green)."""

    def __init__(self, app: Celery) -> None:
        self._is_ready = threading.Event()
        self._controller: Any = WorkController(
            app=app, hostname="embedded@localhost", pool_cls="solo", concurrency=1,
            queues=list(services_with_tasks()), ready_callback=lambda _consumer: self._is_ready.set(),
            without_heartbeat=True, without_gossip=True, without_mingle=True,
        )  # fmt: skip  # options of one kind side by side
        self._thread = threading.Thread(target=self._controller.start, name="celery-worker", daemon=True)

    def start(self) -> None:
        """
        :raises RuntimeError: if it does not begin to consume.
        """
        self._thread.start()
        if not self._is_ready.wait(_STOP_SECONDS_MAX):
            raise RuntimeError("the embedded worker does not consume")

    def stop(self) -> None:
        """End after the task at hand. Shards not begun stay queued rows, which the next start sends again."""
        worker_state.should_stop = 0
        self._thread.join(_STOP_SECONDS_MAX)
        if self._thread.is_alive():
            _log.error("the worker did not finish its task within %g s and is cut off", _STOP_SECONDS_MAX)


class EmbeddedBeat:
    """Beat in a thread of this process.

    :param schedule: as for :func:`run_beat`.
    """

    def __init__(self, app: Celery, schedule: Path) -> None:
        self._scheduler = beat.PersistentScheduler(app, schedule_filename=str(schedule))
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="celery-beat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(_STOP_SECONDS_MAX)

    def _run(self) -> None:
        # celery.beat.Service sleeps between ticks where nothing can wake it; this is its loop with a wait that ends.
        seconds = 0.0
        while not self._stopping.wait(seconds):
            seconds = max(0.0, float(self._scheduler.tick() or 0.0))
            if self._scheduler.should_sync():
                self._scheduler.sync()
        self._scheduler.close()
