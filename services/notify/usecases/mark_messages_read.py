"""Mark messages read: one, many, or all."""

from collections.abc import Sequence
from uuid import UUID

from services.kit.unit_of_work import Begin
from services.notify.store.messages import mark_read


def mark_messages_read(begin: Begin, message_ids: Sequence[UUID] | None) -> int:
    """
    :param message_ids: ``None`` for all of the caller's.
    :returns: how many were unread until now.
    """
    with begin() as work:
        read = mark_read(work.session, work.caller, message_ids, work.now)
        if read:
            reader = work.caller.user_id
            work.publish("message_read", reader, {"user_id": reader, "message_ids": read})
    return len(read)
