"""Read the inbox, or the archive."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin
from services.notify.store.inbox import MessageFilter, page_by_time, page_of_archive, page_of_inbox
from services.notify.store.tables import MessageColumns


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
    archived: bool = False,
) -> Page:
    """A page of the caller's messages: unread first, newest first, read ones last; or sorted by time alone.

    :param archived: those past the months that messages are kept, by time.
    """
    wanted = MessageFilter(category, place, read, customer_id, since, until, text)
    request = PageRequest(page_size, sort, cursor)
    with begin() as work:
        find = page_of_archive if archived else page_by_time if sort else page_of_inbox
        page = find(work.session, work.caller, request, wanted)
        return Page([message_as_read(message, is_read=is_read) for message, is_read in _pairs(page)], page.next_cursor)


def _pairs(page: Page) -> list[tuple[MessageColumns, bool]]:
    return [(row[0], row[1]) for row in page.items]


def message_as_read(message: MessageColumns, *, is_read: bool) -> dict[str, Any]:
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
        "things": message.things,
        "posted_at": message.posted_at,
        "read": is_read,
        "done": message.is_done,
    }
