"""Start a process (spec, workflow.md, "The engine"; the protocol with owners is in services.contracts.workflow)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from services.kit.errors import Conflict, Forbidden
from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.domain.acting import Decision, nobody_holds
from services.workflow.domain.definitions import START, Definition
from services.workflow.domain.forms import Form, check_form
from services.workflow.domain.process import start
from services.workflow.store import attachments, definitions, directory, drafts
from services.workflow.store.process_texts import first_texts
from services.workflow.store.processes import dossier_of, lock_any
from services.workflow.store.tables import Process
from services.workflow.usecases.abandon_start import abandon_start
from services.workflow.usecases.ask_owner import Owners, ask_owner, is_refused, put_answer, texts_answered
from services.workflow.usecases.publish_definitions import ensure_published
from services.workflow.usecases.turns import naming_who_can_help
from services.workflow.usecases.write_turn import write_turn


def start_process(
    begin: Begin,
    owners: Owners,
    *,
    code: str,
    subject_id: str | None,
    form: Form,
    opinion: str,
    idempotency_key: str | None,
    handlers: Mapping[str, Sequence[UUID]] | None = None,
    draft_key: str | None = None,
) -> UUID:
    """A new process of the caller's, or the one that the same key has made.

    A start that is refused, or dies on the way, leaves nothing to be seen; what the owner may hold for it is released.

    :param handlers: whom the initiator chooses, at the nodes that let him or her: node → users.
    :param draft_key: of the draft that it was made from, which goes when the process runs, and stays if it does not.
    :raises NotFound: ``definition_not_found``.
    :raises Forbidden: ``may_not_start``.
    :raises InvalidInput: by field; the form's, and the owner's own reasons.
    :raises Conflict: ``nobody_holds_role``, ``start_key_reused`` and the owner's own.
    """
    ensure_published(begin)
    process, definition = _open(begin, code, subject_id, form, idempotency_key, handlers or {})
    if process.state != "starting":
        return process.id
    try:
        prepared = ask_owner(owners, process, definition, process.form, phase="start")
    except Exception as error:
        abandon_start(begin, process.id, is_held=not is_refused(error))
        raise
    try:
        _run(begin, process, prepared, opinion, draft_key)
    except Exception:
        abandon_start(begin, process.id, is_held=True)
        raise
    return process.id


def _open(
    begin: Begin,
    code: str,
    subject_id: str | None,
    form: Form,
    idempotency_key: str | None,
    chosen: Mapping[str, Sequence[UUID]],
) -> tuple[Process, Definition]:
    """Keep the process as ``starting``, so that a death from here on is found by ``recover_starts``."""
    with begin() as work:
        version = definitions.current(work.session, code)
        definition = version.definition
        if not work.caller.has_role(*definition.starters):
            raise Forbidden("may_not_start")
        fields = definition.fields_at(START)
        row = {
            "id": work.new_id(),
            "code": code,
            "definition_version": version.version,
            "owner_service": definition.owner_of(form),
            "state": "starting",
            "title": definition.name_zh,
            "subject_key": subject_id,
            "subject_type": definition.subject_type,
            "subject_id": subject_id or "",
            "subject_name": "",
            "initiator_id": UUID(work.caller.user_id),
            "initiator_name": work.caller.name,
            "initiator_department_id": UUID(work.caller.department_id) if work.caller.department_id else None,
            "form": check_form(fields, form, operands=definition.operands, known={}),
            "chosen": directory.chosen_handlers(work.session, definition, chosen),
            "facts": {},
            "idempotency_key": idempotency_key,
            "asked_at": func.now(),
            "started_at": work.now,
            "changed_at": work.now,
            "version": 0,
        }
        process = _insert(work, row)
        if process.state == "starting":
            attachments.bind(work.session, work.caller, process.id, fields, process.form)
            handlers = directory.handlers_of_process(work.session, definition, process)
            for node in definition.nodes:
                # A node with a condition may ask nobody; that shows when the owner's facts are known.
                if node.pass_when is None and not handlers[node.code]:
                    with naming_who_can_help(work):
                        raise nobody_holds(node)
    return process, definition


def _insert(work: UnitOfWork, row: dict[str, Any]) -> Process:
    """
    :raises Conflict: ``start_key_reused``, if the key made a process of another code or subject.
    """
    new = insert(Process).values(row).on_conflict_do_nothing().returning(Process)
    known = select(Process).where(Process.initiator_id == row["initiator_id"], Process.idempotency_key == row["idempotency_key"])
    process = None
    while process is None:  # a holder that is refused between the two statements gives its key back
        process = work.session.scalars(new).first() or work.session.scalars(known).first()
    if (process.code, process.subject_key) != (row["code"], row["subject_key"]):
        raise Conflict("start_key_reused")
    return process


def _run(begin: Begin, opened: Process, prepared: dict[str, Any], opinion: str, draft_key: str | None) -> None:
    with begin() as work:
        process = lock_any(work.session, opened.id, first_texts(opened.id, texts_answered(opened, prepared)))
        if process is None or process.state == "refused":
            raise Conflict("start_took_too_long")
        if process.state != "starting":
            return  # the same start, repeated, was faster
        put_answer(process, prepared)
        dossier = dossier_of(work.session, process)
        handlers = directory.handlers_of_process(work.session, dossier.definition, process)
        decision = Decision(dossier.initiator, work.now, opinion)
        with naming_who_can_help(work):
            entries = start(dossier.definition, decision, dossier.values, handlers)
        write_turn(work, dossier, entries)
        if draft_key is not None:
            drafts.forget(work.session, work.caller, draft_key)
