"""To whom a message goes, and who is that when an inbox is read (spec, notify.md). Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.notify.domain.templates import Draft, find


@dataclass(frozen=True)
class Recipient:
    """One user, the nearest lead of a department, or all holders of a role.

    :param kind: ``user``, ``lead`` or ``role``; the field of that name says which one.
    """

    kind: str
    user_id: str | None = None
    department_id: str | None = None
    role: str | None = None

    @property
    def key(self) -> str:
        """Tells this recipient's copy of a message from the others'."""
        return f"{self.kind}:{self.user_id or self.department_id or self.role}"


@dataclass(frozen=True)
class Ownership:
    """Who looks after a customer now; both are ``None`` for one in the pool."""

    owner_id: str | None
    department_id: str | None


def recipients_of(draft: Draft, ownership_of: Callable[[str], Ownership]) -> list[Recipient]:
    """The template's recipients, each once; a field that is empty (a customer without an owner) or absent addresses nobody.

    :param ownership_of: customer's id → its owner.
    """
    found: dict[str, Recipient] = {}
    for rule in draft.template.recipients:
        value: Any = rule.value if rule.kind == "role" else find(draft.values, rule.value)
        for recipient in _addressed(rule.kind, value, ownership_of):
            found.setdefault(recipient.key, recipient)
    return list(found.values())


def _addressed(kind: str, value: Any, ownership_of: Callable[[str], Ownership]) -> list[Recipient]:
    if not value:
        return []
    if kind == "role":
        return [Recipient("role", role=value)]
    if kind == "users":
        return [Recipient("user", user_id=user_id) for user_id in value]
    if kind == "owner_of":
        kind, value = "user", ownership_of(value).owner_id
    elif kind == "owner_lead_of":
        kind, value = "lead", ownership_of(value).department_id
    if not value:
        return []
    return [Recipient("user", user_id=value) if kind == "user" else Recipient("lead", department_id=value)]
