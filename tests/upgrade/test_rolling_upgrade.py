"""A rolling upgrade (decision 0039): the version before and this one side by side on the same databases and queues."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.api_client import wait_until
from deploy.catalogue import CONTAINERS
from deploy.first_steps import add_people
from deploy.local_cluster import LocalCluster
from deploy.office import Office
from deploy.story.play import play
from services.kit.bus.dead_letters import count_dead_letters
from services.kit.database import Database
from services.kit.settings import Settings
from tests.e2e.agreement import asking, disagreements
from tests.e2e.company import Company
from tests.e2e.systems import health_ports
from tests.e2e.walks import automatic_write_off
from tests.integration.payments.money import require_every_yuan_in_one_place
from tests.servers.kept import KeptRabbitmq
from tests.servers.rabbitmq import free_ports

PROCESSES = {"gateway": ("run",), "relay": ("relay",), "worker": ("worker", "--concurrency", "1")}


@pytest.fixture
def settings(
    fresh_databases: str, fresh_amqp_url: str, shared_rabbitmq: KeptRabbitmq, worker_id: str, tmp_path: Path
) -> Settings:
    """Databases as this version's migrations leave them, and virtual hosts that know nothing yet."""
    (http_port,) = free_ports(1)
    return Settings(
        database_url=fresh_databases,
        amqp_url=fresh_amqp_url,
        celery_broker_url=shared_rabbitmq.add_vhost(f"{worker_id}-upgrade-jobs"),
        files_folder=tmp_path / "files",
        http_address=f"127.0.0.1:{http_port}",
        health_port_base=health_ports(),
        max_workers=8,
        allow_as_of=True,
        log_format="plain",
    )


@pytest.fixture
def before(settings: Settings, previous_checkout: Path, tmp_path: Path) -> Iterator[LocalCluster]:
    """The version before, as it runs when the upgrade begins."""
    (http_port,) = free_ports(1)
    own = dataclasses.replace(settings, http_address=f"127.0.0.1:{http_port}", health_port_base=health_ports())
    folder = tmp_path / "before"
    folder.mkdir()
    with LocalCluster(own, folder, processes=PROCESSES, checkout=previous_checkout) as running:
        for name in PROCESSES:
            running.start(name)
        running.wait_until_ready("gateway")  # and all behind it; other health ports may have been others then
        yield running


def test_both_versions_work_side_by_side_and_the_new_one_goes_on_alone(
    settings: Settings, before: LocalCluster, tmp_path: Path
) -> None:
    add_people(settings)
    ask, payments = asking(settings.database_url), Database(settings.database_url_of("payments"), pool_size=1)
    with LocalCluster(settings, tmp_path, processes=PROCESSES) as now:
        now.start_all()
        play(now.base_url, settings.amqp_url, tmp_path, print)
        old, new = Office(before.base_url), Office(now.base_url)
        automatic_write_off(Company(old))
        wait_until("every copy to agree", lambda: not disagreements(ask), seconds_max=60)
        before.stop_all()
        company = Company(new)
        company.number_from(100)
        automatic_write_off(company)
        wait_until("every copy to agree again", lambda: not disagreements(ask), seconds_max=60)
        for office in (old, new):
            office.close()
    assert {service: count_dead_letters(settings.amqp_url, service) for service in CONTAINERS} == dict.fromkeys(CONTAINERS, 0)
    require_every_yuan_in_one_place(payments)
    payments.close()
