"""What crosses the bus comes out as it went in."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.kit.caller import CallContext, Caller
from services.kit.envelope import Event
from services.kit.errors import Conflict, Forbidden, InvalidInput, NotFound, Refusal, TooMany, Unavailable, refusal_from_wire
from services.kit.ids import new_id

CALLER = Caller("u1", "张伟", "d1", ("d1", "d2"), ("d1",), frozenset({"sales"}), frozenset())


@pytest.mark.parametrize(
    "refusal",
    [
        InvalidInput(fields={"tiers.0.up_to": ["required"]}),
        NotFound("customer_not_found"),
        Forbidden(),
        Conflict("customer_already_claimed", by="李娜"),
        TooMany("claims_today", limit=5),
        Unavailable("service_unavailable", service="billing"),
    ],
    ids=lambda refusal: refusal.kind,
)
def test_a_refusal_crosses_the_bus_with_its_kind_code_params_and_fields(refusal: Refusal) -> None:
    arrived = refusal_from_wire(refusal.to_wire())
    assert (type(arrived), arrived.code, arrived.params, arrived.fields) == (
        type(refusal),
        refusal.code,
        refusal.params,
        refusal.fields,
    )


def test_a_kind_that_only_a_newer_version_knows_is_still_a_refusal() -> None:
    arrived = refusal_from_wire({"kind": "paid_already", "code": "x"})
    assert type(arrived) is Refusal


def test_a_context_travels_in_headers() -> None:
    context = CallContext(CALLER, as_of=datetime(2026, 3, 1, tzinfo=UTC))
    headers = context.to_headers()
    assert all(value.isascii() for value in headers.values())
    assert CallContext.from_headers(headers, default=Caller.system("x")) == context


def test_what_makes_a_call_the_same_travels_with_calls_and_with_nothing_that_follows_from_them() -> None:
    context = CallContext(CALLER, key="k1")
    assert CallContext.from_headers(context.to_call_headers(), default=Caller.system("x")) == context
    assert CallContext.from_headers(context.to_headers(), default=Caller.system("x")) == replace(context, key="")


def test_a_message_from_outside_counts_as_from_the_system_named() -> None:
    context = CallContext.from_headers({}, default=Caller.system("external"))
    assert context.caller.is_system
    assert len(context.trace_id) == 32


@pytest.mark.parametrize("trace", ["abc", "", "00-short-1-01", 7], ids=["no traceparent", "empty", "too short", "a number"])
def test_a_trace_that_is_none_is_replaced(trace: object) -> None:
    context = CallContext.from_headers({"trace": trace}, default=Caller.system("external"))
    assert len(context.trace_id) == 32


def test_an_event_travels_as_cloudevents() -> None:
    event = Event(new_id(), "customer", "customer_added", "c1", datetime(2026, 3, 1, tzinfo=UTC), 1, 7, {"name": "云帆"})
    wire = event.to_wire()
    assert (wire["specversion"], wire["time"], wire["source"]) == ("1.0", "2026-03-01T00:00:00Z", "customer")
    assert Event.from_wire(wire) == event
