"""Set the policy of notify (spec, notify.md: "a policy's hours"; "Keeps messages 12 months (policy)")."""

from typing import Any
from uuid import UUID

from services.kit.errors import Conflict
from services.kit.unit_of_work import Begin
from services.notify.domain.policy import NotificationPolicy
from services.notify.store import reminder_tables as tables
from services.notify.store.policies import insert_policy, newest_policy
from services.notify.usecases.show_policy import policy_view


def set_policy(begin: Begin, *, version: int, reason: str, **content: int) -> dict[str, Any]:
    """A new version, in force at once: tasks that wait already are held against its hours by the next sweep.

    :param version: the policy's as the caller saw it.
    :raises Conflict: ``policy_changed_meanwhile``; ``policy_version_unknown``, where nobody has set any.
    """
    with begin() as work:
        newest = newest_policy(work.session)
        row: dict[str, Any] = {
            "version": version + 1,
            "content": NotificationPolicy.of(content).content(),
            "reason": reason.strip(),
            "set_by_id": UUID(work.caller.user_id),
            "set_by_name": work.caller.name,
            "set_at": work.now,
        }
        if (0 if newest is None else newest.version) != version or not insert_policy(work.session, row):
            raise _changed_meanwhile(newest_policy(work.session))
        before = NotificationPolicy().content() if newest is None else newest.content
        subject = ("notification_policy", version + 1)
        work.audit("notification_policy_set", subject, before=before, after=row["content"], why=row["reason"])
    return policy_view(tables.NotificationPolicy(**row))


def _changed_meanwhile(newest: tables.NotificationPolicy | None) -> Conflict:
    if newest is None:
        return Conflict("policy_version_unknown")
    return Conflict("policy_changed_meanwhile", version=newest.version, by=newest.set_by_name)
