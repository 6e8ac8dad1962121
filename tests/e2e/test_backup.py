"""A backup of a system at work is a system: restored elsewhere it knows no effect without its cause, and its money adds up."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from deploy.api_client import ApiClient, wait_until
from deploy.local_cluster import LocalCluster
from deploy.office import Office
from deploy.story.facts import CUSTOMER
from deploy.story.play import play
from services.kit.database import Database
from services.kit.settings import DATABASES, Settings
from tests.e2e.agreement import asking, disagreements, effects_without_cause
from tests.e2e.company import Company
from tests.e2e.systems import five_ports
from tests.e2e.walks import automatic_write_off
from tests.integration.payments.money import require_every_yuan_in_one_place
from tests.servers.fixtures import OwnPostgresql
from tests.servers.rabbitmq import free_ports

CHECKOUT = Path(__file__).resolve().parents[2]


def l2c(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, as an operator uses it."""
    environment = {**os.environ, **settings.to_environment()}
    command = [sys.executable, "-m", "deploy.cli", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, env=environment, check=False, capture_output=True, text=True)


@contextmanager
def work_going_on(base_url: str) -> Iterator[list[str]]:
    """Salespeople who add customers, and a clerk who enters money, until the ``with`` ends.

    :returns: the ids of the receipts that were acknowledged, while they come.
    """
    ending = threading.Event()
    receipts: list[str] = []
    failures: list[BaseException] = []

    def add_customers(login: str) -> None:
        number = 0
        while not ending.is_set():
            number += 1
            form = {"name": f"{login} 备份之时{number:04d}有限公司", "confirm_near_duplicates": True}
            offices[login].desk(login).client.post("/customers", form)

    def enter_receipts(login: str) -> None:
        while not ending.is_set():
            reference = f"backup-{len(receipts)}"
            receipt = {
                "bank_account": "1001",
                "reference": reference,
                "received_at": "2026-03-02T02:00:00Z",
                "payer_name": CUSTOMER,
                "amount": "0.01",
            }
            receipts.append(str(offices[login].desk(login).client.post("/receipts", receipt)["id"]))

    def until_the_end(work: Any, login: str) -> None:
        try:
            work(login)
        except BaseException as error:
            failures.append(error)

    workers = {"zhang.wei": add_customers, "liu.yang": add_customers, "zheng.hua": enter_receipts}
    offices = {login: Office(base_url) for login in workers}
    threads = [threading.Thread(target=until_the_end, args=(work, login)) for login, work in workers.items()]
    for thread in threads:
        thread.start()
    try:
        yield receipts
    finally:
        ending.set()
        for thread in threads:
            thread.join()
        for office in offices.values():
            office.close()
    assert failures == []


@pytest.fixture
def backup(cluster: LocalCluster, tmp_path: Path) -> tuple[Path, list[str]]:
    """A backup made while a system that has played the story works, and the receipts that it had acknowledged before."""
    play(cluster.base_url, cluster.settings.amqp_url, tmp_path, lambda _: None)
    folder = tmp_path / "backup"
    with work_going_on(cluster.base_url) as receipts:
        wait_until("some work", lambda: len(receipts) > 3, seconds_max=60)
        acknowledged = list(receipts)
        made = l2c(cluster.settings, "backup", str(folder))
        during = len(receipts) - len(acknowledged)
    assert made.returncode == 0, made.stderr
    assert during > 0, "nobody worked while it was made"
    return folder, acknowledged


def test_a_backup_of_a_system_at_work_is_a_system(
    cluster: LocalCluster,
    backup: tuple[Path, list[str]],
    postgresql: OwnPostgresql,
    fresh_amqp_url: str,
    celery_broker_url: str,
    tmp_path: Path,
) -> None:
    folder, acknowledged = backup
    (http_port,) = free_ports(1)
    settings = Settings(
        **{
            **vars(cluster.settings),
            "database_url": _beside(postgresql.url),
            "amqp_url": fresh_amqp_url,
            "celery_broker_url": celery_broker_url,
            "files_folder": tmp_path / "files",
            "http_address": f"127.0.0.1:{http_port}",
            "health_port_base": five_ports(),
        }
    )
    restored = l2c(settings, "restore", str(folder))
    assert restored.returncode == 0, restored.stderr
    ask = asking(settings.database_url)
    assert effects_without_cause(ask) == set()
    payments = Database(settings.database_url_of("payments"), pool_size=1)
    require_every_yuan_in_one_place(payments)
    assert {(receipt,) for receipt in acknowledged} <= ask("payments", "SELECT id::text FROM receipts")

    with LocalCluster(settings, tmp_path) as running:
        running.start_all()
        wait_until("every copy to agree", lambda: not disagreements(ask), seconds_max=60)
        office = Office(running.base_url)
        automatic_write_off(Company(office))
        _download_the_statement(office.desk("zhang.wei").client)
        office.close()
        wait_until("every copy to agree again", lambda: not disagreements(ask))
        require_every_yuan_in_one_place(payments)
    payments.close()

    refused = l2c(settings, "restore", str(folder))
    assert (refused.returncode, "--overwrite gives it up" in refused.stderr) == (1, True), refused.stderr
    before = _contents(ask)
    (folder / "billing.dump").write_bytes(b"not what was written")
    damaged = l2c(settings, "restore", str(folder), "--overwrite")
    assert (damaged.returncode, "billing.dump" in damaged.stderr) == (1, True), damaged.stderr
    assert _contents(ask) == before


def _beside(url: str) -> str:
    """Databases that are not there yet, on the server that a URL leads to."""
    # Rendered first: the braces that stand for the service would be escaped.
    return make_url(url).set(database="DATABASE").render_as_string(hide_password=False).replace("DATABASE", "restored_{service}")


def _contents(ask: Any) -> dict[str, int]:
    return {service: len(ask(service, "SELECT id FROM outbox")) for service in DATABASES}


def _download_the_statement(client: ApiClient) -> None:
    (customer,) = client.get("/customers", q=CUSTOMER)["items"]
    (statement,) = client.get("/statements", customer_id=customer["id"])["items"]
    assert client.download(f"/statements/{statement['id']}.pdf").startswith(b"%PDF")
