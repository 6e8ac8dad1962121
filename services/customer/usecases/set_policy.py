"""Set the policy of funnel and pool (spec, customer.md: "All windows, the threshold and the rules' on/off are policy")."""

from typing import Any
from uuid import UUID

from services.customer.domain.policy import Policy
from services.customer.store import tables
from services.customer.store.policies import insert_policy, newest_policy
from services.customer.usecases.show_policy import policy_view
from services.kit.errors import ChangedMeanwhile
from services.kit.unit_of_work import Begin


def set_policy(begin: Begin, *, version: int, reason: str, **content: Any) -> dict[str, Any]:
    """A new version, in force at once; the next sweep plans anew whom it looks at when.

    :param version: the policy's as the caller saw it.
    :raises ChangedMeanwhile: ``policy_changed_meanwhile``; ``policy_version_unknown``, where nobody has set any.
    """
    policy = Policy.of(content)
    with begin() as work:
        newest = newest_policy(work.session)
        seen = 0 if newest is None else newest.version
        row = {
            "version": version + 1,
            "content": policy.to_json(),
            "reason": reason.strip(),
            "set_by_id": UUID(work.caller.user_id),
            "set_by_name": work.caller.name,
            "set_at": work.now,
        }
        if seen != version or not insert_policy(work.session, row):
            raise _changed_meanwhile(newest_policy(work.session))
        before = Policy() if newest is None else Policy.of(newest.content)
        was, now = before.to_json(), policy.to_json()
        changed = [name for name in now if now[name] != was[name]]
        work.audit(
            "policy_set",
            ("policy", version + 1),
            before={name: was[name] for name in changed},
            after={name: now[name] for name in changed},
            why=reason.strip(),
        )
        return policy_view(tables.Policy(**row))


def _changed_meanwhile(newest: tables.Policy | None) -> ChangedMeanwhile:
    # Who names a version that is not there yet has seen one all the same, perhaps before a database was restored.
    if newest is None:
        return ChangedMeanwhile("policy_version_unknown")
    return ChangedMeanwhile("policy_changed_meanwhile", version=newest.version, by=newest.set_by_name)
