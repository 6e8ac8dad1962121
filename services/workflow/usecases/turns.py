"""What the use cases of all decisions at a task have in common."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from services.kit.errors import Conflict
from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.domain.acting import Decision, Handlers
from services.workflow.domain.definitions import Definition
from services.workflow.domain.history import Entry, State
from services.workflow.domain.seats import Handler
from services.workflow.store import attachments, directory
from services.workflow.store.processes import Turn, lock_by_task
from services.workflow.usecases.write_turn import write_turn


@dataclass(frozen=True)
class AtTask:
    """What a decision at a task is made of.

    :param handlers: who can act at each node, as the directory says now.
    """

    session: Session
    definition: Definition
    state: State
    decision: Decision
    handlers: Handlers

    def taker(self, user_id: UUID) -> Handler:
        """Somebody who is to act from now on.

        :raises NotFound: ``taker_not_found``, also for one who has left.
        """
        return directory.taker(self.session, user_id)


def take_turn(
    begin: Begin,
    task_id: UUID,
    opinion: str,
    decide: Callable[[AtTask], Sequence[Entry]],
    *,
    files: Sequence[UUID] = (),
) -> UUID:
    """Decide at one's own task, or at that of somebody whose deputy one is today.

    :param files: ids of attachments beside the words.
    :returns: the process's id.
    :raises NotFound, Forbidden, Conflict: as :func:`lock_by_task`, and the decision's own.
    """
    with begin() as work:
        turn = lock_by_task(work.session, work.caller, work.today, task_id)
        dossier = turn.dossier
        at = AtTask(
            session=work.session,
            definition=dossier.definition,
            state=dossier.state,
            decision=decision_at(work, turn, opinion, files),
            handlers=directory.handlers_of_process(work.session, dossier.definition, dossier.process),
        )
        with naming_who_can_help(work):
            write_turn(work, dossier, decide(at))
    return dossier.process.id


def decision_at(work: UnitOfWork, turn: Turn, opinion: str, files: Sequence[UUID] = (), *, role: str = "") -> Decision:
    """The caller's decision; the files beside it are the process's from now on."""
    kept = attachments.bind_ids(work.session, work.caller, turn.dossier.process.id, files) if files else []
    return Decision(person_of(work, role), work.now, opinion, turn.principal, tuple(kept))


def person_of(work: UnitOfWork, role: str = "") -> Handler:
    """The caller as the state machine knows people.

    :param role: the one he or she acts in, where no seat at a node says it.
    """
    return Handler(work.caller.user_id, work.caller.name, role)


@contextmanager
def naming_who_can_help(work: UnitOfWork) -> Iterator[None]:
    """A process that could not go on, as nobody can act at a node, says who can change that."""
    try:
        yield
    except Conflict as error:
        if error.code == "nobody_holds_role":
            error.params["administrators"] = "、".join(directory.administrators(work.session))
        raise
