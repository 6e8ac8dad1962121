"""Copy a process to people (抄送), for their information: they see it from now on, in a box of their own."""

from collections.abc import Sequence
from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.domain.acting import Decision
from services.workflow.domain.handing import copy
from services.workflow.domain.seats import Handler
from services.workflow.store import directory
from services.workflow.store.copies import put_copies
from services.workflow.store.processes import lock_concerned
from services.workflow.usecases.turns import person_of
from services.workflow.usecases.write_turn import write_turn


def copy_process(begin: Begin, process_id: UUID, *, user_ids: Sequence[UUID], opinion: str) -> UUID:
    """By its initiator or whoever acts, or has acted, at one of its nodes. Copied again, it is unread again.

    :returns: the process's id.
    :raises InvalidInput: at ``user_ids``, for nobody, and for people who are not there.
    :raises NotFound, Forbidden: as :func:`lock_concerned`.
    """
    with begin() as work:
        dossier = lock_concerned(work.session, work.caller, work.today, process_id)
        users = directory.active_users(work.session, user_ids)
        to = tuple(Handler(str(user.id), user.name, "") for user in users)
        entries = copy(dossier.state, Decision(person_of(work), work.now, opinion), to)
        put_copies(work.session, process_id, users, work.caller.name, work.now)
        said = {
            "by_id": UUID(work.caller.user_id),
            "by_name": work.caller.name,
            "opinion": opinion,
            "recipient_ids": [user.id for user in users],
        }
        write_turn(work, dossier, entries, ("process_copied", said))
    return process_id
