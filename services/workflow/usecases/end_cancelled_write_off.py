"""End the process of an automatic write-off that payments has cancelled (spec, payments.md, "Matching")."""

from dataclasses import replace

from services.contracts.payments import WriteOffCancelled
from services.kit.envelope import Event
from services.kit.errors import NotYet
from services.kit.schema import load
from services.kit.unit_of_work import Begin
from services.workflow.domain.acting import Decision
from services.workflow.domain.history import ENDED
from services.workflow.domain.process import withdraw
from services.workflow.domain.seats import Handler
from services.workflow.store.processes import dossier_of, lock_any
from services.workflow.usecases.write_turn import write_turn


def end_cancelled_write_off(begin: Begin, event: Event) -> None:
    """For ``write_off_cancelled``: withdrawn in the name of whoever undid the match, with the reason; nobody is asked any more.

    One that was confirmed at the same moment is archived and stays so: payments refuses it its effect, and its page says why.

    :raises NotYet: ``process_not_known_yet``: the event that starts it is still on the way; the bus tries again.
    """
    cancelled = load(WriteOffCancelled, event.data)
    with begin(consuming=event) as work:
        process = lock_any(work.session, cancelled["write_off_id"])
        if process is None:
            raise NotYet("process_not_known_yet")
        dossier = dossier_of(work.session, process)
        if dossier.state.status in ENDED:
            return
        payer, reason = cancelled["payer_name"], cancelled["reason"]
        by = Handler(str(cancelled["by_id"]), cancelled["by_name"], "sales_admin")
        (withdrawn,) = withdraw(dossier.state, Decision(by, work.now, f"系统撤回：{payer} 到款的匹配已撤销。{reason}"))
        words_en = f"Withdrawn by the system: the match of the receipt from {payer} was undone. {reason}"
        write_turn(work, dossier, [replace(withdrawn, opinion_en=words_en)])
