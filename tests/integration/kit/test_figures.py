"""What metrics tell of a service's database and queues: looked up now and then, and honest about what cannot be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import func, insert, select

from services.kit.clock import utc_now
from services.kit.database import database_of
from services.kit.figures import Figure, Figures
from services.kit.settings import Settings
from services.kit.tables import jobs, outbox

OWN = [Figure("l2c_jobs_asked", "Jobs by name", ("name",), lambda: select(jobs.c.name, func.count()).group_by(jobs.c.name))]


@pytest.fixture
def settings(fresh_database: Callable[[str], str], amqp_url: str) -> Settings:
    url = fresh_database("customer").replace("customer", "{service}")
    return Settings(url, amqp_url, "memory://", Path("files"), max_workers=7, figures_seconds=0.0)


def told(settings: Settings, metric: str, **labels: str) -> float | None:
    registry = CollectorRegistry()
    Figures("customer", settings, OWN).register(registry)
    return registry.get_sample_value(metric, {"service": "customer", **labels})


def id_made(ago: timedelta) -> UUID:
    """A UUIDv7 of some time ago."""
    return UUID(int=int((utc_now() - ago).timestamp() * 1000) << 80 | 7 << 76 | 2 << 62)


def write(settings: Settings) -> None:
    """Two events that wait, of 90 and 30 seconds ago, a job that waits and one that was given up."""
    event = {"type": "x", "subject": "y", "envelope": {}, "headers": {}}
    job = {"name": "sweep", "as_of": utc_now().date(), "params": {}, "headers": {}}
    database = database_of("customer", settings)
    with database.session() as session, session.begin():
        session.execute(insert(outbox), [{"id": id_made(timedelta(seconds=seconds)), **event} for seconds in (90, 30)])
        for number, state in enumerate(("queued", "failed")):
            asked = utc_now() - timedelta(hours=1)
            session.execute(insert(jobs).values(id=UUID(int=number), key=state, state=state, created_at=asked, **job))


def test_they_tell_what_waits_and_for_how_long(settings: Settings) -> None:
    assert told(settings, "l2c_outbox_waiting") == 0
    assert told(settings, "l2c_outbox_oldest_seconds") == 0
    write(settings)
    assert told(settings, "l2c_outbox_waiting") == 2
    assert told(settings, "l2c_outbox_oldest_seconds") == pytest.approx(90, abs=30)
    assert told(settings, "l2c_jobs", state="failed") == 1
    assert told(settings, "l2c_job_oldest_seconds") == pytest.approx(3600, abs=60)
    assert told(settings, "l2c_jobs_asked", name="sweep") == 2
    assert told(settings, "l2c_dead_letters") == 0
    assert told(settings, "l2c_database_connections_max") == 7
    assert told(settings, "l2c_figures_failed") == 0


def test_they_are_looked_up_once_a_while_however_often_somebody_asks(settings: Settings) -> None:
    patient = replace(settings, figures_seconds=3600.0)
    registry = CollectorRegistry()
    Figures("customer", patient).register(registry)
    labels = {"service": "customer"}
    assert registry.get_sample_value("l2c_outbox_waiting", labels) == 0
    write(settings)
    assert registry.get_sample_value("l2c_outbox_waiting", labels) == 0


def test_what_cannot_be_looked_up_is_missing_and_said_to_be(settings: Settings) -> None:
    without_bus = replace(settings, amqp_url="amqp://nobody@127.0.0.1:1/")
    assert told(without_bus, "l2c_outbox_waiting") == 0
    assert told(without_bus, "l2c_dead_letters") is None
    assert told(without_bus, "l2c_figures_failed") == 1
