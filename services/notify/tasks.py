"""Notify's jobs, as its Celery workers run them."""

from services.contracts.notify import EVENTS
from services.kit.jobs import Shard
from services.kit.settings import Settings
from services.kit.unit_of_work import Begin
from services.kit.worker import Schedule, ServiceTasks
from services.notify.usecases.archive_messages import archive_messages
from services.notify.usecases.forget_letters import forget_letters as forget
from services.notify.usecases.remind_handlers import remind_handlers as remind
from services.notify.usecases.seal_addresses import seal_addresses as seal
from services.notify.usecases.send_letters import send_letters as send

tasks = ServiceTasks("notify", EVENTS)


@tasks.outward_sweep("send_letters", seconds=10)
def send_letters(begin: Begin, settings: Settings) -> int:
    """Mail and robots' posts that are due. One letter a robot and run, so that no robot gets more than its vendor takes."""
    return send(begin, settings)


@tasks.outward_sweep("seal_addresses", seconds=3600)
def seal_addresses(begin: Begin, settings: Settings) -> int:
    """Robots' addresses of before there was a key, or another one."""
    return seal(begin, settings)


@tasks.sweep("forget_letters", seconds=3600)
def forget_letters(begin: Begin) -> int:
    """What was sent, or given up, a month ago."""
    return forget(begin)


@tasks.sweep("remind_handlers", seconds=60)
def remind_handlers(begin: Begin) -> int:
    """Tell of tasks that wait longer than the policy's hours."""
    return remind(begin)


@tasks.job("message_archiving", schedule=Schedule(hour=3, minute=20))
def message_archiving(shard: Shard) -> dict[str, int]:
    """Messages past the months that they are kept, and records that nothing asks for any more; daily."""
    return archive_messages(shard)
