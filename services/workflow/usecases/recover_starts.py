"""Find starts and resubmissions whose process died half-way, and undo them."""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from services.kit.unit_of_work import Begin
from services.workflow.store.processes import dossier_of
from services.workflow.store.tables import Process
from services.workflow.usecases.abandon_resubmission import release
from services.workflow.usecases.abandon_start import refuse

STALE_AFTER: Final = timedelta(minutes=1)
"""Well over the deadline of the owner's call: whoever asked is not waiting any more."""
BATCH_SIZE: Final = 500


def recover_starts(begin: Begin) -> int:
    """Undo what has been waiting for an owner's answer longer than :data:`STALE_AFTER`; the owner releases what it may hold.

    :returns: how many there were.
    """
    with begin() as work:
        stale = (
            select(Process)
            .where(Process.asked_at < func.now() - STALE_AFTER)
            .order_by(Process.asked_at)
            .limit(BATCH_SIZE)
            .with_for_update(skip_locked=True)
        )
        processes = work.session.scalars(stale).all()
        for process in processes:
            if process.state == "starting":
                refuse(work, process, is_held=True)
            else:
                release(work, dossier_of(work.session, process), is_held=True)
    return len(processes)
