"""Tell that messages have changed, and whom that concerns: whoever counts them anew."""

from collections.abc import Iterable
from typing import Any

from services.kit.unit_of_work import UnitOfWork

_RECIPIENT = ("recipient_kind", "user_id", "department_id", "role")


def tell_changes(work: UnitOfWork, subject: object, messages: Iterable[Any]) -> None:
    """Say ``messages_changed``, if any have.

    :param messages: with ``id`` and the columns of the recipient.
    """
    changed = list(messages)
    if not changed:
        return
    recipients = dict.fromkeys(tuple(getattr(message, name) for name in _RECIPIENT) for message in changed)
    told = [dict(zip(("kind", "user_id", "department_id", "role"), each, strict=True)) for each in recipients]
    message_ids = sorted(message.id for message in changed)
    work.publish("messages_changed", subject, {"message_ids": message_ids, "recipients": told})
