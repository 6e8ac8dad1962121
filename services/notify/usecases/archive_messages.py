"""Archive old messages (spec, notify.md: "Keeps messages 12 months (policy), then archives them")."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from services.kit.jobs import Shard
from services.notify.store import archive
from services.notify.store.policies import policy_in_force

RECORDS_KEPT: Final = timedelta(days=180)
"""Of what has ended: so long an event about it may still be on its way, twice as long as the bus keeps what was handled."""
_AT_ONCE: Final = 5_000


def archive_messages(shard: Shard) -> dict[str, int]:
    """Move what is older than the policy says on the job's day; forget ended tasks and settled receipts after their time.

    Each batch is a transaction of its own. Killed at any point, the next run does the rest.
    """
    with shard.begin() as work:
        before = policy_in_force(work.session).archive_before(shard.as_of)
        old = work.now - RECORDS_KEPT
    archived, after = 0, None
    while True:
        with shard.begin() as work:
            moved, after = archive.archive_before(work.session, before, after, _AT_ONCE)
        archived += moved
        shard.report(archived)
        if after is None:
            break
    records = sum(_forget(shard, each, old) for each in (archive.forget_closed_tasks, archive.forget_settled_receipts))
    return {"archived": archived, "records_forgotten": records}


def _forget(shard: Shard, forget: Callable[[Session, datetime, int], int], old: datetime) -> int:
    gone = 0
    while True:
        with shard.begin() as work:
            some = forget(work.session, old, _AT_ONCE)
        gone += some
        if some < _AT_ONCE:
            return gone
