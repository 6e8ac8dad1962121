"""Spans: what one click did, across HTTP, calls, events and jobs (decision 0037).

Off unless OpenTelemetry's standard variables name a collector (``OTEL_EXPORTER_OTLP_ENDPOINT``): without, a trace is an id that
travels and that logs carry, as it always is, and nothing of OpenTelemetry is imported. What travels is a W3C ``traceparent``, in
``CallContext.trace``; a span is begun below the one it names, and its own is what goes on from there::

    with span("notify", "send email", Kind.CLIENT, begin.context.trace) as sending:
        ...                     # sending.trace goes along with whatever is asked of others

OpenTelemetry's own context is not used: here everything that travels does so in plain sight.
"""

import os
from collections.abc import Mapping, Sequence
from enum import StrEnum
from importlib import import_module
from types import TracebackType
from typing import Final, Protocol, Self

from services.kit.caller import new_trace
from services.kit.settings import SettingsError

_PROTOCOL: Final = "http/protobuf"

Attributes = Mapping[str, str | int | float | bool]


class Kind(StrEnum):
    """What a span's work is to others: OpenTelemetry's SpanKind."""

    SERVER = "SERVER"
    CLIENT = "CLIENT"
    PRODUCER = "PRODUCER"
    CONSUMER = "CONSUMER"
    INTERNAL = "INTERNAL"


class Span:
    """Work under way; this one is told to nobody.

    :ivar trace: the ``traceparent`` for whatever is done in it.
    """

    __slots__ = ("trace",)

    def __init__(self, trace: str) -> None:
        self.trace = trace

    def rename(self, name: str) -> None:
        """For what is known only later: a route."""

    def note(self, attributes: Attributes) -> None:
        """Say more of it."""

    def fail(self, what: str) -> None:
        """It failed, by what kind of error; its words, in which people and secrets may stand, are the log's."""

    def end(self, error: BaseException | None = None) -> None:
        """
        :param error: why it did not succeed; a refusal is an answer like others, and noted by its code.
        """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end(error)


class Tracer(Protocol):
    """What makes spans that are told."""

    def begin(
        self, service: str, name: str, kind: Kind, parent: str | None, attributes: Attributes | None, links: Sequence[str]
    ) -> Span: ...

    def close(self) -> None:
        """Send what has ended, and no more."""


_tracer: Tracer | None = None


def configure_tracing(environment: Mapping[str, str] = os.environ) -> None:
    """Send spans from now on, if the environment names where to. Once a process; where one forks, in those that it forked.

    :raises SettingsError: if it asks for another protocol than OTLP over HTTP.
    """
    if is_asked_for(environment):
        use_tracer(import_module("services.kit.opentelemetry_spans").exporting_tracer())


def use_tracer(tracer: Tracer | None) -> None:
    """Have spans made by this one; by none, and there are no spans."""
    global _tracer  # noqa: PLW0603  # one a process, as its environment is
    _tracer = tracer


def finish_tracing() -> None:
    """Send what has ended, and no more. Before a process ends."""
    tracer = _tracer
    use_tracer(None)
    if tracer is not None:
        tracer.close()


def is_tracing() -> bool:
    """Whether spans are told."""
    return _tracer is not None


def span(
    service: str, name: str, kind: Kind, parent: str | None, attributes: Attributes | None = None, *, links: Sequence[str] = ()
) -> Span:
    """Begin a span.

    :param service: whose work it is.
    :param name: of few values: what stands in it for one thing alone is an attribute.
    :param parent: the ``traceparent`` it is done for; ``None`` begins a trace.
    :param links: the ``traceparent`` of others that it has to do with, of whatever traces.
    """
    if _tracer is None:
        return Span(parent or new_trace())
    return _tracer.begin(service, name, kind, parent, attributes, links)


def is_asked_for(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the environment names where spans go.

    :raises SettingsError: if it asks for another protocol than OTLP over HTTP.
    """
    named = environment.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") or environment.get("OTEL_EXPORTER_OTLP_ENDPOINT")
    is_disabled = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if not named or is_disabled or environment.get("OTEL_TRACES_EXPORTER", "otlp") == "none":
        return False
    for name in ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        if environment.get(name, _PROTOCOL) != _PROTOCOL:
            raise SettingsError(f"{name}={environment[name]}: {_PROTOCOL} is what is spoken here")
    return True
