"""The audit trail: every change's who, when, what and why, in the transaction of the change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.kit.bulk import insert_rows
from services.kit.caller import CallContext
from services.kit.ids import new_ids
from services.kit.tables import audit_entries


@dataclass(frozen=True)
class AuditEntry:
    """A change.

    :param subject: its type and id, such as ``("customer", customer_id)``.
    :param before: the values that changed, JSON-able; ``None`` for what is new.
    :param after: what they became; ``None`` for what is gone.
    """

    action: str
    subject: tuple[str, object]
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    why: str = ""


def write_audit_entries(session: Session, context: CallContext, now: datetime, entries: Sequence[AuditEntry]) -> None:
    """Append entries, by whoever is calling."""
    rows = [
        {
            "id": entry_id,
            "at": now,
            "user_id": context.caller.user_id,
            "user_name": context.caller.name,
            "action": entry.action,
            "subject_type": entry.subject[0],
            "subject_id": str(entry.subject[1]),
            "before": entry.before,
            "after": entry.after,
            "why": entry.why,
            "trace_id": context.trace_id,
        }
        for entry_id, entry in zip(new_ids(len(entries)), entries, strict=True)
    ]
    insert_rows(session, audit_entries, rows)
