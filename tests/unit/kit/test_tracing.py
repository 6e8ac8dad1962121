"""Spans: below what was asked, one trace from end to end; and nothing at all where nobody asks for them."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from services.kit.errors import Conflict
from services.kit.opentelemetry_spans import ServiceTracer
from services.kit.settings import SettingsError
from services.kit.tracing import Kind, configure_tracing, finish_tracing, is_asked_for, is_tracing, span, use_tracer

ASKED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNSAMPLED = ASKED[:-1] + "0"


@pytest.fixture
def told() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    use_tracer(ServiceTracer(SimpleSpanProcessor(exporter)))
    yield exporter
    finish_tracing()


def test_without_a_collector_a_trace_goes_on_as_it_came() -> None:
    assert not is_tracing()
    with span("billing", "anything", Kind.INTERNAL, ASKED) as one:
        assert one.trace == ASKED
    with span("billing", "anything", Kind.INTERNAL, None) as fresh:
        assert len(fresh.trace.split("-")[1]) == 32


def test_without_a_collector_nothing_of_opentelemetry_is_imported() -> None:
    program = "import sys, gateway.service, services.kit.worker; print([name for name in sys.modules if 'opentelemetry' in name])"
    command = [sys.executable, "-W", "ignore", "-c", f"from deploy.launcher import make_green; make_green(); {program}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_a_span_is_below_the_one_it_was_asked_in_and_others_below_it(told: InMemorySpanExporter) -> None:
    with span("gateway", "GET", Kind.SERVER, ASKED) as above, span("billing", "show_bill", Kind.CLIENT, above.trace):
        above.rename("GET /bills")
    below, above_told = told.get_finished_spans()
    assert above_told.name == "GET /bills"
    assert above_told.parent is not None
    assert above_told.context is not None
    assert f"{above_told.parent.span_id:016x}" == ASKED.split("-")[2]
    assert f"{above_told.context.trace_id:032x}" == ASKED.split("-")[1]
    assert below.parent is not None
    assert below.parent.span_id == above_told.context.span_id
    assert [each.resource.attributes["service.name"] for each in (below, above_told)] == ["billing", "gateway"]


def test_a_span_names_others_of_whatever_traces(told: InMemorySpanExporter) -> None:
    other = "00-11111111111111111111111111111111-2222222222222222-01"
    span("notify", "send email", Kind.CLIENT, ASKED, links=[other]).end()
    (sent,) = told.get_finished_spans()
    assert [f"{link.context.trace_id:032x}-{link.context.span_id:016x}" for link in sent.links] == [other[3:-3]]


def test_who_asks_without_a_trace_begins_one(told: InMemorySpanExporter) -> None:
    span("gateway", "GET", Kind.SERVER, None).end()
    (top,) = told.get_finished_spans()
    assert top.parent is None


def test_what_its_caller_does_not_sample_is_told_to_nobody_and_goes_on_unsampled(told: InMemorySpanExporter) -> None:
    with span("gateway", "GET", Kind.SERVER, UNSAMPLED) as unsampled:
        assert unsampled.trace.split("-")[1] == UNSAMPLED.split("-")[1]
        assert unsampled.trace.endswith("-00")
    assert told.get_finished_spans() == ()


def test_a_refusal_is_an_answer_and_a_fault_is_a_fault_without_its_words(told: InMemorySpanExporter) -> None:
    for error in (Conflict("customer_already_claimed"), KeyError("13800000000")):
        span("customer", "claim", Kind.SERVER, ASKED).end(error)
    refused, failed = told.get_finished_spans()
    assert (refused.status.status_code, refused.attributes) == (StatusCode.UNSET, {"l2c.refusal": "customer_already_claimed"})
    assert (failed.status.status_code, failed.attributes) == (StatusCode.ERROR, {"error.type": "KeyError"})
    assert "13800000000" not in failed.to_json()


@pytest.mark.parametrize(
    ("environment", "is_on"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://localhost:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_the_standard_variables_switch_it(environment: dict[str, str], is_on: bool) -> None:
    assert is_asked_for(environment) is is_on


def test_another_protocol_is_refused_at_the_start() -> None:
    with pytest.raises(SettingsError, match="OTEL_EXPORTER_OTLP_PROTOCOL=grpc"):
        configure_tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})
