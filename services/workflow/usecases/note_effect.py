"""Note that the effect of an archived process is in force, as its owner says."""

from services.contracts.workflow import ProcessApplied
from services.kit.envelope import Event
from services.kit.errors import Conflict
from services.kit.schema import load
from services.kit.unit_of_work import Begin
from services.workflow.domain.history import Entry
from services.workflow.store.processes import append_entries, dossier_of, lock_any


def note_effect(begin: Begin, event: Event) -> None:
    """Once a process; shown on its page.

    :raises Conflict: ``process_not_known_yet``; the bus tries again.
    """
    applied = load(ProcessApplied, event.data)
    with begin(consuming=event) as work:
        process = lock_any(work.session, applied["process_id"])
        if process is None or process.state != "archived":
            raise Conflict("process_not_known_yet")
        if process.effect == "in_force":
            return
        process.effect = "in_force"
        process.effect_zh, process.effect_en = applied["summary_zh"], applied["summary_en"]
        process.changed_at = work.now
        entry = Entry("applied", None, work.now, opinion=applied["summary_zh"], opinion_en=applied["summary_en"])
        append_entries(work.session, dossier_of(work.session, process), [entry])
