"""Pages in parts: all are asked before any is waited for, and what is missing is named (spec, gateway.md: "in parallel where a
page needs several services")."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway import composition
from gateway.composition import Part, compose
from gateway.http import ApiRequest
from services.kit.bus.rpc import MethodCall, RemoteFault
from services.kit.caller import Caller
from services.kit.errors import Conflict, InvalidInput, NotFound, TooMany, Unavailable

AWAY = Unavailable("service_unavailable", service="billing")


@dataclass
class Fake:
    """A method of some service, and what it has been through."""

    name: str
    answer: Any
    log: list[str] = field(default_factory=list)
    service: str = "billing"
    cannot_be_sent: bool = False

    def call_async(self, *arguments: Any) -> "Fake":
        self.log.append(f"ask {self.name}{arguments}")
        if self.cannot_be_sent:
            raise self.answer
        return self

    def result(self) -> Any:
        self.log.append(f"await {self.name}")
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def _request(*roles: str, scopes: frozenset[str] | None = None, language: str = "zh") -> ApiRequest:
    caller = Caller("", "", roles=frozenset(roles), scopes=scopes or frozenset())
    recognised = SimpleNamespace(caller=caller, by_token=scopes is not None)
    http = SimpleNamespace(path="/page")
    return cast(ApiRequest, SimpleNamespace(recognised=recognised, language=language, http=http))


def _part(permission: str, fake: Fake, *arguments: Any) -> Part:
    return Part(permission, cast(MethodCall, fake), *arguments)


def _page(request: ApiRequest, **fakes: Any) -> dict[str, Any]:
    return compose(request, {name: _part("customers.read", fake) for name, fake in fakes.items()})


def test_every_part_is_asked_before_any_is_waited_for() -> None:
    log: list[str] = []
    page = compose(
        _request("sales"),
        {
            "one": _part("customers.read", Fake("one", 1, log), {"first": 5}),
            "two": _part("customers.read", Fake("two", 2, log)),
        },
    )
    assert page == {"one": 1, "two": 2, "missing": []}
    assert log == ["ask one({'first': 5},)", "ask two()", "await one", "await two"]


def test_a_part_without_permission_is_null_is_not_asked_for_and_is_not_missing() -> None:
    secret = Fake("secret", 1)
    parts = {"money": _part("commission.read", secret), "customers": _part("customers.read", Fake("customers", 2))}
    assert compose(_request("customer_care"), parts) == {"money": None, "customers": 2, "missing": []}
    assert secret.log == []


def test_a_token_gets_the_parts_of_its_scopes() -> None:
    parts = {"money": _part("commission.read", Fake("money", 1)), "customers": _part("customers.read", Fake("customers", 2))}
    page = compose(_request("admin", scopes=frozenset({"commission.read"})), parts)
    assert page == {"money": 1, "customers": None, "missing": []}


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        pytest.param(AWAY, "service_unavailable", id="away, or too slow"),
        pytest.param(TooMany("too_many_sign_ins", seconds=3), "too_many_sign_ins", id="refused for now"),
        pytest.param(Conflict("customer_not_known_yet"), "customer_not_known_yet", id="not known there yet"),
        pytest.param(RemoteFault("billing", "show", "KeyError", "'x'"), "internal_error", id="broken"),
    ],
)
def test_what_cannot_be_had_is_named_and_the_rest_is_there(trouble: Exception, code: str) -> None:
    page = _page(_request("sales"), lost=Fake("lost", trouble), there=Fake("there", 2))
    assert (page["lost"], page["there"]) == (None, 2)
    (missing,) = page["missing"]
    assert (missing["part"], missing["code"]) == ("lost", code)


def test_what_cannot_even_be_asked_for_is_missing_alike() -> None:
    page = _page(_request("sales"), lost=Fake("lost", AWAY, cannot_be_sent=True), there=Fake("there", 2))
    assert (page["there"], [each["part"] for each in page["missing"]]) == (2, ["lost"])


def test_it_is_said_in_the_readers_language() -> None:
    said = {
        language: _page(_request("sales", language=language), lost=Fake("lost", AWAY), there=Fake("there", 2))["missing"]
        for language in ("zh", "en")
    }
    assert said["zh"][0]["message"] == "billing 服务暂时不可用，请稍后重试。"
    assert said["en"][0]["message"] == "The billing service is away; please try again."


def test_it_tells_nothing_of_what_broke_inside() -> None:
    broken = RemoteFault("billing", "show", "KeyError", "secret")
    page = _page(_request("sales"), lost=Fake("lost", broken), there=Fake("there", 2))
    assert "secret" not in str(page)


def test_only_if_nothing_can_be_had_is_the_whole_page_away() -> None:
    with pytest.raises(Unavailable):
        _page(_request("sales"), one=Fake("one", AWAY), two=Fake("two", AWAY))
    with pytest.raises(RemoteFault):
        _page(_request("sales"), one=Fake("one", RemoteFault("billing", "show", "KeyError", "'x'")))


@pytest.mark.parametrize("refusal", [InvalidInput(fields={"month": ["invalid"]}), NotFound("customer_not_found")])
def test_a_page_that_is_asked_for_wrongly_or_is_of_nothing_is_no_page_with_a_gap(refusal: Exception) -> None:
    with pytest.raises(type(refusal)):
        _page(_request("sales"), wrong=Fake("wrong", refusal), lost=Fake("lost", AWAY), there=Fake("there", 2))


def test_without_its_essential_part_a_page_is_none() -> None:
    parts = {
        "customer": _part("customers.read", Fake("customer", AWAY)),
        "bills": _part("customers.read", Fake("bills", 2)),
    }
    assert compose(_request("sales"), parts)["bills"] == 2
    with pytest.raises(Unavailable):
        compose(_request("sales"), parts, essential=("customer",))
    assert compose(_request("sales"), parts, essential=("bills",))["customer"] is None


def test_somebody_without_any_permission_gets_a_page_without_parts() -> None:
    assert _page(_request(), one=Fake("one", 1)) == {"one": None, "missing": []}


def test_what_waited_for_the_broker_until_the_time_was_over_lets_the_rest_not_wait_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class Passed:
        """A deadline that the first call has used up."""

        def __init__(self, seconds: float) -> None:
            assert seconds > 0

        @property
        def passed(self) -> bool:
            return bool(log)

    log: list[str] = []
    monkeypatch.setattr(composition, "Deadline", Passed)
    fakes = {name: Fake(name, AWAY, log, cannot_be_sent=True) for name in ("one", "two", "three")}
    with pytest.raises(Unavailable):
        _page(_request("sales"), **fakes)
    assert log == ["ask one()"]
