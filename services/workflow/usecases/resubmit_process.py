"""Resubmit a process that was rejected, or returned to its start: edited or not, it goes round again.

By its initiator; or, where it waits for him or her at the start, by a deputy in his or her name.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func

from services.kit.answered_calls import note_answer, noted_answer
from services.kit.errors import Conflict, InvalidInput
from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.domain.acting import Decision
from services.workflow.domain.definitions import START
from services.workflow.domain.forms import Form, changes_between, check_form, enter, without_completions
from services.workflow.domain.history import RESUBMITTABLE
from services.workflow.domain.process import resubmit
from services.workflow.store import attachments, directory, drafts
from services.workflow.store.processes import Dossier, Turn, lock_for_resubmitting
from services.workflow.usecases.abandon_resubmission import abandon_resubmission
from services.workflow.usecases.ask_owner import Owners, ask_owner, is_refused, keep_answer, number_question
from services.workflow.usecases.turns import naming_who_can_help, person_of
from services.workflow.usecases.write_turn import write_turn


def resubmit_process(
    begin: Begin,
    owners: Owners,
    process_id: UUID,
    *,
    opinion: str,
    form: Form | None,
    handlers: Mapping[str, Sequence[UUID]] | None = None,
    draft_key: str | None = None,
) -> UUID:
    """The owner is asked again, as after a rejection it has released what it held.

    :param form: the whole of what the initiator enters; ``None`` for what it was.
    :param handlers: whom the initiator chooses, node → users; ``None`` for those chosen before, who may have left since.
    :param draft_key: of the caller's draft that it was made from, which goes when it is resubmitted.
    :returns: the process's id.
    :raises InvalidInput: by field; the form's and the owner's own.
    :raises Conflict: ``not_to_be_resubmitted``, ``process_changed``, ``nobody_holds_role`` and the owner's own.
    :raises NotFound, Forbidden: as :func:`lock_for_resubmitting`.
    """
    with begin() as work:
        seen = lock_for_resubmitting(work.session, work.caller, work.today, process_id).dossier
        if seen.state.status not in RESUBMITTABLE:
            if noted_answer(begin, _call_of(process_id)) is not None:
                return process_id  # by this very request, which nobody heard the answer of
            raise Conflict("not_to_be_resubmitted", state=seen.state.status)
        successor = directory.successor_in(work.session, seen.process)
        entered = _entered(seen, form)
        _require_same_owner(seen, entered)
        chosen: directory.Chosen = seen.process.chosen
        if handlers is not None:
            chosen = directory.chosen_handlers(work.session, seen.definition, handlers)
        # Whoever asks besides may have made the owner hold something, and leaves it to the last to ask.
        overtakes = seen.process.asked_at is not None
        version = number_question(seen.process)
        if seen.state.status == "rejected":
            seen.process.asked_at = func.now()
    try:
        prepared = ask_owner(owners, seen.process, seen.definition, entered, phase="resubmit", successor=successor)
    except Exception as error:
        abandon_resubmission(begin, process_id, version, is_held=overtakes or not is_refused(error))
        raise
    try:
        _run(begin, process_id, version, prepared, entered, chosen, opinion, draft_key)
    except Exception:
        abandon_resubmission(begin, process_id, version, is_held=True)
        raise
    return process_id


def _entered(dossier: Dossier, form: Form | None) -> Form:
    if form is None:
        return dossier.process.form
    fields, known = dossier.definition.fields_at(START), dossier.process.form
    own = without_completions(fields, form, known)
    return enter(fields, known, check_form(fields, own, operands=dossier.definition.operands, known=known))


def _require_same_owner(dossier: Dossier, entered: Form) -> None:
    """What the process is about may be edited, not whose it is: that service knows it, and no other."""
    definition = dossier.definition
    if definition.owner_by is not None and definition.owner_of(entered) != dossier.process.owner_service:
        raise InvalidInput(fields={f"form.{definition.owner_by[0]}": ["cannot_change_owner"]})


def _run(
    begin: Begin,
    process_id: UUID,
    version: int,
    prepared: dict[str, Any],
    entered: Form,
    chosen: directory.Chosen,
    opinion: str,
    draft_key: str | None,
) -> None:
    with begin() as work:
        turn = lock_for_resubmitting(work.session, work.caller, work.today, process_id)
        dossier = turn.dossier
        process, before = dossier.process, dossier.process.form
        if process.version != version:
            raise Conflict("process_changed")
        attachments.bind(work.session, work.caller, process_id, dossier.definition.fields_at(START), entered)
        keep_answer(work.session, process, prepared)
        process.chosen = dict(chosen)
        handlers = directory.handlers_of_process(work.session, dossier.definition, process)
        decision = _decision(work, turn, opinion)
        changes = changes_between(before, process.form)
        with naming_who_can_help(work):
            entries = resubmit(dossier.definition, dossier.state, decision, dossier.values, handlers, changes)
        write_turn(work, dossier, entries)
        if draft_key is not None:
            drafts.forget(work.session, work.caller, draft_key)
        note_answer(work, _call_of(process_id), str(process_id))


def _call_of(process_id: UUID) -> str:
    return f"resubmit_process {process_id}"


def _decision(work: UnitOfWork, turn: Turn, opinion: str) -> Decision:
    if turn.principal is None:
        return Decision(turn.dossier.initiator, work.now, opinion)
    return Decision(person_of(work, "initiator"), work.now, opinion, turn.principal)
