"""What a process tells of itself: structured logs with the trace id, and metrics."""

import logging
import sys
from contextvars import ContextVar

from prometheus_client import Counter, Gauge, Histogram
from pythonjsonlogger.json import JsonFormatter

from services.kit.settings import Settings

TRACE_ID: ContextVar[str] = ContextVar("trace_id", default="")
SERVICE: ContextVar[str] = ContextVar("service", default="")
"""What this green thread works for; each has contextvars of its own."""

_TASK_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0)

CALLS = Counter("l2c_calls", "Entrypoint calls by outcome", ["service", "entrypoint", "outcome"])
TASKS = Counter("l2c_tasks", "Shards of jobs, and sweeps, by outcome", ["service", "task", "outcome"])
WORKERS_BUSY = Gauge("l2c_workers_busy", "Calls and events at work", ["service"])
EVENTS_PUBLISHED = Counter("l2c_events_published", "Events that the relay brought to the bus", ["service"])
EVENTS_RETRIED = Counter("l2c_events_retried", "Events that a handler failed and that are tried again", ["service", "handler"])
EVENTS_PARKED = Counter("l2c_events_parked", "Events that a handler failed for good", ["service", "handler"])
CALLS_ASKED = Counter("l2c_calls_asked", "Calls of other services by outcome", ["target", "outcome"])
CALLS_ASKED_SECONDS = Histogram("l2c_calls_asked_seconds", "How long other services took to answer", ["target"])
SLOW_STATEMENTS = Counter("l2c_slow_statements", "Statements that the log of slow ones has", ["service"])
TASK_SECONDS = Histogram("l2c_task_seconds", "Duration of a shard or a sweep", ["service", "task"], buckets=_TASK_BUCKETS)
CALL_SECONDS = Histogram("l2c_call_seconds", "Duration of entrypoint calls", ["service", "entrypoint"])
BREAKER_OPEN = Gauge("l2c_breaker_open", "Whether calls of a service fail at once, as it does not answer", ["service"])


class _AddTrace(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.trace_id = TRACE_ID.get()
        record.service = SERVICE.get()
        return True


def configure_logging(settings: Settings) -> None:
    """Log to standard error: JSON lines, or plain ones with ``log_format=plain`` for a terminal."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_AddTrace())
    if settings.log_format == "json":
        fields = "%(asctime)s %(levelname)s %(name)s %(service)s %(trace_id)s %(message)s"
        handler.setFormatter(JsonFormatter(fields, json_ensure_ascii=False))
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(service)-9s %(name)s  %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for chatty in ("amqp", "kombu", "celery.worker.strategy", "nameko.web.server", "nameko.containers"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
