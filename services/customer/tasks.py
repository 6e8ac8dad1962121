"""Customer's jobs."""

from typing import Any

from services.contracts.customer import EVENTS
from services.customer.usecases.export_customers import export_customers
from services.customer.usecases.forget_customer_files import forget_customer_files
from services.customer.usecases.import_customers import import_customers
from services.customer.usecases.sweep_funnel import sweep_funnel
from services.kit.jobs import Shard
from services.kit.worker import Schedule, ServiceTasks

SWEEP_SHARDS = 4
"""More than one host's workers, so that those of several can share a sweep."""

tasks = ServiceTasks("customer", EVENTS)


@tasks.job("funnel_sweep", shards=SWEEP_SHARDS, schedule=Schedule(hour=0, minute=30))
def funnel_sweep(shard: Shard) -> dict[str, Any]:
    """Falls, rises, notices and follow-ups of a day; daily."""
    return sweep_funnel(shard)


@tasks.job("customer_import", key=lambda _as_of, params: str(params["import_id"]))
def customer_import(shard: Shard) -> dict[str, Any]:
    """One file of customers."""
    return import_customers(shard)


@tasks.job("customer_export", key=lambda _as_of, params: str(params["export_id"]))
def customer_export(shard: Shard) -> dict[str, Any]:
    """One list of customers as a file."""
    return export_customers(shard)


@tasks.job("customer_file_cleaning", schedule=Schedule(hour=3, minute=30))
def customer_file_cleaning(shard: Shard) -> dict[str, Any]:
    """Exports and imports past their time; daily."""
    return forget_customer_files(shard)
