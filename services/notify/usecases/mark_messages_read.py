"""Mark messages read: one, many, or all."""

from collections.abc import Sequence
from uuid import UUID

from services.kit.unit_of_work import Begin, Fact
from services.notify.store.messages import mark_read

IDS_AN_EVENT = 1000


def mark_messages_read(begin: Begin, message_ids: Sequence[UUID] | None) -> int:
    """
    :param message_ids: ``None`` for all of the caller's.
    :returns: how many were unread until now.
    """
    with begin() as work:
        read, reader = mark_read(work.session, work.caller, message_ids, work.now), work.caller.user_id
        pieces = [read[start : start + IDS_AN_EVENT] for start in range(0, len(read), IDS_AN_EVENT)]
        work.publish_all([Fact("message_read", reader, {"user_id": reader, "message_ids": piece}) for piece in pieces])
    return len(read)
