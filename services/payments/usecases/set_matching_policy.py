"""Set the policy of matching (spec, payments.md: "Bank account names do not match (policy `match_bank_account`, off)")."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.kit.errors import ChangedMeanwhile
from services.kit.jobs import open_job
from services.kit.unit_of_work import Begin
from services.payments.domain.matching import MatchingPolicy
from services.payments.store import matching_tables as tables
from services.payments.store.matching_policies import insert_policy, newest_policy
from services.payments.usecases.show_matching_policy import matching_policy_view

JOB: Final = "match_again"
SHARDS: Final = 2

StartJob = Callable[[str, date, dict[str, Any]], UUID]


def set_matching_policy(
    begin: Begin, start_job: StartJob, *, version: int, reason: str, match_bank_account: bool
) -> dict[str, Any]:
    """A new version, in force at once. A job looks again at every receipt that is nobody's; what was matched before stays so.

    :param version: the policy's as the caller saw it.
    :raises ChangedMeanwhile: ``policy_changed_meanwhile``; ``policy_version_unknown``, where nobody has set any.
    """
    with begin() as work:
        newest = newest_policy(work.session)
        row: dict[str, Any] = {
            "version": version + 1,
            "content": {"match_bank_account": match_bank_account},
            "reason": reason.strip(),
            "set_by_id": UUID(work.caller.user_id),
            "set_by_name": work.caller.name,
            "set_at": work.now,
        }
        if (0 if newest is None else newest.version) != version or not insert_policy(work.session, row):
            raise _changed_meanwhile(newest_policy(work.session))
        before = MatchingPolicy() if newest is None else MatchingPolicy(**newest.content)
        work.audit(
            "matching_policy_set",
            ("matching_policy", version + 1),
            before={"match_bank_account": before.match_bank_account},
            after=row["content"],
            why=reason.strip(),
        )
        # Opened in the policy's transaction, so that there is none without it; sent once both are there.
        today, params = work.today, {"policy_version": version + 1}
        open_job(work, JOB, key_of_job(today, params), as_of=today, params=params, shards=SHARDS)
    start_job(JOB, today, params)
    return matching_policy_view(tables.MatchingPolicy(**row))


def key_of_job(_as_of: date, params: Mapping[str, Any]) -> str:
    """One job for every version."""
    return str(params["policy_version"])


def _changed_meanwhile(newest: tables.MatchingPolicy | None) -> ChangedMeanwhile:
    if newest is None:
        return ChangedMeanwhile("policy_version_unknown")
    return ChangedMeanwhile("policy_changed_meanwhile", version=newest.version, by=newest.set_by_name)
