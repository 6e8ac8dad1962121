"""Spans as OpenTelemetry makes and sends them. Imported only where they are wanted: :mod:`services.kit.tracing`."""

import os
from collections.abc import Sequence

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)
from opentelemetry.trace import Span as RecordedSpan
from opentelemetry.trace import Tracer as RecordingTracer

from services.kit.errors import Refusal
from services.kit.tracing import Attributes, Kind, Span


class ToldSpan(Span):
    """A span that is sent once it has ended."""

    __slots__ = ("_recorded",)

    def __init__(self, recorded: RecordedSpan) -> None:
        self._recorded = recorded
        context = recorded.get_span_context()
        super().__init__(f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}")

    def rename(self, name: str) -> None:
        self._recorded.update_name(name)

    def note(self, attributes: Attributes) -> None:
        self._recorded.set_attributes(attributes)

    def fail(self, what: str) -> None:
        self._recorded.set_attribute("error.type", what)
        self._recorded.set_status(StatusCode.ERROR)

    def end(self, error: BaseException | None = None) -> None:
        if isinstance(error, Refusal):
            self._recorded.set_attribute("l2c.refusal", error.code)
        elif error is not None:
            self.fail(type(error).__name__)
        self._recorded.end()


class ServiceTracer:
    """Makes the spans of all services of a process: each service has a resource of its own, and one processor has them all."""

    def __init__(self, processor: SpanProcessor) -> None:
        self._processor = processor
        self._tracers: dict[str, RecordingTracer] = {}

    def begin(
        self, service: str, name: str, kind: Kind, parent: str | None, attributes: Attributes | None, links: Sequence[str]
    ) -> Span:
        linked = [Link(_place_of(trace)) for trace in links]
        return ToldSpan(self._tracer_of(service).start_span(name, _below(parent), SpanKind[kind], attributes, linked))

    def close(self) -> None:
        self._processor.shutdown()

    def _tracer_of(self, service: str) -> RecordingTracer:
        tracer = self._tracers.get(service)
        if tracer is None:
            named = Resource.create({"service.namespace": "l2c", "service.name": service, "process.pid": os.getpid()})
            provider = TracerProvider(resource=named, shutdown_on_exit=False)
            provider.add_span_processor(self._processor)
            tracer = self._tracers[service] = provider.get_tracer("l2c")
        return tracer


def exporting_tracer() -> ServiceTracer:
    """One that sends in the background, as the standard variables (``OTEL_…``) say."""
    return ServiceTracer(BatchSpanProcessor(OTLPSpanExporter()))


def _below(parent: str | None) -> Context:
    if parent is None:
        return Context()
    return set_span_in_context(NonRecordingSpan(_place_of(parent)), Context())


def _place_of(trace: str) -> SpanContext:
    _, trace_id, span_id, flags = trace.split("-")
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))
