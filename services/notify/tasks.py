"""Notify's Celery tasks."""

from services.contracts.notify import EVENTS
from services.kit.settings import Settings
from services.kit.unit_of_work import Begin
from services.kit.worker import ServiceTasks
from services.notify.usecases.forget_letters import forget_letters as forget
from services.notify.usecases.send_letters import send_letters as send

tasks = ServiceTasks("notify", EVENTS)


@tasks.outward_sweep("send_letters", seconds=10)
def send_letters(begin: Begin, settings: Settings) -> int:
    """Mail and robots' posts that are due. One letter a robot and run, so that no robot gets more than its vendor takes."""
    return send(begin, settings)


@tasks.sweep("forget_letters", seconds=3600)
def forget_letters(begin: Begin) -> int:
    """What was sent, or given up, a month ago."""
    return forget(begin)
