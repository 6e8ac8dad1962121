"""Withdraw a process: its initiator takes it back before it is archived, without anybody's help."""

from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.domain.acting import Decision
from services.workflow.domain.process import withdraw
from services.workflow.store.processes import lock_own
from services.workflow.usecases.write_turn import write_turn


def withdraw_process(begin: Begin, process_id: UUID, *, opinion: str) -> UUID:
    """
    :returns: the process's id.
    :raises Conflict: ``process_ended``.
    :raises NotFound, Forbidden: as :func:`lock_own`.
    """
    with begin() as work:
        dossier = lock_own(work.session, work.caller, work.today, process_id)
        decision = Decision(dossier.initiator, work.now, opinion)
        write_turn(work, dossier, withdraw(dossier.state, decision))
    return process_id
