"""Post what an event makes people know (spec, notify.md)."""

from typing import Any
from uuid import UUID

from services.kit.envelope import Event
from services.kit.unit_of_work import Begin, UnitOfWork
from services.notify.domain.recipients import Ownership, Recipient, recipients_of
from services.notify.domain.templates import Draft, draft_messages
from services.notify.store.customers import ownership_of
from services.notify.store.messages import closed_tasks, insert_messages, lock_process
from services.notify.store.templates import templates, words


def post_messages(begin: Begin, event: Event) -> None:
    """Fill the event's templates and post what was not posted before."""
    fields = {**event.data, "event_id": str(event.id)}
    with begin(consuming=event) as work:
        if "process_id" in event.data:
            lock_process(work.session, event.data["process_id"])
        for template in templates()[f"{event.source}.{event.type}"]:
            for draft in draft_messages(template, fields, words()):
                _post(work, draft)


def _post(work: UnitOfWork, draft: Draft) -> None:
    def owner(customer_id: str) -> Ownership:
        return ownership_of(work.session, customer_id)

    task_id, customer_id = draft.value(draft.template.task), draft.value(draft.template.customer)
    is_over = task_id is not None and bool(closed_tasks(work.session, [UUID(task_id)]))
    shared = {
        "category": draft.template.category,
        "place": draft.place,
        "severity": draft.template.severity,
        "title_zh": draft.titles["zh"],
        "title_en": draft.titles["en"],
        "text_zh": draft.texts["zh"],
        "text_en": draft.texts["en"],
        "link": draft.link,
        "customer_id": customer_id and UUID(customer_id),
        "task_id": task_id and UUID(task_id),
        "posted_at": work.now,
        "done_at": work.now if is_over else None,
    }
    rows = {work.new_id(): recipient for recipient in recipients_of(draft, owner)}
    added = insert_messages(work.session, [_row(shared, draft, *one) for one in rows.items()])
    for message_id in added:
        recipient = rows[message_id]
        work.publish("message_posted", message_id, {"message_id": message_id, **shared, "recipient": vars(recipient)})


def _row(shared: dict[str, Any], draft: Draft, message_id: UUID, recipient: Recipient) -> dict[str, Any]:
    return {
        **shared,
        "id": message_id,
        "deduplication_key": f"{draft.template.event}/{draft.key}/{recipient.key}",
        "recipient_kind": recipient.kind,
        "user_id": recipient.user_id and UUID(recipient.user_id),
        "department_id": recipient.department_id and UUID(recipient.department_id),
        "role": recipient.role,
    }
