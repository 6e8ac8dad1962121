"""Payments' jobs, as its Celery workers run them."""

from typing import Any

from services.contracts.payments import EVENTS
from services.kit.jobs import Shard
from services.kit.unit_of_work import Begin
from services.kit.worker import Schedule, ServiceTasks
from services.payments.usecases import forget_receipt_imports as forgetting
from services.payments.usecases import index_payers as payers
from services.payments.usecases import set_matching_policy as policy
from services.payments.usecases.accrue_interest import accrue_interest
from services.payments.usecases.import_receipts import JOB, run_receipt_import
from services.payments.usecases.retry_write_offs import retry_write_offs

tasks = ServiceTasks("payments", EVENTS)


@tasks.job("auto_write_off", shards=2, schedule=Schedule(hour=6, minute=30))
def auto_write_off(shard: Shard) -> dict[str, int]:
    """Every morning: retry matching and automatic write-offs for everything open."""
    return retry_write_offs(shard)


@tasks.job(JOB, key=lambda _as_of, params: str(params["import_id"]))
def receipt_import(shard: Shard) -> dict[str, Any]:
    """One bank's statement."""
    return run_receipt_import(shard)


@tasks.job("receipt_import_cleaning", schedule=Schedule(hour=4, minute=10, day_of_week=0))
def receipt_import_cleaning(shard: Shard) -> dict[str, int]:
    """Imports past their time; weekly."""
    return forgetting.forget_receipt_imports(shard)


@tasks.sweep("index_payers", seconds=10)
def index_payers(begin: Begin) -> int:
    """Payers that came since: how their names sound."""
    return payers.index_payers(begin)


@tasks.job("interest_accrual", shards=4, schedule=Schedule(hour=4, minute=0, day_of_month=1))
def interest_accrual(shard: Shard) -> dict[str, Any]:
    """The penalties and credits of the month before the job's day, and corrections; monthly."""
    return accrue_interest(shard)


@tasks.job(policy.JOB, shards=policy.SHARDS, key=policy.key_of_job)
def match_again(shard: Shard) -> dict[str, int]:
    """When the policy of matching was set: look again at what is nobody's, and start the write-offs that follow."""
    return retry_write_offs(shard)
