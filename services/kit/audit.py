"""The audit trail: every change's who, when, what and why, in the transaction of the change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from services.kit.caller import CallContext
from services.kit.ids import new_id
from services.kit.tables import audit_entries


def write_audit_entry(
    session: Session,
    context: CallContext,
    now: datetime,
    action: str,
    subject: tuple[str, object],
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    why: str,
) -> None:
    """Append an entry.

    :param subject: its type and id, such as ``("customer", customer_id)``.
    :param before: the values that changed, JSON-able; ``None`` for what is new.
    :param after: what they became; ``None`` for what is gone.
    """
    session.execute(
        insert(audit_entries).values(
            id=new_id(),
            at=now,
            user_id=context.caller.user_id,
            user_name=context.caller.name,
            action=action,
            subject_type=subject[0],
            subject_id=str(subject[1]),
            before=before,
            after=after,
            why=why,
            trace_id=context.trace_id,
        )
    )
