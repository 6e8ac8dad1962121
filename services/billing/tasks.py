"""Billing's jobs. Never imports nameko or eventlet: workers are ordinary processes."""

from typing import Any, Final

from services.billing.usecases.import_usage import import_usage
from services.billing.usecases.render_statement import render_statement
from services.billing.usecases.rerate_late_usage import rerate_late_usage
from services.billing.usecases.run_billing import run_billing
from services.billing.usecases.start_billing_run import key_of_run
from services.contracts.billing import EVENTS
from services.kit.jobs import Shard
from services.kit.worker import Schedule, ServiceTasks

tasks = ServiceTasks("billing", EVENTS)

RUN_SHARDS: Final = 4


@tasks.job("billing_run", shards=RUN_SHARDS, key=key_of_run, schedule=Schedule(hour=2, minute=0, day_of_month=1))
def billing_run(shard: Shard) -> dict[str, int]:
    """The bills of the month before the job's day, or of the month in its params."""
    return run_billing(shard)


@tasks.job("rerate_late_usage", shards=4, schedule=Schedule(hour=3, minute=0))
def rerate(shard: Shard) -> dict[str, int]:
    """Usage that came after its month was billed; daily."""
    return rerate_late_usage(shard)


@tasks.job("usage_import", key=lambda _as_of, params: str(params["import_id"]))
def usage_import(shard: Shard) -> dict[str, Any]:
    """One file of usage."""
    return import_usage(shard)


@tasks.job("statement", key=lambda _as_of, params: str(params["statement_id"]))
def statement(shard: Shard) -> dict[str, Any]:
    """One statement's PDF and usage detail."""
    return render_statement(shard)
