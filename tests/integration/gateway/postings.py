"""Messages posted as notify posts them: with what it publishes, in one transaction."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.contracts.notify import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.unit_of_work import Begin, Fact, UnitOfWork
from services.notify.domain.recipients import Recipient
from services.notify.store.messages import insert_messages


def to_user(user_id: UUID) -> dict[str, Any]:
    return {"kind": "user", "user_id": user_id, "department_id": None, "role": None}


def to_lead(department_id: UUID) -> dict[str, Any]:
    return {"kind": "lead", "user_id": None, "department_id": department_id, "role": None}


def to_role(role: str) -> dict[str, Any]:
    return {"kind": "role", "user_id": None, "department_id": None, "role": role}


def notify_begin(database: Database) -> Begin:
    return Begin("notify", database, EVENTS, CallContext(Caller.system("notify")))


def post(database: Database, *recipients: Mapping[str, Any], task_id: UUID | None = None, text: str = "文本") -> list[str]:
    """Post a message to each.

    :returns: their ids.
    """
    with notify_begin(database)() as work:
        return post_in(work, recipients, task_id=task_id, text=text)


def post_in(
    work: UnitOfWork, recipients: Sequence[Mapping[str, Any]], *, task_id: UUID | None = None, text: str = "文本"
) -> list[str]:
    """Post them in a transaction that is open."""
    rows = [_row(work, recipient, task_id, text) for recipient in recipients]
    insert_messages(work.session, rows)
    told = [
        {"message_id": row["id"], "category": row["category"], "place": row["place"], "recipient": recipient}
        for row, recipient in zip(rows, recipients, strict=True)
    ]
    work.publish_all([Fact("message_posted", each["message_id"], each) for each in told])
    return [str(row["id"]) for row in rows]


def _row(work: UnitOfWork, recipient: Mapping[str, Any], task_id: UUID | None, text: str) -> dict[str, Any]:
    message_id = work.new_id()
    return {
        "id": message_id,
        "deduplication_key": str(message_id),
        "category": "task",
        "place": "processes.todo.write_off",
        "severity": "info",
        "recipient_kind": recipient["kind"],
        **{name: recipient[name] for name in ("user_id", "department_id", "role")},
        "addressee": Recipient(**{name: value and str(value) for name, value in recipient.items()}).key,
        "title_zh": "请处理",
        "title_en": "Please act",
        "text_zh": text,
        "text_en": text,
        "link": "/",
        "customer_id": None,
        "task_id": task_id,
        "posted_at": work.now,
        "done_at": None,
    }
