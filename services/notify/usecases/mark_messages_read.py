"""Mark messages read: one, many, or all."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.kit.unit_of_work import Begin
from services.notify.store.reading import mark_all_read, mark_read


def mark_messages_read(begin: Begin, message_ids: Sequence[UUID] | None) -> int:
    """
    :param message_ids: ``None`` for all of the caller's.
    :returns: how many were unread until now.
    """
    with begin() as work:
        told: dict[str, Any] = {"user_id": work.caller.user_id, "message_ids": [], "everything": message_ids is None}
        if message_ids is None:
            marked = mark_all_read(work.session, work.caller)
        else:
            told["message_ids"] = mark_read(work.session, work.caller, message_ids, work.now)
            marked = len(told["message_ids"])
        if marked:
            work.publish("message_read", work.caller.user_id, told)
    return marked
