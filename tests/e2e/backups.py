"""Backups of a system at work: the command, and the work."""

import dataclasses
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from deploy.office import Office
from services.kit.server_urls import Password
from services.kit.settings import Settings
from tests.e2e.systems import health_ports
from tests.servers.least_rights import with_own_users
from tests.servers.rabbitmq import free_ports

CHECKOUT = Path(__file__).resolve().parents[2]


def l2c(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, as an operator uses it."""
    environment = {**os.environ, **settings.to_environment()}
    command = [sys.executable, "-m", "deploy.cli", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, env=environment, check=False, capture_output=True, text=True)


def elsewhere(settings: Settings, server_url: str, amqp_url: str, celery_broker_url: str, folder: Path) -> Settings:
    """The settings of a system of the same kind, on other servers, which know neither it nor its roles yet."""
    # Rendered first: the braces that stand for the service would be escaped.
    url = make_url(server_url).set(database="DATABASE").render_as_string(hide_password=False)
    (http_port,) = free_ports(1)
    others = dataclasses.replace(
        settings,
        database_url=url.replace("DATABASE", "restored_{service}"),
        files_folder=folder / "files",
        http_address=f"127.0.0.1:{http_port}",
        health_port_base=health_ports(),
    )
    # Its broker has one user for all.
    own = with_own_users(others, "restored", folder)
    return dataclasses.replace(
        own, amqp_url=amqp_url, celery_broker_url=celery_broker_url, amqp_password=Password("amqp_password")
    )


@contextmanager
def work_going_on(base_url: str, payer: str) -> Iterator[list[str]]:
    """Salespeople who add customers, and a clerk who enters money fen by fen, until the ``with`` ends. Each fen starts a 销账.

    :param payer: a customer who owes something.
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
                "payer_name": payer,
                "amount": "0.01",
            }
            receipts.append(str(offices[login].desk(login).client.post("/receipts", receipt)["id"]))

    def until_the_end(work: Callable[[str], None], login: str) -> None:
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
