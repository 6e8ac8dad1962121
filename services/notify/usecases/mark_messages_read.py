"""Mark messages read: one, many, what a list was narrowed to, or all."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from services.kit.paging import PAGE_SIZE_MAX, PageRequest
from services.kit.unit_of_work import Begin, UnitOfWork
from services.notify.store.inbox import MessageFilter, page_by_time
from services.notify.store.reading import mark_all_read, mark_read

MARKED_AT_ONCE_MAX: Final = 1_000
"""So many that a filter means are marked by one call, which stays as quick as any other."""
_NEWEST_FIRST: Final = "-posted_at"


def mark_messages_read(begin: Begin, message_ids: Sequence[UUID] | None) -> int:
    """
    :param message_ids: ``None`` for all of the caller's.
    :returns: how many were unread until now.
    """
    with begin() as work:
        if message_ids is not None:
            return _mark(work, message_ids)
        marked = mark_all_read(work.session, work.caller)
        if marked:
            _tell(work, [], everything=True)
    return marked


def mark_matching_read(
    begin: Begin, *, shown_until: datetime | None, until: datetime | None, **narrowed: Any
) -> tuple[int, bool]:
    """The newest of the unread messages that a list of the caller's shows.

    :param shown_until: what was posted later has not been seen, and stays unread.
    :param narrowed: what the list is narrowed to, as :class:`MessageFilter` has it.
    :returns: how many were unread until now, and whether none of them remains.
    """
    ends = [until] if until is not None else []
    if shown_until is not None:
        ends.append(shown_until + timedelta(microseconds=1))  # that one is meant, too
    wanted = MessageFilter(**narrowed, read=False, until=min(ends, default=None))
    with begin() as work:
        meant: list[UUID] = []
        cursor: str | None = ""
        while cursor is not None and len(meant) < MARKED_AT_ONCE_MAX:
            request = PageRequest(PAGE_SIZE_MAX, _NEWEST_FIRST, cursor)
            page = page_by_time(work.session, work.caller, request, wanted)
            meant += [row[0].id for row in page.items]
            cursor = page.next_cursor
        return _mark(work, meant), cursor is None


def _mark(work: UnitOfWork, message_ids: Sequence[UUID]) -> int:
    marked = mark_read(work.session, work.caller, message_ids, work.now)
    if marked:
        _tell(work, marked, everything=False)
    return len(marked)


def _tell(work: UnitOfWork, message_ids: Sequence[UUID], *, everything: bool) -> None:
    told = {"user_id": work.caller.user_id, "message_ids": message_ids, "everything": everything}
    work.publish("message_read", work.caller.user_id, told)
