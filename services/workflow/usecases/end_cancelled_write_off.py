"""End the process of an automatic write-off that payments has cancelled (spec, payments.md, "Matching")."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.contracts.payments import WriteOffCancelled
from services.kit.envelope import Event
from services.kit.errors import NotYet
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin
from services.workflow.domain.acting import Decision
from services.workflow.domain.history import ENDED, Entry, State
from services.workflow.domain.process import withdraw
from services.workflow.domain.seats import Handler
from services.workflow.store.processes import dossier_of, lock_any
from services.workflow.usecases.write_turn import write_turn


def end_cancelled_write_off(begin: Begin, event: Event) -> None:
    """For ``write_off_cancelled``: withdrawn in the name of whoever undid the match, with the reason, or by the system where the
    customer has another owner; nobody is asked any more.

    One that was confirmed at the same moment is archived and stays so: payments refuses it its effect, and its page says why.

    :raises NotYet: ``process_not_known_yet``: the event that starts it is still on the way; the bus tries again.
    """
    cancelled = load_told(WriteOffCancelled, event.data)
    with begin(consuming=event) as work:
        process = lock_any(work.session, cancelled["write_off_id"])
        if process is None:
            raise NotYet("process_not_known_yet")
        dossier = dossier_of(work.session, process)
        if dossier.state.status in ENDED:
            return
        write_turn(work, dossier, [_withdrawn(dossier.state, cancelled, work.now)])


def _withdrawn(state: State, cancelled: Mapping[str, Any], at: datetime) -> Entry:
    if cancelled["cause"] == "owner_changed":
        zh, en = _of_another_owner(cancelled["next_owner_name"])
        return Entry("withdrawn", None if state.visit is None else state.visit.node, at, opinion=zh, opinion_en=en)
    payer, reason = cancelled["payer_name"], cancelled["reason"]
    by = Handler(str(cancelled["by_id"]), cancelled["by_name"], "sales_admin")
    (withdrawn,) = withdraw(state, Decision(by, at, f"系统撤回：{payer} 到款的匹配已撤销。{reason}"))
    words_en = f"Withdrawn by the system: the match of the receipt from {payer} was undone. {reason}"
    return replace(withdrawn, opinion_en=words_en)


def _of_another_owner(name: str | None) -> tuple[str, str]:
    if name is None:
        return "系统撤回：客户已无跟进销售。", "Withdrawn by the system: nobody looks after the customer any more."
    return (
        f"系统撤回：客户转由 {name} 跟进，销账重新发起，由其确认。",
        f"Withdrawn by the system: {name} looks after the customer now, and is asked to confirm by a process of its own.",
    )
