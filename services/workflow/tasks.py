"""Workflow's Celery tasks."""

from services.contracts.workflow import EVENTS
from services.kit.unit_of_work import Begin
from services.kit.worker import ServiceTasks
from services.workflow.usecases.recover_starts import recover_starts as recover

tasks = ServiceTasks("workflow", EVENTS)


@tasks.sweep("recover_starts", seconds=60)
def recover_starts(begin: Begin) -> int:
    """Undo starts and resubmissions whose process died half-way."""
    return recover(begin)
