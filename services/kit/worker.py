"""Celery, as the services use it: one application, one queue a service, tasks that run a job's shards.

Never imports nameko or eventlet: workers are ordinary processes. Celery itself is loaded with the first application: a service
knows its jobs from the start, and sends the first of them much later. A service's ``tasks.py`` says::

    tasks = ServiceTasks("billing", EVENTS)

    @tasks.job("billing_run", shards=4, schedule=Schedule(hour=2, minute=0, day_of_month=1))
    def billing_run(shard: Shard) -> dict[str, int]:
        return run_billing(shard)
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.kit.caller import CallContext, Caller, new_trace
from services.kit.clock import business_date, utc_now
from services.kit.database import DATABASE_AWAY, database_of
from services.kit.errors import InvalidInput, NotFound, Refusal
from services.kit.files import NO_ROOM
from services.kit.jobs import MAX_ATTEMPTS, Shard, fail_shard, finish_shard, note_beat, open_job, take_shard, unsent_shards
from services.kit.outbox import EventContracts
from services.kit.server_urls import plain_broker_url
from services.kit.settings import Settings
from services.kit.storage import file_store
from services.kit.tables import jobs
from services.kit.telemetry import SERVICE, TASK_SECONDS, TASKS, TRACE_ID
from services.kit.tracing import Kind, span
from services.kit.unit_of_work import Begin

if TYPE_CHECKING:
    from celery import Celery

_log = logging.getLogger(__name__)

RETRY_SECONDS = 5.0
_RETRY_SECONDS_MAX = 10.0
"""Less than the lease, after which it would be sent once more."""
RESUME_SECONDS = 10.0

JobFunction = Callable[[Shard], Mapping[str, Any] | None]
SweepFunction = Callable[[Begin], object]
OutwardSweepFunction = Callable[[Begin, Settings], object]


def celery_app(settings: Settings, user: str) -> "Celery":
    """The process's one Celery application of those whom the jobs' broker knows under one name.

    :param user: a service; or who works for several, see :mod:`services.kit.server_urls`.
    """
    return _celery_app(settings, settings.celery_broker_url_of(user))


@cache
def _celery_app(_settings: Settings, broker_url: str) -> "Celery":
    from celery import Celery  # noqa: PLC0415  # a fifth of what a service takes to start, which first needs it for a job

    url, tls = plain_broker_url(broker_url)
    app = Celery("l2c", broker=url, set_as_current=False)
    app.conf.update(
        broker_use_ssl=tls or False,
        task_ignore_result=True,  # progress and results are rows of the service's own database
        task_acks_late=True,  # a killed worker's task goes to another
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_serializer="json",
        accept_content=["json"],
        timezone="Asia/Shanghai",
        broker_connection_retry_on_startup=True,
        worker_hijack_root_logger=False,
        worker_enable_remote_control=False,  # nobody uses it; without it a worker needs no right but to its own queue
        task_default_queue="l2c",
        task_routes=(_queue_of,),
    )
    return app


def _queue_of(name: str, *_: Any, **__: Any) -> dict[str, str] | None:
    """A task's queue is its service's, which its name begins with."""
    service, dot, _task = name.partition(".")
    return _way_to(service) if dot and service != "celery" else None


def _way_to(service: str) -> dict[str, str]:
    # By the exchange that Celery makes for a queue. Left to itself it sends by the default exchange, by which whoever may send at
    # all may send to everybody.
    return {"queue": service, "exchange": service, "routing_key": service}


@dataclass(frozen=True)
class Schedule:
    """When a job starts by itself, on Shanghai's clock; every day, unless it says which.

    :param day_of_week: from 0, which is Sunday.
    :param day_of_month: from 1.
    """

    hour: int
    minute: int
    day_of_week: int | None = None
    day_of_month: int | None = None


@dataclass(frozen=True)
class JobKind:
    """A job that a service knows how to do.

    :param function: does one shard.
    :param shards: into how many parts it is cut.
    :param key: what makes two requests the same job; the day it is for, unless said otherwise.
    :param schedule: when beat starts it by itself; ``None`` for never.
    """

    name: str
    function: JobFunction
    shards: int
    key: Callable[[date, Mapping[str, Any]], str]
    schedule: Schedule | None


class ServiceTasks:
    """One service's jobs.

    :param service: its name, also its Celery queue's.
    :param contracts: the events that its jobs may say.
    """

    def __init__(self, service: str, contracts: EventContracts) -> None:
        self.service = service
        self.contracts = contracts
        self.kinds: dict[str, JobKind] = {}
        self.sweeps: dict[str, tuple[OutwardSweepFunction, float]] = {}

    def job(
        self,
        name: str,
        *,
        shards: int = 1,
        key: Callable[[date, Mapping[str, Any]], str] = lambda as_of, _params: as_of.isoformat(),
        schedule: Schedule | None = None,
    ) -> Callable[[JobFunction], JobFunction]:
        """Register the function that does a shard of the jobs of this name; see :class:`JobKind`."""

        def register(function: JobFunction) -> JobFunction:
            self.kinds[name] = JobKind(name, function, shards, key, schedule)
            return function

        return register

    def sweep(self, name: str, *, seconds: float) -> Callable[[SweepFunction], SweepFunction]:
        """Register a short function that beat runs every so many seconds: housekeeping that needs no job to watch."""

        def register(function: SweepFunction) -> SweepFunction:
            self.sweeps[name] = (lambda begin, _settings: function(begin), seconds)
            return function

        return register

    def outward_sweep(self, name: str, *, seconds: float) -> Callable[[OutwardSweepFunction], OutwardSweepFunction]:
        """The same for a function that reaches beyond the system, to servers that settings name."""

        def register(function: OutwardSweepFunction) -> OutwardSweepFunction:
            self.sweeps[name] = (function, seconds)
            return function

        return register

    def start(self, begin: Begin, settings: Settings, name: str, as_of: date, params: Mapping[str, Any]) -> UUID:
        """Ask for a job, or find the one that was asked for before; its shards are sent to the workers.

        :raises NotFound: ``job_not_found``, if the service knows no such job.
        :raises InvalidInput: for a day to come, unless time may be pretended: a mistyped year would let every customer fall.
        """
        kind = self.kinds.get(name)
        if kind is None:
            raise NotFound("job_not_found")
        if as_of > business_date(begin.now) and not settings.allow_as_of:
            raise InvalidInput(fields={"as_of": ["in_future"]})
        with begin() as work:
            key = kind.key(as_of, params)
            job_id, _ = open_job(work, name, key, as_of=as_of, params=params, shards=kind.shards)

        def send(committed: Begin) -> None:
            send_shards(settings, self.service, unsent_shards(committed, job_id=job_id), committed.context.trace)

        begin.once_committed(send)
        return job_id

    def register(self, app: "Celery", settings: Settings) -> None:
        """Make the tasks, and what beat does, known to a Celery application."""

        @app.task(name=f"{self.service}.run_shard", bind=True, max_retries=None)  # type: ignore[untyped-decorator]  # Celery has no types
        def run_shard(task: Any, job_id: str, number: int) -> None:
            if not self.run_shard(settings, UUID(job_id), number, (task.request.headers or {}).get("traceparent")):
                raise task.retry(countdown=RETRY_SECONDS if task.request.retries < MAX_ATTEMPTS else _RETRY_SECONDS_MAX)

        @app.task(name=f"{self.service}.resume_jobs")  # type: ignore[untyped-decorator]  # Celery has no types
        def resume_jobs() -> None:
            begin = self.begin(settings)
            note_beat(begin)
            send_shards(settings, self.service, unsent_shards(begin))

        @app.task(name=f"{self.service}.start_job")  # type: ignore[untyped-decorator]  # Celery has no types
        def start_job(name: str) -> None:
            with self._at_work(f"start {name}", None) as trace:
                self.start(self.begin(settings, trace), settings, name, business_date(utc_now()), {})

        from celery.schedules import crontab  # noqa: PLC0415  # as Celery itself

        options = _way_to(self.service)
        app.conf.beat_schedule[f"{self.service}.resume_jobs"] = {
            "task": f"{self.service}.resume_jobs",
            "schedule": RESUME_SECONDS,
            "options": options,
        }
        for name, (function, seconds) in self.sweeps.items():
            self._register_sweep(app, settings, name, function, seconds)
        for kind in self.kinds.values():
            if kind.schedule is not None:
                app.conf.beat_schedule[f"{self.service}.{kind.name}"] = {
                    "task": f"{self.service}.start_job",
                    "schedule": crontab(**{name: value for name, value in asdict(kind.schedule).items() if value is not None}),
                    "args": (kind.name,),
                    "options": options,
                }

    def _register_sweep(
        self, app: "Celery", settings: Settings, name: str, function: OutwardSweepFunction, seconds: float
    ) -> None:
        @app.task(name=f"{self.service}.{name}")  # type: ignore[untyped-decorator]  # Celery has no types
        def run_sweep() -> None:
            with self._at_work(name, None) as trace:
                function(self.begin(settings, trace), settings)

        # One that waited longer than its turn is superseded by the next.
        options = {**_way_to(self.service), "expires": seconds}
        app.conf.beat_schedule[f"{self.service}.{name}"] = {
            "task": f"{self.service}.{name}",
            "schedule": seconds,
            "options": options,
        }

    def begin(self, settings: Settings, trace: str | None = None) -> Begin:
        """Units of work on the service's own behalf.

        :param trace: the ``traceparent`` of what they belong to; a fresh one if it is nothing's.
        """
        context = CallContext(Caller.system(self.service), trace or new_trace())
        return Begin(self.service, database_of(self.service, settings), self.contracts, context)

    def run_shard(self, settings: Settings, job_id: UUID, number: int, trace: str | None = None) -> bool:
        """Do a shard, if nobody else does.

        :param trace: the ``traceparent`` of who sent it; of who asked for the job, where nobody says.
        :returns: ``False`` if it failed and shall be tried again.
        """
        begin = self.begin(settings)
        shard = take_shard(begin, job_id, number, file_store(settings))
        if shard is None:
            return True
        name = self._name_of(begin, job_id)
        try:
            with shard.held(), self._at_work(name, trace or shard.begin.context.trace) as at_work:
                result = self.kinds[name].function(shard.under(at_work))
        except Exception as error:
            _log.exception("shard %d of job %s %s failed", number, name, job_id)
            return not fail_shard(shard, f"{type(error).__name__}: {error}", passes=_passes_with_time(error))
        finish_shard(shard, result)
        return True

    @contextmanager
    def _at_work(self, name: str, trace: str | None) -> Iterator[str]:
        """Counts, times and traces a task, and has what it logs say whose it is.

        :returns: the ``traceparent`` of its span.
        """
        began, outcome = time.perf_counter(), "failed"
        try:
            with span(self.service, f"run {name}", Kind.CONSUMER, trace, {"messaging.system": "celery"}) as running:
                SERVICE.set(self.service)
                TRACE_ID.set(running.trace.split("-")[1])
                yield running.trace
            outcome = "ok"
        finally:
            TASKS.labels(self.service, name, outcome).inc()
            TASK_SECONDS.labels(self.service, name).observe(time.perf_counter() - began)

    @staticmethod
    def _name_of(begin: Begin, job_id: UUID) -> str:
        with begin() as work:
            return str(work.session.execute(jobs.select().where(jobs.c.id == job_id)).one().name)


def _passes_with_time(error: Exception) -> bool:
    """Whether the same may succeed a little later: what is away comes back, and a full disk is emptied."""
    if isinstance(error, Refusal):
        return error.passes_with_time
    return isinstance(error, DATABASE_AWAY) or (isinstance(error, OSError) and error.errno in NO_ROOM)


def send_shards(settings: Settings, service: str, shards: list[tuple[UUID, int]], trace: str | None = None) -> None:
    """Queue shards for a service's workers; one that gets lost on the way is sent again by ``resume_jobs``.

    :param trace: the ``traceparent`` of who asked for them just now.
    """
    for job_id, number in shards:
        headers: dict[str, str] = {}
        with ExitStack() as spans:
            if trace is not None:
                attributes = {"messaging.system": "celery", "messaging.destination.name": service, "l2c.job_id": str(job_id)}
                sending = spans.enter_context(span(service, "send run_shard", Kind.PRODUCER, trace, attributes))
                headers = {"traceparent": sending.trace}
            celery_app(settings, service).send_task(
                f"{service}.run_shard", args=[str(job_id), number], headers=headers, **_way_to(service)
            )
