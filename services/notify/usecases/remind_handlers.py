"""Remind handlers of tasks that wait longer than the policy's hours, and then their leads (spec, notify.md, "Reminders")."""

from typing import Final

from services.kit.unit_of_work import Begin
from services.notify.store.policies import policy_in_force
from services.notify.store.waiting_tasks import take_to_escalate, take_to_remind
from services.notify.usecases.post_messages import drafts_for, post_drafts

BATCH_SIZE: Final = 500


def remind_handlers(begin: Begin) -> int:
    """Each is told once a task, whatever runs twice. Of tasks with a time limit of their own workflow tells.

    A task that ends in the same moment may still be told of: its end makes that message done as well.

    :returns: how many there were; of more than a batch, the next sweep tells.
    """
    with begin() as work:
        policy = policy_in_force(work.session)
        waiting = take_to_remind(work.session, policy.remind_before(work.now), work.now, BATCH_SIZE)
        escalated = take_to_escalate(work.session, policy.escalate_before(work.now), work.now, BATCH_SIZE)
        drafts = [draft for said in waiting for draft in drafts_for("notify.task_waiting", said)]
        drafts += [draft for said in escalated for draft in drafts_for("notify.task_escalated", said)]
        post_drafts(work, drafts)
    return len(waiting) + len(escalated)
