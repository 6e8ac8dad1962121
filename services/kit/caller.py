"""Who asks, and on whose time: what travels with every call, event and job.

On the bus it is three headers in nameko's context data: ``caller`` (JSON), ``trace``, ``as_of``; and with a call, which may be
made once more, a fourth: ``key``.
"""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Self

from services.kit.clock import parse_instant

_TRACEPARENT: Final = re.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True)
class Caller:
    """The claims of whoever asks.

    :param user_id: a user's id; empty for the system itself.
    :param name: as shown to people.
    :param department_id: the user's department, or empty.
    :param departments_led: every department that he or she leads, those below included; what he or she sees.
    :param nearest_lead_of: those of them that have no nearer lead; whose messages and approvals come to him or her.
    :param roles: role codes (spec, "People").
    :param scopes: what a service user's token may do; empty for people.
    """

    user_id: str = ""
    name: str = ""
    department_id: str = ""
    departments_led: tuple[str, ...] = ()
    nearest_lead_of: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()

    @classmethod
    def system(cls, name: str) -> Self:
        """A service acting by itself (a job, an event's handler); sees everything."""
        return cls(name=name, roles=frozenset({"system"}))

    @property
    def is_system(self) -> bool:
        return "system" in self.roles

    def has_role(self, *roles: str) -> bool:
        """Whether the caller holds at least one of these roles."""
        return not self.roles.isdisjoint(roles)

    def to_wire(self) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "name": self.name,
            "department_id": self.department_id,
            "departments_led": list(self.departments_led),
            "nearest_lead_of": list(self.nearest_lead_of),
            "roles": sorted(self.roles),
            "scopes": sorted(self.scopes),
        }

    @classmethod
    def from_wire(cls, claims: Mapping[str, Any]) -> Self:
        return cls(
            user_id=claims["user_id"],
            name=claims["name"],
            department_id=claims["department_id"],
            departments_led=tuple(claims["departments_led"]),
            nearest_lead_of=tuple(claims["nearest_lead_of"]),
            roles=frozenset(claims["roles"]),
            scopes=frozenset(claims["scopes"]),
        )


def new_trace() -> str:
    """A fresh W3C ``traceparent``."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


@dataclass(frozen=True)
class CallContext:
    """A caller, the trace the call belongs to, and the instant it pretends to happen at.

    :param as_of: the instant that counts as "now". Only jobs, demo data and tests set it; ``None`` means the clock.
    :param key: what makes two requests of this caller's the same request, made again; empty for one that nobody repeats.
    """

    caller: Caller
    trace: str = field(default_factory=new_trace)
    as_of: datetime | None = None
    key: str = ""

    @property
    def trace_id(self) -> str:
        """The 32 hexadecimal digits that name the trace in logs."""
        return self.trace.split("-")[1]

    def on_behalf_of(self, caller: Caller) -> "CallContext":
        """The same trace and time for another caller."""
        return replace(self, caller=caller)

    def to_call_headers(self) -> dict[str, str]:
        """Of a call."""
        return self.to_headers() | ({"key": self.key} if self.key else {})

    def to_headers(self) -> dict[str, str]:
        """Of what follows from a call: events and jobs, which have ids of their own."""
        headers = {"caller": _header_of(self.caller), "trace": self.trace}
        if self.as_of is not None:
            headers["as_of"] = self.as_of.isoformat()
        return headers

    @classmethod
    def from_headers(cls, headers: Mapping[str, Any], *, default: Caller) -> "CallContext":
        """What the headers say; a message from outside, which has none, counts as from ``default``."""
        claims, as_of, trace = headers.get("caller"), headers.get("as_of"), str(headers.get("trace"))
        return cls(
            caller=_caller_of(claims) if claims else default,
            # What is no trace is left out rather than refused: that a foreign client traces otherwise loses none of its messages.
            trace=trace if _TRACEPARENT.fullmatch(trace) else new_trace(),
            as_of=parse_instant(as_of) if as_of else None,
            key=str(headers.get("key") or ""),
        )


# The same people call again and again.
@lru_cache(maxsize=1024)
def _header_of(caller: Caller) -> str:
    return json.dumps(caller.to_wire(), ensure_ascii=True)


@lru_cache(maxsize=1024)
def _caller_of(header: str) -> Caller:
    return Caller.from_wire(json.loads(header))
