"""One trace from the click to the mail (issue 9, "Telemetry"): a mail's span belongs to what its message was posted in."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.kit.caller import new_trace
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.opentelemetry_spans import ServiceTracer
from services.kit.settings import Settings
from services.kit.tracing import finish_tracing, use_tracer
from services.notify.usecases.post_messages import post_messages
from services.notify.usecases.send_letters import send_letters
from tests.integration.notify.channels import SALES, begin_of, channel, prefer, rows, shanghai, task_event
from tests.servers.mail_sink import MailSink


@pytest.fixture
def told() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    use_tracer(ServiceTracer(SimpleSpanProcessor(exporter)))
    yield exporter
    finish_tracing()


def _post(database: Database, event: Event) -> str:
    """
    :returns: the ``traceparent`` of the handler that posted it.
    """
    begin, trace = begin_of(database, consumer=f"on_{event.type}"), new_trace()
    post_messages(replace(begin, context=replace(begin.context, trace=trace)), event)
    return trace


def _sweep(database: Database, settings: Settings, *, day: int = 2) -> str:
    """
    :returns: the ``traceparent`` of the sweep that sent what was due.
    """
    begin, trace = begin_of(database, at=shanghai(day, 11)), new_trace()
    assert send_letters(replace(begin, context=replace(begin.context, trace=trace)), settings) == 1
    return trace


def _sending(told: InMemorySpanExporter) -> ReadableSpan:
    (span,) = (each for each in told.get_finished_spans() if each.name == "send email")
    return span


def _place(span: ReadableSpan) -> tuple[str, str]:
    """The trace that it is of, and the span that it is below."""
    assert span.context is not None
    assert span.parent is not None
    return f"{span.context.trace_id:032x}", f"{span.parent.span_id:016x}"


def _links(span: ReadableSpan) -> set[str]:
    return {f"{link.context.trace_id:032x}" for link in span.links}


def _parts(trace: str) -> tuple[str, str]:
    _, trace_id, span_id, _ = trace.split("-")
    return trace_id, span_id


def test_a_mail_belongs_to_the_trace_of_the_click_and_names_the_sweep(
    database: Database, settings: Settings, sink: MailSink, told: InMemorySpanExporter
) -> None:
    prefer(database, settings, SALES, channel())
    click = _post(database, task_event())
    sweep = _sweep(database, settings)
    assert len(sink.mails) == 1
    assert _place(_sending(told)) == _parts(click)
    assert _links(_sending(told)) == {_parts(sweep)[0]}


def test_a_digest_of_several_clicks_is_the_sweeps_and_names_each(
    database: Database, settings: Settings, sink: MailSink, told: InMemorySpanExporter
) -> None:
    prefer(database, settings, SALES, channel(at_once=[], digest=["task"]))
    clicks = [_post(database, task_event(number)) for number in (1, 2)]
    sweep = _sweep(database, settings, day=3)
    assert _place(_sending(told)) == _parts(sweep)
    assert _links(_sending(told)) == {_parts(click)[0] for click in clicks}


def test_what_was_queued_by_the_version_before_is_sent_in_the_sweeps_trace(
    database: Database, settings: Settings, sink: MailSink, told: InMemorySpanExporter
) -> None:
    prefer(database, settings, SALES, channel())
    _post(database, task_event())
    with database.session() as session, session.begin():
        session.connection().exec_driver_sql("UPDATE deliveries SET trace = NULL")
    sweep = _sweep(database, settings)
    assert _place(_sending(told)) == _parts(sweep)
    assert rows(database, "SELECT 1 FROM letters WHERE state = 'sent'") == [(1,)]
