"""Customer's jobs."""

from typing import Any

from celery.schedules import crontab

from services.contracts.customer import EVENTS
from services.customer.usecases.sweep_funnel import sweep_funnel
from services.kit.jobs import Shard
from services.kit.worker import ServiceTasks

SWEEP_SHARDS = 4
"""More than one host's workers, so that those of several can share a sweep."""

tasks = ServiceTasks("customer", EVENTS)


@tasks.job("funnel_sweep", shards=SWEEP_SHARDS, schedule=crontab(hour=0, minute=30))
def funnel_sweep(shard: Shard) -> dict[str, Any]:
    """Falls, rises, notices and follow-ups of a day; daily."""
    return sweep_funnel(shard)
