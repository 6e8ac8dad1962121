"""Payments' jobs, as its Celery workers run them."""

from celery.schedules import crontab

from services.contracts.payments import EVENTS
from services.kit.jobs import Shard
from services.kit.worker import ServiceTasks
from services.payments.usecases.retry_write_offs import retry_write_offs
from services.payments.usecases.set_matching_policy import JOB, SHARDS, key_of_job

tasks = ServiceTasks("payments", EVENTS)


@tasks.job("auto_write_off", shards=2, schedule=crontab(hour=6, minute=30))
def auto_write_off(shard: Shard) -> dict[str, int]:
    """Every morning: retry matching and automatic write-offs for everything open."""
    return retry_write_offs(shard)


@tasks.job(JOB, shards=SHARDS, key=key_of_job)
def match_again(shard: Shard) -> dict[str, int]:
    """When the policy of matching was set: look again at what is nobody's, and start the write-offs that follow."""
    return retry_write_offs(shard)
