"""Post what an event makes people know (spec, notify.md)."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from services.kit.envelope import Event
from services.kit.unit_of_work import Begin, Fact, UnitOfWork
from services.notify.domain.recipients import Ownership, Recipient, recipients_of
from services.notify.domain.templates import Draft, draft_messages
from services.notify.store.customers import ownership_of
from services.notify.store.deliveries import queue_deliveries
from services.notify.store.messages import closed_tasks, insert_messages, lock_process
from services.notify.store.templates import templates, words


def post_messages(begin: Begin, event: Event) -> None:
    """Fill the event's templates and post what was not posted before."""
    drafts = drafts_of(event)
    with begin(consuming=event) as work:
        post_drafts(work, drafts, over=tasks_over(work, event, drafts))


def drafts_of(event: Event) -> list[Draft]:
    """What the templates of an event make of it."""
    return drafts_for(f"{event.source}.{event.type}", {**event.data, "event_id": str(event.id)})


def drafts_for(occasion: str, fields: dict[str, Any]) -> list[Draft]:
    """
    :param occasion: ``<service>.<type>``.
    """
    return [draft for template in templates()[occasion] for draft in draft_messages(template, fields, words())]


def tasks_over(work: UnitOfWork, event: Event, drafts: Sequence[Draft]) -> set[UUID]:
    """Of the tasks that they are about, those that have ended. From here on nobody else handles the process's events."""
    tasks = [UUID(draft.task_id) for draft in drafts if draft.task_id is not None]
    if not tasks:
        return set()
    lock_process(work.session, event.data["process_id"])
    return closed_tasks(work.session, tasks)


def post_drafts(work: UnitOfWork, drafts: Sequence[Draft], *, over: Collection[UUID] = ()) -> None:
    """Post to each draft's recipients what they were not sent before.

    :param over: tasks that have ended; what is said of them is done.
    """
    post_rows(work, [row for draft in drafts for row in rows_of(work, draft, over)])


def post_rows(work: UnitOfWork, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """
    :param rows: of :func:`rows_of`.
    :returns: the ids of those that were not sent before.
    """
    added = insert_messages(work.session, rows)
    queue_deliveries(work.session, added, work.now, work.context.trace)
    work.publish_all([_fact_to_tell(row) for row in rows if row["id"] in added])
    return added


def rows_of(work: UnitOfWork, draft: Draft, over: Collection[UUID] = ()) -> list[dict[str, Any]]:
    """A message for each recipient, as :func:`insert_messages` takes them."""

    def owner(customer_id: str) -> Ownership:
        return ownership_of(work.session, customer_id)

    task_id = draft.task_id and UUID(draft.task_id)
    shared = {
        "category": draft.template.category,
        "place": draft.place,
        "severity": draft.template.severity,
        **words_of(draft),
        "link": draft.link,
        "customer_id": draft.customer_id and UUID(draft.customer_id),
        "task_id": task_id,
        "posted_at": work.now,
        "done_at": work.now if task_id in over else None,
    }
    return [{**shared, "id": work.new_id(), **_addressed(draft, recipient)} for recipient in recipients_of(draft, owner)]


def words_of(draft: Draft) -> dict[str, str]:
    """Its titles and texts, as columns."""
    titles = {f"title_{language}": title for language, title in draft.titles.items()}
    return titles | {f"text_{language}": text for language, text in draft.texts.items()}


def _addressed(draft: Draft, recipient: Recipient) -> dict[str, Any]:
    return {
        "deduplication_key": f"{draft.template.event}/{draft.key}/{recipient.key}",
        "addressee": recipient.key,
        "recipient_kind": recipient.kind,
        "user_id": recipient.user_id and UUID(recipient.user_id),
        "department_id": recipient.department_id and UUID(recipient.department_id),
        "role": recipient.role,
    }


def _fact_to_tell(row: dict[str, Any]) -> Fact:
    recipient = {"kind": row["recipient_kind"], **{name: row[name] for name in ("user_id", "department_id", "role")}}
    told = {"message_id": row["id"], "category": row["category"], "place": row["place"], "recipient": recipient}
    return Fact("message_posted", row["id"], told)
