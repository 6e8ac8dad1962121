"""Typed errors with stable codes, the same in a use case, on the wire and in an HTTP answer.

::

    Refusal
    ├── InvalidInput   422  the input is wrong; ``fields`` says where and why
    ├── NotFound       404  it is not there, or the caller may not know that it is
    ├── Forbidden      403  the caller sees it and may not do this
    ├── Conflict       409  a lost race or a wrong state; says what happened
    │   ├── ChangedMeanwhile  what the caller has seen is in another version by now
    │   └── NotYet            what it builds on is not known here yet
    ├── TooMany        429  over a quota
    └── Unavailable    503  a service behind is away or too slow

A refusal carries a ``code`` and ``params``; its words, in two languages, stand in the contracts' message tables and are put
together at the gateway, so that a service never needs to know its reader's language.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

FieldErrors = Mapping[str, Sequence[str]]
"""Errors by field path (``"tiers.0.up_to"``). Each is a code, with ``|``-separated parameters: ``"length|1|80"``."""


class Refusal(Exception):
    """Something asked for was refused for a reason its asker can understand.

    :param code: stable, ``snake_case``; part of the public API.
    :param fields: field path → error codes, for wrong input.
    :param params: values the message of that code mentions; JSON-able.
    """

    kind: ClassVar[str] = "refusal"
    status: ClassVar[int] = 400
    passes_with_time: ClassVar[bool] = False
    """Whether the same may be granted a little later though nobody does anything about it: what is worth trying again."""

    def __init__(self, code: str, *, fields: FieldErrors | None = None, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.fields: dict[str, list[str]] = {path: list(codes) for path, codes in (fields or {}).items()}
        self.params = params

    def __str__(self) -> str:
        details = {**self.params, **self.fields}
        return f"{self.code} {details}" if details else self.code

    def to_wire(self) -> dict[str, Any]:
        """The error as it crosses the bus: kind, code, params, fields."""
        return {"kind": self.kind, "code": self.code, "params": self.params, "fields": self.fields}


class InvalidInput(Refusal):
    """The input is wrong, field by field."""

    kind = "invalid_input"
    status = 422

    def __init__(self, code: str = "invalid_input", *, fields: FieldErrors | None = None, **params: Any) -> None:
        super().__init__(code, fields=fields, **params)


class NotFound(Refusal):
    """No such thing for this caller: the same answer for what does not exist and for what he may not see."""

    kind = "not_found"
    status = 404

    def __init__(self, code: str = "not_found", **params: Any) -> None:
        super().__init__(code, **params)


class Forbidden(Refusal):
    """The caller may see it and may not do this with it."""

    kind = "forbidden"
    status = 403

    def __init__(self, code: str = "forbidden", **params: Any) -> None:
        super().__init__(code, **params)


class Conflict(Refusal):
    """A lost race or a wrong state. The code says what happened, ``params`` who was faster or which state it is in."""

    kind = "conflict"
    status = 409


class ChangedMeanwhile(Conflict):
    """Two edit the same thing, and the other was faster. ``params`` name the version that it has by now, and who was it.

    At the door this is 412 where ``If-Match`` named what was seen, and 409 where the body did.
    """

    kind = "changed_meanwhile"


class NotYet(Conflict):
    """An event overtook another that it builds on. To a caller, in this process or behind the bus, a :class:`Conflict`."""

    passes_with_time = True


class TooMany(Refusal):
    """Over a limit that time or fewer requests heal."""

    kind = "too_many"
    status = 429
    passes_with_time = True


class Unavailable(Refusal):
    """A service behind is away, or did not answer within the deadline. Nothing is known of whether it acted."""

    kind = "unavailable"
    status = 503
    passes_with_time = True


_KINDS: dict[str, type[Refusal]] = {
    error.kind: error for error in (Refusal, InvalidInput, NotFound, Forbidden, Conflict, ChangedMeanwhile, TooMany, Unavailable)
}


def refusal_from_wire(error: Mapping[str, Any]) -> Refusal:
    """The inverse of :meth:`Refusal.to_wire`. A kind this version does not know comes back as a plain :class:`Refusal`."""
    refusal = _KINDS.get(str(error["kind"]), Refusal)(str(error["code"]), **dict(error.get("params") or {}))
    refusal.fields = {path: list(codes) for path, codes in dict(error.get("fields") or {}).items()}
    return refusal
