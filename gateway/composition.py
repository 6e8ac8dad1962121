"""Pages that several services bring together: all are asked at once, and what one cannot bring holds up nothing else.

::

    return compose(request, {
        "to_dos": Part("processes.read", self.workflow_parts.count_processes, {"box": "todo"}),
        "falls": Part("customers.read", self.customer_parts.list_falls, {}),
    })

An answer has every part by its name. A part whose permission the caller does not have is null. One that could not be had (its
service away, too slow, broken) is null, too, and named in ``missing`` with the code that asking for it alone would have met.
See decision 0030.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.access import permissions_of
from gateway.http import ApiRequest
from gateway.wording import refusal_message
from services.kit.bus.deadlines import Deadline
from services.kit.bus.rpc import MethodCall, RemoteFault, Reply, ServiceClient
from services.kit.errors import InvalidInput, NotFound, Refusal, Unavailable
from services.kit.settings import Settings

_log = logging.getLogger(__name__)

_SENDING_SECONDS_MAX: Final = 3.0


class PartClient(ServiceClient):
    """A service that is asked for parts of pages: within :attr:`Settings.page_part_seconds`, and half of a request's time."""

    def setup(self) -> None:
        super().setup()
        settings: Settings = self.container.config["L2C"]
        self.timeout_seconds = min(settings.page_part_seconds, settings.rpc_timeout_seconds / 2)


@dataclass(frozen=True)
class Outcome:
    """What asking came to: a result, or why there is none."""

    result: Any = None
    error: Refusal | RemoteFault | None = None


class Inquiry:
    """Calls that are all under way at once.

    Each has its client's time. While the broker is away, each would spend it on being sent: after three seconds of that no other
    is tried.

    :param calls: a method and its arguments, by name.
    """

    def __init__(self, calls: Mapping[str, tuple[MethodCall, tuple[Any, ...]]]) -> None:
        deadline = Deadline(_SENDING_SECONDS_MAX)
        self._asked = {name: _ask(call, arguments, deadline) for name, (call, arguments) in calls.items()}

    def outcomes(self) -> dict[str, Outcome]:
        """Wait for every answer, each until its call's deadline."""
        return {name: _outcome_of(asked) for name, asked in self._asked.items()}


class Part:
    """A part of a page.

    :param permission: who may see it, of ``gateway/permissions.py``.
    :param call: of a :class:`PartClient`; its arguments follow.
    """

    def __init__(self, permission: str, call: MethodCall, *arguments: Any) -> None:
        self.permission = permission
        self.call = call
        self.arguments = arguments


def compose(request: ApiRequest, parts: Mapping[str, Part], *, essential: Collection[str] = ()) -> dict[str, Any]:
    """The parts by name, and ``missing``.

    :param essential: the parts without which the page is none: what keeps one of them back keeps back the page.
    :raises InvalidInput, NotFound: if a service says so: the page was asked for wrongly, or is about what one does not see.
    :raises Unavailable, RemoteFault: if not one part could be had, or an essential one could not.
    """
    assert request.recognised is not None, "a page with parts is for somebody"
    allowed = permissions_of(request.recognised)
    asked = {name: part for name, part in parts.items() if part.permission in allowed}
    outcomes = Inquiry({name: (part.call, part.arguments) for name, part in asked.items()}).outcomes()
    errors = {name: outcome.error for name, outcome in outcomes.items() if outcome.error is not None}
    for error in errors.values():
        if isinstance(error, InvalidInput | NotFound):
            raise error
    barred = [name for name in essential if name in errors]
    if barred or (errors and len(errors) == len(asked)):
        raise errors[next(iter(barred or errors))]
    for name, error in errors.items():
        _log.warning("%s goes without %s: %s", request.http.path, name, error)
    answers = {name: outcomes[name].result if name in outcomes else None for name in parts}
    return {**answers, "missing": [_missing(name, error, request.language) for name, error in errors.items()]}


def _missing(part: str, error: Refusal | RemoteFault, language: str) -> dict[str, Any]:
    code, params = (error.code, error.params) if isinstance(error, Refusal) else ("internal_error", {})
    return {"part": part, "code": code, "message": refusal_message(code, params, language)}


def _ask(call: MethodCall, arguments: tuple[Any, ...], deadline: Deadline) -> Reply | Refusal:
    if deadline.passed:
        return Unavailable("service_unavailable", service=call.service)
    try:
        return call.call_async(*arguments)
    except Refusal as refusal:
        return refusal


def _outcome_of(asked: Reply | Refusal) -> Outcome:
    if isinstance(asked, Refusal):
        return Outcome(error=asked)
    try:
        return Outcome(asked.result())
    except (Refusal, RemoteFault) as error:
        return Outcome(error=error)
