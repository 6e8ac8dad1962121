"""Takes spans as OpenTelemetry's collector does: OTLP over HTTP, protobuf, on loopback."""

import gzip
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class TakenSpan:
    """A span as it came.

    :ivar id, parent: hexadecimal; ``parent`` is empty at the top of a trace.
    """

    trace_id: str
    id: str
    parent: str
    service: str
    name: str
    kind: str
    attributes: dict[str, str]
    failed: bool


class TraceCollector:
    """Listens from its making until it is closed."""

    def __init__(self) -> None:
        taken: list[TakenSpan] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                taken.extend(_spans(body))
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # its name in the standard library
                """Nobody reads it."""

        self.spans = taken
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process send its spans here, soon."""
        return {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{self._server.server_port}",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }

    def of_trace(self, trace_id: str) -> list[TakenSpan]:
        return [span for span in list(self.spans) if span.trace_id == trace_id]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def line_of(span: TakenSpan, spans: Iterable[TakenSpan]) -> list[str]:
    """How a span came about: ``service name`` of each from the top of its trace down to it."""
    by_id = {each.id: each for each in spans}
    line = [span]
    while line[0].parent in by_id:
        line.insert(0, by_id[line[0].parent])
    return [f"{each.service} {each.name}" for each in line]


def _spans(body: bytes) -> Iterable[TakenSpan]:
    request = ExportTraceServiceRequest.FromString(body)
    for resource in request.resource_spans:
        service = _text({each.key: each.value for each in resource.resource.attributes}["service.name"])
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield TakenSpan(
                    trace_id=span.trace_id.hex(),
                    id=span.span_id.hex(),
                    parent=span.parent_span_id.hex(),
                    service=service,
                    name=span.name,
                    kind=span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
                    attributes={each.key: _text(each.value) for each in span.attributes},
                    failed=span.status.code == span.status.STATUS_CODE_ERROR,
                )


def _text(value: Any) -> str:
    return str(getattr(value, value.WhichOneof("value")))
