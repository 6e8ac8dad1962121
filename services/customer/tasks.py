"""Customer's jobs."""

from typing import Any

from celery.schedules import crontab

from services.contracts.customer import EVENTS
from services.customer.usecases.sweep_funnel import sweep_funnel
from services.kit.jobs import Shard
from services.kit.worker import ServiceTasks

tasks = ServiceTasks("customer", EVENTS)


@tasks.job("funnel_sweep", schedule=crontab(hour=0, minute=30))
def funnel_sweep(shard: Shard) -> dict[str, Any]:
    """Falls, rises, notices and follow-ups of a day; daily."""
    return sweep_funnel(shard)
