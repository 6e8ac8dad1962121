"""Approve a task: a handler agrees, and enters what the node asks for."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.kit.errors import Conflict
from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.domain.definitions import Field
from services.workflow.domain.forms import Form, changes_between, check_form, enter, without_completions
from services.workflow.domain.process import Decision, approve, check_approval
from services.workflow.store import attachments, directory
from services.workflow.store.processes import Dossier, lock_by_task
from services.workflow.usecases.ask_owner import Owners, ask_owner, keep_answer, number_question
from services.workflow.usecases.persons import person_of
from services.workflow.usecases.write_turn import write_turn


def approve_task(begin: Begin, owners: Owners, task_id: UUID, *, opinion: str, form: Form) -> UUID:
    """Agree for oneself. Where the node enters fields, the owning service is asked before the approval is recorded.

    :returns: the process's id.
    :raises InvalidInput: by field; the form's and the owner's own.
    :raises Conflict: ``task_already_decided``, ``process_changed``, ``nobody_holds_role`` and the owner's own.
    :raises NotFound, Forbidden: as :func:`lock_by_task`.
    """
    with begin() as work:
        seen = lock_by_task(work.session, work.caller, task_id)
        check_approval(seen.definition, seen.state, _decision(work, opinion))
        entered = _entered(seen, form)
        if not _fields(seen):
            _approve(work, seen, opinion, seen.process.form)
            return seen.process.id
        version = number_question(seen.process)
    prepared = ask_owner(owners, seen.process, seen.definition, entered, phase="node", node=seen.process.node)
    with begin() as work:
        dossier = lock_by_task(work.session, work.caller, task_id)
        before = dossier.process.form
        if dossier.process.version != version:
            raise Conflict("process_changed")
        attachments.bind(work.session, work.caller, dossier.process.id, _fields(dossier), entered)
        keep_answer(dossier.process, prepared)
        _approve(work, dossier, opinion, before)
    return dossier.process.id


def _fields(dossier: Dossier) -> tuple[Field, ...]:
    return dossier.definition.fields_at(dossier.process.node or "")


def _entered(dossier: Dossier, form: Form) -> Form:
    """The whole form with what the handler entered in it."""
    fields = _fields(dossier)
    own = without_completions(fields, form, dossier.process.form)
    return enter(fields, dossier.process.form, check_form(fields, own))


def _decision(work: UnitOfWork, opinion: str) -> Decision:
    return Decision(person_of(work.caller), work.now, opinion)


def _approve(work: UnitOfWork, dossier: Dossier, opinion: str, before: Mapping[str, Any]) -> None:
    handlers = directory.handlers_of(work.session, dossier.definition, dossier.process)
    decision = _decision(work, opinion)
    changes = changes_between(before, dossier.process.form)
    write_turn(work, dossier, approve(dossier.definition, dossier.state, decision, dossier.values, handlers, changes))
