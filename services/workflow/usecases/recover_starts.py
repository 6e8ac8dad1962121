"""Find starts whose process died half-way, and undo them."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from services.kit.unit_of_work import Begin
from services.workflow.store.tables import Process
from services.workflow.usecases.abandon_start import refuse

STALE_AFTER: Final = timedelta(minutes=1)
"""Well over the deadline of the owner's call: whoever started it is not waiting any more."""
BATCH_SIZE: Final = 500


def recover_starts(begin: Begin) -> int:
    """Refuse every start that is older than :data:`STALE_AFTER`; its owner releases what it may hold.

    :returns: how many there were.
    """
    with begin() as work:
        stale = (
            select(Process)
            .where(Process.state == "starting", Process.started_at < work.now - STALE_AFTER)
            .order_by(Process.started_at)
            .limit(BATCH_SIZE)
            .with_for_update(skip_locked=True)
        )
        processes = work.session.scalars(stale).all()
        for process in processes:
            refuse(work, process, is_held=True)
    return len(processes)
