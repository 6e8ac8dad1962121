"""What the kit puts into every nameko service: units of work, telemetry, health."""

import logging
import time
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from nameko.containers import WorkerContext
from nameko.extensions import DependencyProvider

from services.kit.caller import CallContext, Caller
from services.kit.database import database_of
from services.kit.errors import Refusal
from services.kit.figures import Figures
from services.kit.inbox import AlreadyConsumed
from services.kit.outbox import EventContracts
from services.kit.telemetry import CALL_SECONDS, CALLS, SERVICE, TRACE_ID, WORKERS_BUSY
from services.kit.unit_of_work import Begin

_log = logging.getLogger(__name__)


class UnitsOfWork(DependencyProvider):
    """Gives each call its :class:`Begin`: the service's database, on behalf of the caller whose claims came with the call.

    Does no I/O, as a dependency provider that raises kills its container: the database is connected by the first query.

    :param contracts: the events this service may say.
    """

    def __init__(self, contracts: EventContracts) -> None:
        super().__init__()
        self.contracts = contracts

    def get_dependency(self, worker_ctx: WorkerContext) -> Begin:
        service = worker_ctx.service_name
        context = CallContext.from_headers(worker_ctx.context_data, default=Caller.system(service))
        settings = self.container.config["L2C"]
        if not settings.allow_as_of:
            # The gateway lets no such header in; a foreign client of the bus might send one.
            context = replace(context, as_of=None)
        return Begin(service, database_of(service, settings), self.contracts, context, consumer=worker_ctx.entrypoint.method_name)


class Telemetry(DependencyProvider):
    """Logs with the call's trace id, counts and times every entrypoint, and has metrics tell the service's figures."""

    def __init__(self) -> None:
        super().__init__()
        self._started: WeakKeyDictionary[WorkerContext, float] = WeakKeyDictionary()
        self._figures: Figures | None = None

    def start(self) -> None:
        own = getattr(self.container.service_cls, "figures", ())
        self._figures = Figures(self.container.service_name, self.container.config["L2C"], own)
        self._figures.register()

    def stop(self) -> None:
        self._forget_figures()

    def kill(self) -> None:
        self._forget_figures()

    def _forget_figures(self) -> None:
        # Or the container that is started in place of this one would tell them a second time.
        if self._figures is not None:
            self._figures.unregister()
            self._figures = None

    def worker_setup(self, worker_ctx: WorkerContext) -> None:
        context = CallContext.from_headers(worker_ctx.context_data, default=Caller.system(worker_ctx.service_name))
        worker_ctx.data["trace"] = context.trace  # ``context_data`` is a copy; calls made from here shall carry the same
        TRACE_ID.set(context.trace_id)
        SERVICE.set(worker_ctx.service_name)
        self._started[worker_ctx] = time.perf_counter()
        WORKERS_BUSY.labels(worker_ctx.service_name).inc()

    def worker_result(self, worker_ctx: WorkerContext, result: Any = None, exc_info: Any = None) -> None:
        WORKERS_BUSY.labels(worker_ctx.service_name).dec()
        labels = (worker_ctx.service_name, worker_ctx.entrypoint.method_name)
        outcome = "ok"
        if exc_info is not None:
            expected = isinstance(exc_info[1], Refusal | AlreadyConsumed)
            outcome = "refused" if expected else "failed"
        CALLS.labels(*labels, outcome).inc()
        CALL_SECONDS.labels(*labels).observe(time.perf_counter() - self._started.pop(worker_ctx))
