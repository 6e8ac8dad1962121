"""Two services that the bus's tests are about. They run in processes of their own, patched for eventlet."""

import time
from collections import Counter, defaultdict
from typing import Any

import eventlet
from marshmallow import fields
from psycopg.errors import AdminShutdown
from sqlalchemy.exc import OperationalError

from services.kit.bus.events import event_handler
from services.kit.bus.rpc import CurrentContext, ServiceClient, rpc
from services.kit.caller import CallContext, Caller
from services.kit.envelope import Event
from services.kit.errors import Conflict, NotYet, Unavailable
from services.kit.inbox import AlreadyConsumed
from services.kit.schema import Money, Schema, load

_executed: Counter[str] = Counter()
_heard: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
_waited: dict[str, float] = {}


class Tier(Schema):
    up_to = fields.Integer(required=True)


class Price(Schema):
    amount = Money(required=True)
    tiers = fields.List(fields.Nested(Tier))


class Back:
    """Is called."""

    name = "back"
    front = ServiceClient("front", timeout_seconds=20)
    context: Any = CurrentContext()

    @rpc
    def echo(self, value: Any) -> Any:
        return value

    @rpc
    def descend(self, depth: int) -> int:
        """How deep it went: each step is a call of the other service."""
        return 0 if depth == 0 else 1 + self.front.descend(depth - 1)

    @rpc
    def wait(self, seconds: float) -> str:
        eventlet.sleep(seconds)
        return "waited"

    @rpc
    def count(self, what: str) -> int:
        _executed[what] += 1
        return _executed[what]

    @rpc
    def counted(self, what: str) -> int:
        return _executed[what]

    @rpc
    def refuse(self) -> None:
        raise Conflict("customer_taken", fields={"name": ["taken"]}, by="Li Na")

    @rpc
    def fail(self) -> None:
        raise KeyError("no such thing")

    @rpc
    def lose_database(self) -> None:
        """As whoever is in the middle of a query when the server is shut down."""
        raise OperationalError("SELECT 1", {}, AdminShutdown("terminating connection due to administrator command"))

    @rpc
    def load_price(self, price: dict[str, Any]) -> None:
        load(Price, price)

    @rpc
    def load_price_plainly(self, price: dict[str, Any]) -> None:
        Price().load(price)

    @rpc
    def give_what_is_no_json(self) -> object:
        return object()

    @rpc
    def show_context(self) -> dict[str, Any]:
        return {
            "name": self.context.caller.name,
            "roles": sorted(self.context.caller.roles),
            "trace": self.context.trace,
            "as_of": self.context.as_of and self.context.as_of.isoformat(),
        }

    @rpc
    def note_context(self, key: str) -> None:
        _heard[key].append(self.show_context())

    @rpc
    def noted(self, key: str) -> list[dict[str, Any]]:
        return _heard[key]


class Front:
    """Calls, and hears events."""

    name = "front"
    back = ServiceClient("back", timeout_seconds=20)
    impatient_back = ServiceClient("back", timeout_seconds=0.3)
    hurried_back = ServiceClient("back", timeout_seconds=1.2)
    nobody = ServiceClient("nobody")
    context: Any = CurrentContext()

    @rpc
    def relay(self, value: Any) -> Any:
        return self.back.echo(value=value)

    @rpc
    def fan_out(self, count: int) -> list[int]:
        replies = [self.back.echo.call_async(number) for number in range(count)]
        return [reply.result() for reply in replies]

    @rpc
    def descend(self, depth: int) -> int:
        return 0 if depth == 0 else 1 + int(self.back.descend(depth - 1))

    @rpc
    def relay_refusal(self) -> None:
        self.back.refuse()

    @rpc
    def ask_nobody(self) -> None:
        self.nobody.answer()

    @rpc
    def ask_impatiently(self, seconds: float) -> str:
        return str(self.impatient_back.wait(seconds))

    @rpc
    def count_hurriedly(self, what: str, times: int) -> int:
        """Calls at once; how many were answered."""
        calls = [self.hurried_back.count.call_async(what) for _ in range(times)]
        return sum(_is_answered(call) for call in calls)

    @rpc
    def ask_patiently(self, seconds: float, key: str) -> None:
        started = time.monotonic()
        try:
            self.back.wait(seconds)
        except Unavailable:
            _waited[key] = time.monotonic() - started
            raise

    @rpc
    def waited(self, key: str) -> float | None:
        return _waited.get(key)

    @rpc
    def replies_awaited(self) -> int:
        return len(self.back._listener._replies)

    @rpc
    def forget_replies(self, count: int) -> None:
        for _ in range(count):
            self.back.wait.call_async(0.01)

    @rpc
    def show_context_behind(self) -> dict[str, Any]:
        return dict(self.back.show_context())

    @rpc
    def show_context_behind_as(self, name: str) -> dict[str, Any]:
        return dict(self.back.acting_as(CallContext(Caller.system(name), trace=self.context.trace)).show_context())

    @event_handler("back", "thing_happened")
    def note_thing(self, event: Event) -> None:
        tries = _note("note_thing", event, self.context)
        if event.data.get("hold_seconds"):
            eventlet.sleep(event.data["hold_seconds"])
        if event.data.get("consumed"):
            raise AlreadyConsumed(str(event.id))
        if tries <= event.data.get("failures", 0):
            raise ValueError(f"try {tries} of {event.subject} fails")

    @event_handler("back", "thing_happened")
    def note_thing_too(self, event: Event) -> None:
        _note("note_thing_too", event, self.context)

    @event_handler("back", "thing_ordered", given_up="tell_given_up")
    def carry_out(self, event: Event) -> None:
        tries = _note("carry_out", event, self.context)
        if tries <= event.data.get("failures", 0):
            raise _FAILURES[event.data["by"]]

    def tell_given_up(self, event: Event, error: Exception) -> None:
        told = _note("tell_given_up", event, self.context)
        _heard[f"tell_given_up {event.subject}"][-1]["error"] = str(error)
        if event.data.get("told_before"):
            raise AlreadyConsumed(str(event.id))
        if told <= event.data.get("untold", 0):
            raise ValueError("it cannot be told either")

    @rpc
    def heard(self, handler: str, subject: str) -> list[dict[str, Any]]:
        return _heard[f"{handler} {subject}"]

    @rpc
    def heard_in_all(self, handler: str, prefix: str) -> list[str]:
        """The subjects heard, each as often as it was."""
        key = f"{handler} {prefix}"
        return [notes[0]["subject"] for name, notes in _heard.items() if name.startswith(key) for _ in notes]


def _is_answered(call: Any) -> bool:
    try:
        call.result()
    except Unavailable:
        return False
    return True


_FAILURES = {
    "refusal": Conflict("customer_taken", by="Li Na"),
    "not_yet": NotYet("product_not_known_yet"),
    "breakdown": RuntimeError("the disk is full"),
}


def _note(handler: str, event: Event, context: CallContext) -> int:
    notes = _heard[f"{handler} {event.subject}"]
    caller = {"caller": context.caller.name, "system": context.caller.is_system, "trace": context.trace}
    notes.append({"subject": event.subject, "data": event.data, "at": time.time(), **caller})
    return len(notes)
