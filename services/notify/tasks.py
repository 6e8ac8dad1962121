"""Notify's jobs, as its Celery workers run them."""

from celery.schedules import crontab

from services.contracts.notify import EVENTS
from services.kit.jobs import Shard
from services.kit.unit_of_work import Begin
from services.kit.worker import ServiceTasks
from services.notify.usecases.archive_messages import archive_messages
from services.notify.usecases.remind_handlers import remind_handlers as remind

tasks = ServiceTasks("notify", EVENTS)


@tasks.sweep("remind_handlers", seconds=60)
def remind_handlers(begin: Begin) -> int:
    """Tell of tasks that wait longer than the policy's hours."""
    return remind(begin)


@tasks.job("message_archiving", schedule=crontab(hour=3, minute=20))
def message_archiving(shard: Shard) -> dict[str, int]:
    """Messages past the months that they are kept, and records that nothing asks for any more; daily."""
    return archive_messages(shard)
