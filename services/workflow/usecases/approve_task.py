"""Approve a task: a handler agrees, and enters what the node asks for."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.kit.answered_calls import note_answer, noted_answer
from services.kit.errors import Conflict
from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.domain.definitions import Field
from services.workflow.domain.forms import Form, changes_between, check_form, enter, with_kept, without_completions
from services.workflow.domain.process import approve, check_approval
from services.workflow.store import attachments as files
from services.workflow.store import directory
from services.workflow.store.processes import Dossier, Turn, lock_by_task
from services.workflow.usecases.ask_owner import Owners, ask_owner, keep_answer, number_question
from services.workflow.usecases.turns import decision_at, naming_who_can_help
from services.workflow.usecases.write_turn import write_turn


def approve_task(
    begin: Begin, owners: Owners, task_id: UUID, *, opinion: str, form: Form, attachments: Sequence[UUID] = ()
) -> UUID:
    """Agree for oneself, or for whose deputy one is. Where something is entered, the owning service is asked before the approval
    is recorded.

    :returns: the process's id.
    :raises InvalidInput: by field; the form's and the owner's own.
    :raises Conflict: ``task_already_decided``, ``process_changed``, ``nobody_holds_role`` and the owner's own.
    :raises NotFound, Forbidden: as :func:`lock_by_task`.
    """
    try:
        return _decide(begin, owners, task_id, opinion, form, attachments)
    except Conflict:
        # It may be decided by this very request, which nobody heard the answer of.
        noted = noted_answer(begin, _call_of(task_id))
        if noted is None:
            raise
        return UUID(noted.answer)


def _call_of(task_id: UUID) -> str:
    return f"approve_task {task_id}"


def _decide(begin: Begin, owners: Owners, task_id: UUID, opinion: str, form: Form, attachments: Sequence[UUID]) -> UUID:
    with begin() as work:
        seen = lock_by_task(work.session, work.caller, work.today, task_id)
        if not _enters(seen.dossier, form):
            _check_nothing_else(seen.dossier, form)
            _approve(work, task_id, seen, opinion, attachments, seen.dossier.process.form)
            return seen.dossier.process.id
        process, definition = seen.dossier.process, seen.dossier.definition
        handlers = directory.handlers_of_process(work.session, definition, process, since=process.node)
        check_approval(definition, seen.dossier.state, decision_at(work, seen, opinion), handlers)
        entered = _entered(seen.dossier, form)
        version = number_question(process)
    prepared = ask_owner(owners, process, definition, entered, phase="node", node=process.node)
    with begin() as work:
        turn = lock_by_task(work.session, work.caller, work.today, task_id)
        dossier = turn.dossier
        before = dossier.process.form
        if dossier.process.version != version:
            raise Conflict("process_changed")
        files.bind(work.session, work.caller, dossier.process.id, _fields(dossier), entered)
        keep_answer(work.session, dossier.process, prepared)
        _approve(work, task_id, turn, opinion, attachments, before)
    return dossier.process.id


def _fields(dossier: Dossier) -> tuple[Field, ...]:
    return dossier.definition.fields_at(dossier.process.node or "")


def _enters(dossier: Dossier, form: Form) -> bool:
    """Whether something is entered: the node's own fields always are, those that may be changed besides if they were sent."""
    return any(field.entered_at == dossier.process.node or field.code in form for field in _fields(dossier))


def _check_nothing_else(dossier: Dossier, form: Form) -> None:
    check_form((), without_completions((), form, dossier.process.form), operands={}, known={})


def _entered(dossier: Dossier, form: Form) -> Form:
    """The whole form with what the handler entered in it."""
    fields, known = _fields(dossier), dossier.process.form
    own = with_kept(fields, dossier.process.node or "", without_completions(fields, form, known), known)
    return enter(fields, known, check_form(fields, own, operands=dossier.definition.operands, known=known))


def _approve(
    work: UnitOfWork, task_id: UUID, turn: Turn, opinion: str, attachments: Sequence[UUID], before: Mapping[str, Any]
) -> None:
    dossier = turn.dossier
    handlers = directory.handlers_of_process(work.session, dossier.definition, dossier.process, since=dossier.process.node)
    changes = changes_between(before, dossier.process.form)
    decision = decision_at(work, turn, opinion, attachments)
    with naming_who_can_help(work):
        write_turn(work, dossier, approve(dossier.definition, dossier.state, decision, dossier.values, handlers, changes))
    note_answer(work, _call_of(task_id), str(dossier.process.id))
