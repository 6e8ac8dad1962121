"""What every owner of processes says when it cannot put the effect of an archived one into force (``ProcessApplyFailed``)."""

from uuid import UUID

from services.contracts.wording import LANGUAGES, refusal_in_full
from services.kit.envelope import Event
from services.kit.errors import Refusal
from services.kit.unit_of_work import Begin


def tell_effect_failed(begin: Begin, event: Event, error: Exception) -> None:
    """For ``process_archived`` that its handler gave up: say why, so that the process's page shows it and it can be retried.

    Once for each event: one that is replayed from the dead letters and fails again says nothing new.
    """
    process_id, code = UUID(event.data["process_id"]), event.data["code"]
    reason_zh, reason_en = reason_of(error, begin.context.trace_id)
    with begin(consuming=event) as work:
        failed = {
            "process_id": process_id,
            "code": code,
            "attempt": event.aggregate_version,
            "reason_zh": reason_zh,
            "reason_en": reason_en,
        }
        work.publish("process_apply_failed", process_id, failed)
        work.audit("process_apply_failed", ("process", process_id), after={"code": code}, why=reason_zh)


def reason_of(error: Exception, trace_id: str) -> tuple[str, str]:
    """Why something failed, in Chinese and English: a refusal's own words; of anything else, where its log is found."""
    if isinstance(error, Refusal):
        zh, en = (refusal_in_full(error, language) for language in LANGUAGES)
        return zh, en
    return f"系统错误，已记录（追踪号 {trace_id}）。", f"An internal error; it is logged under trace {trace_id}."
