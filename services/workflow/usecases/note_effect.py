"""Note what became of the effect of an archived process, as its owner says: it is in force, or it could not be put into force."""

from uuid import UUID

from services.contracts.workflow import ProcessApplied, ProcessApplyFailed
from services.kit.envelope import Event
from services.kit.errors import NotYet
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.domain.history import Entry
from services.workflow.store.processes import append_entries, dossier_of, lock_any
from services.workflow.store.tables import Process
from services.workflow.usecases.snapshots import process_snapshot


def note_effect(begin: Begin, event: Event) -> None:
    """Once a process; shown on its page.

    :raises NotYet: ``process_not_known_yet``; the bus tries again.
    """
    applied = load_told(ProcessApplied, event.data)
    with begin(consuming=event) as work:
        process = _lock_archived(work, applied["process_id"])
        if process.effect == "in_force":
            return
        process.effect = "in_force"
        process.effect_zh, process.effect_en = applied["summary_zh"], applied["summary_en"]
        process.changed_at = work.now
        entry = Entry("applied", None, work.now, opinion=applied["summary_zh"], opinion_en=applied["summary_en"])
        append_entries(work.session, dossier_of(work.session, process), [entry])
        work.audit("process_applied", ("process", process.id), after={"effect": "in_force"}, why=applied["summary_zh"])


def note_effect_failed(begin: Begin, event: Event) -> None:
    """Shown on the process's page with the reason, until a retry brings the effect; and told to whom it concerns.

    What tells of an attempt before the last retry, or comes after the effect, is out of date and changes nothing.

    :raises NotYet: ``process_not_known_yet``; the bus tries again.
    """
    failed = load_told(ProcessApplyFailed, event.data)
    zh, en = failed["reason_zh"], failed["reason_en"]
    with begin(consuming=event) as work:
        process = _lock_archived(work, failed["process_id"])
        if process.effect == "in_force" or failed["attempt"] < (process.effect_attempt or 0):
            return
        process.effect, process.effect_zh, process.effect_en = "failed", zh, en
        process.changed_at = work.now
        process.version += 1
        dossier = dossier_of(work.session, process)
        append_entries(work.session, dossier, [Entry("effect_failed", None, work.now, opinion=zh, opinion_en=en)])
        told = {**process_snapshot(process, dossier.definition), "reason_zh": zh, "reason_en": en}
        work.publish("process_effect_failed", process.id, told, version=process.version)
        work.audit("process_effect_failed", ("process", process.id), after={"effect": "failed"}, why=zh)


def _lock_archived(work: UnitOfWork, process_id: UUID) -> Process:
    process = lock_any(work.session, process_id)
    if process is None or process.state != "archived":
        raise NotYet("process_not_known_yet")
    return process
