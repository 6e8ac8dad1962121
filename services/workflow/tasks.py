"""Workflow's Celery tasks."""

from typing import Any

from services.contracts.workflow import EVENTS
from services.kit.jobs import Shard
from services.kit.unit_of_work import Begin
from services.kit.worker import Schedule, ServiceTasks
from services.workflow.usecases.begin_deputies import begin_deputies as begin_all
from services.workflow.usecases.forget_papers import forget_papers
from services.workflow.usecases.hand_over_tasks import hand_over_tasks as hand_over
from services.workflow.usecases.recover_starts import recover_starts as recover
from services.workflow.usecases.remind_handlers import remind_handlers as remind

tasks = ServiceTasks("workflow", EVENTS)


@tasks.sweep("recover_starts", seconds=60)
def recover_starts(begin: Begin) -> int:
    """Undo starts and resubmissions whose process died half-way."""
    return recover(begin)


@tasks.sweep("remind_handlers", seconds=60)
def remind_handlers(begin: Begin) -> int:
    """Tell of tasks whose time limit is near or over."""
    return remind(begin)


@tasks.sweep("begin_deputies", seconds=60)
def begin_deputies(begin: Begin) -> int:
    """Tell deputies whose days have come of what waits already."""
    return begin_all(begin)


@tasks.sweep("hand_over_tasks", seconds=60)
def hand_over_tasks(begin: Begin) -> int:
    """Give the tasks of people who have left to those who take over."""
    return hand_over(begin)


@tasks.job("workflow_paper_cleaning", schedule=Schedule(hour=3, minute=50))
def workflow_paper_cleaning(shard: Shard) -> dict[str, Any]:
    """Uploads that nothing names, and drafts past their time; daily."""
    return forget_papers(shard)
