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

CALLS = Counter("l2c_calls", "Entrypoint calls by outcome", ["service", "entrypoint", "outcome"])
CALL_SECONDS = Histogram("l2c_call_seconds", "Duration of entrypoint calls", ["service", "entrypoint"])
DEAD_LETTERS = Gauge("l2c_dead_letters", "Parked events", ["service"])
BREAKER_OPEN = Gauge("l2c_breaker_open", "Whether calls of a service fail at once, as it does not answer", ["service"])
OUTBOX_WAITING = Gauge("l2c_outbox_waiting", "Events not yet published", ["service"])


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
