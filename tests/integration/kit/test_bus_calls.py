"""Calls between services, on RabbitMQ and in memory alike."""

import time
from uuid import uuid4

import pytest

from services.kit.bus.calls import RemoteFault
from services.kit.caller import CallContext
from services.kit.clock import parse_instant
from services.kit.errors import Conflict, InvalidInput, Unavailable
from tests.integration.kit.bus import ServiceProcess, eventually
from tests.integration.kit.bus_fixtures import ANN, Running, running

__all__ = ["running"]


@pytest.mark.parametrize("value", [None, 0, "行业短信", [1, "2"], {"price": "0.035000", "tiers": [{"up_to": None}]}])
def test_a_method_answers_with_the_json_it_returns(running: Running, value: object) -> None:
    assert running.call("front.relay", value) == value


def test_a_hundred_nested_calls_at_once_all_return(running: Running) -> None:
    assert running.call("front.fan_out", 100) == list(range(100))


def test_calls_nest_as_deep_as_there_are_workers(running: Running) -> None:
    assert running.call("front.descend", 50) == 50


def test_a_refusal_arrives_as_itself_through_two_services(running: Running) -> None:
    with pytest.raises(Conflict) as caught:
        running.call("front.relay_refusal")
    assert caught.value.to_wire() == {
        "kind": "conflict",
        "code": "customer_taken",
        "params": {"by": "Li Na"},
        "fields": {"name": ["taken"]},
    }


@pytest.mark.parametrize("method", ["back.load_price", "back.load_price_plainly"])
def test_what_a_schema_finds_wrong_arrives_as_invalid_input_by_field_path(running: Running, method: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        running.call(method, {"amount": 1.5, "tiers": [{"up_to": 1}, {}], "colour": "red"})
    assert caught.value.fields == {"amount": ["invalid"], "tiers.1.up_to": ["required"], "colour": ["unknown"]}


def test_a_method_whose_database_is_away_is_unavailable_and_no_fault(running: Running) -> None:
    with pytest.raises(Unavailable) as caught:
        running.call("back.lose_database")
    assert (caught.value.code, caught.value.params) == ("service_unavailable", {"service": "back"})


def test_any_other_error_arrives_as_a_remote_fault(running: Running) -> None:
    with pytest.raises(RemoteFault) as caught:
        running.call("back.fail")
    fault = caught.value
    assert (fault.service, fault.method, fault.exc_type, fault.message) == ("back", "fail", "KeyError", "'no such thing'")


@pytest.mark.parametrize(
    ("method", "arguments", "exc_type"),
    [
        ("back.no_such_method", [], "MethodNotFound"),
        ("back.echo", [], "IncorrectSignature"),
        ("back.give_what_is_no_json", [], "EncodeError"),
    ],
)
def test_a_wrong_call_or_result_is_a_remote_fault(running: Running, method: str, arguments: list[object], exc_type: str) -> None:
    with pytest.raises(RemoteFault) as caught:
        running.call(method, *arguments)
    assert caught.value.exc_type == exc_type


@pytest.mark.parametrize("method", ["nobody.answer", "front.ask_nobody"])
def test_an_unknown_service_is_unavailable_at_once(running: Running, method: str) -> None:
    started = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        running.call(method)
    assert time.monotonic() - started < 2
    assert (caught.value.code, caught.value.params) == ("service_unavailable", {"service": "nobody"})


def test_calls_after_one_to_an_unknown_service_are_not_taken_for_it(running: Running) -> None:
    for _ in range(3):
        with pytest.raises(Unavailable):
            running.call("front.ask_nobody")
        assert running.call("front.relay", "still here") == "still here"


def test_a_call_ends_at_its_deadline_and_leaves_nothing_behind(running: Running) -> None:
    started = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        running.call("front.ask_impatiently", 1.5)
    assert 0.3 <= time.monotonic() - started < 1.2
    assert caught.value.params == {"service": "back"}
    assert running.call("front.replies_awaited") == 0


def test_replies_nobody_waits_for_are_not_kept(running: Running) -> None:
    running.call("front.forget_replies", 20)
    assert running.call("front.replies_awaited") == 0


def test_a_client_outside_gives_up_at_its_deadline_too_and_can_call_again(running: Running) -> None:
    with pytest.raises(Unavailable):
        running.call("back.wait", 2, seconds=0.3)
    assert running.call("back.echo", 1) == 1


def test_a_nested_call_waits_no_longer_than_its_caller(running: Running) -> None:
    key = str(uuid4())
    with pytest.raises(Unavailable):
        running.call("front.ask_patiently", 10, key, seconds=2)
    assert eventually(lambda: running.call("front.waited", key)) < 4


def test_caller_trace_and_time_travel_through_services(running: Running) -> None:
    context = CallContext(ANN.caller, as_of=parse_instant("2026-03-01T00:00:00Z"))
    assert running.call("front.show_context_behind", context=context) == {
        "name": "Ann",
        "roles": ["sales"],
        "trace": context.trace,
        "as_of": "2026-03-01T00:00:00+00:00",
    }


def test_a_service_may_call_on_behalf_of_another(running: Running) -> None:
    context = CallContext(ANN.caller, as_of=parse_instant("2026-03-01T00:00:00Z"))
    seen = running.call("front.show_context_behind_as", "billing", context=context)
    assert seen == {"name": "billing", "roles": ["system"], "trace": context.trace, "as_of": None}


def test_a_call_without_claims_is_nobodys(running: Running) -> None:
    key = str(uuid4())
    running.bus.publish_raw("nameko-rpc", "back.note_context", f'{{"args": ["{key}"], "kwargs": {{}}}}', {})
    (seen,) = eventually(lambda: running.call("back.noted", key))
    assert (seen["name"], seen["roles"]) == ("", [])


@pytest.mark.parametrize("body", ["no json", "[]", '{"args": []}'])
def test_a_request_that_is_none_harms_nobody(running: Running, body: str) -> None:
    running.bus.publish_raw("nameko-rpc", "back.echo", body, {})
    running.bus.publish_raw("nameko-rpc", "back.echo", '{"args": [1], "kwargs": {}}', {"nameko.caller": "[]"})
    assert running.call("back.echo", 1) == 1


@pytest.mark.parametrize("transport", ["memory", "rabbitmq"])
def test_a_request_whose_caller_gave_up_is_not_executed(transport: str, request: pytest.FixtureRequest) -> None:
    # One worker, busy: the second request reaches the service and waits there, in its prefetch, until its caller is gone.
    amqp_url = "l2c-memory://" if transport == "memory" else request.getfixturevalue("fresh_amqp_url")
    process = ServiceProcess(amqp_url, "back", max_workers=1)
    process.wait_until_started()
    headers = ANN.to_headers()
    process.do("publish_raw", "nameko-rpc", "back.wait", '{"args": [1.0], "kwargs": {}}', {})
    with pytest.raises(Unavailable):
        process.do("call", "back", "count", headers, 0.3, "stale")
    assert process.do("call", "back", "counted", headers, 10, "stale") == 0
    process.close()
