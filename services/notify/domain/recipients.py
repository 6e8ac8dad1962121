"""To whom a message goes, and who is that when an inbox is read (spec, notify.md). Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.notify.domain.templates import Draft, RecipientRule, find


@dataclass(frozen=True)
class Recipient:
    """One user, the nearest lead of a department, or all holders of a role, in a department or everywhere.

    :param kind: ``user``, ``lead`` or ``role``.
    :param department_id: the lead's; of a role, whose holders are meant, or ``None`` for everywhere.
    """

    kind: str
    user_id: str | None = None
    department_id: str | None = None
    role: str | None = None

    @property
    def key(self) -> str:
        """The recipient in one word, as the ``addressee`` of messages: tells one's copy of a message from the others'."""
        if self.kind == "role":
            return f"role:{self.role}" + (f":{self.department_id}" if self.department_id else "")
        return f"{self.kind}:{self.user_id or self.department_id}"


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
        for recipient in _addressed(rule, draft.values, ownership_of):
            found.setdefault(recipient.key, recipient)
    return list(found.values())


def _addressed(rule: RecipientRule, values: Mapping[str, Any], ownership_of: Callable[[str], Ownership]) -> list[Recipient]:
    if rule.kind == "role":
        department = None if rule.department is None else find(values, rule.department)
        # "In the department of" somebody who has none is nobody, and not everybody.
        is_nobody = rule.department is not None and not department
        return [] if is_nobody else [Recipient("role", role=rule.value, department_id=department)]
    kind, value = rule.kind, find(values, rule.value)
    if value and kind == "users":
        return [Recipient("user", user_id=user_id) for user_id in value]
    if value and kind == "owner_of":
        kind, value = "user", ownership_of(value).owner_id
    elif value and kind == "owner_lead_of":
        kind, value = "lead", ownership_of(value).department_id
    if not value:
        return []
    return [Recipient("user", user_id=value) if kind == "user" else Recipient("lead", department_id=value)]
