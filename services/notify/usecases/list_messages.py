"""Read the inbox."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin
from services.notify.store.messages import MessageFilter, page_of_messages
from services.notify.store.tables import Message


def list_messages(
    begin: Begin,
    *,
    category: str | None,
    place: str | None,
    read: bool | None,
    customer_id: UUID | None,
    since: datetime | None,
    until: datetime | None,
    text: str,
    page_size: int,
    sort: str,
    cursor: str,
) -> Page:
    """A page of the caller's messages: unread first, newest first, read ones last."""
    wanted = MessageFilter(category, place, read, customer_id, since, until, text)
    with begin() as work:
        page = page_of_messages(work.session, work.caller, PageRequest(page_size, sort, cursor), wanted)
    return Page([message_as_read(row[0], is_read=row[1] is not None) for row in page.items], page.next_cursor)


def message_as_read(message: Message, *, is_read: bool) -> dict[str, Any]:
    """A message as its reader sees it."""
    return {
        "id": message.id,
        "category": message.category,
        "place": message.place,
        "severity": message.severity,
        "title": {"zh": message.title_zh, "en": message.title_en},
        "text": {"zh": message.text_zh, "en": message.text_en},
        "link": message.link,
        "customer_id": message.customer_id,
        "task_id": message.task_id,
        "posted_at": message.posted_at,
        "read": is_read or message.done_at is not None,
        "done": message.done_at is not None,
    }
