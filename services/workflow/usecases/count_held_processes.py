"""Count what waits for somebody, and what he or she has going on."""

from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.store.deputies import count_standing_in
from services.workflow.store.processes import count_going_on
from services.workflow.store.tasks import count_open_tasks


def count_held_processes(begin: Begin, user_id: UUID) -> dict[str, int]:
    """As :class:`services.contracts.holdings.ProcessesHeld` wants it."""
    with begin() as work:
        return {
            "tasks": count_open_tasks(work.session, user_id),
            "processes": count_going_on(work.session, user_id),
            "absences": count_standing_in(work.session, user_id, work.today),
        }
