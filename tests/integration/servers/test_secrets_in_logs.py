"""Secrets are in no log, also when the servers that they are for are away or refuse them.

What a system that works logs is looked through by tests/e2e/distributed/test_story_distributed.py.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy.engine import make_url

from deploy.api_client import wait_until
from services.kit.settings import Settings
from tests.e2e.systems import health_ports
from tests.servers.rabbitmq import free_ports

MARK: Final = "hush-hush"
SEALING_KEY: Final = "hush" * 10 + "AAA="
PROCESSES: Final = {
    "services": ["run", "notify", "gateway"],
    "relay": ["relay", "notify"],
    "worker": ["worker", "notify"],
    "beat": ["beat"],
    "migrate": ["migrate", "notify"],
}
_CHECKOUT: Final = Path(__file__).resolve().parents[3]


@pytest.fixture
def logs(amqp_url: str, tmp_path: Path) -> Iterator[dict[str, Path]]:
    """What processes log whose database is away and whose broker refuses their password."""
    closed, http, *_ = free_ports(2)
    bus = make_url(amqp_url).set(password=f"{MARK}-bus").render_as_string(hide_password=False)
    settings = Settings(
        database_url=f"postgresql+psycopg://l2c:{MARK}-database@127.0.0.1:{closed}/{{service}}",
        amqp_url=bus,
        celery_broker_url=bus,
        files_folder=tmp_path / "files",
        files_url=f"http://127.0.0.1:{closed}/bucket",
        files_access_key="l2c",
        files_secret_key=f"{MARK}-files",
        health_port_base=health_ports(),
        http_address=f"127.0.0.1:{http}",
        oidc_issuer=f"http://127.0.0.1:{closed}",
        oidc_client_id="l2c",
        oidc_client_secret=f"{MARK}-provider",
        console_url="https://l2c.example.com",
        smtp_url=f"smtp://l2c:{MARK}-mail@127.0.0.1:{closed}",
        mail_from="l2c@example.com",
        robot_hosts=("https://open.feishu.cn",),
        sealing_keys=(SEALING_KEY,),
        log_level="DEBUG",
    )
    environment = {name: text for name, text in os.environ.items() if not name.startswith("L2C_")} | settings.to_environment()
    found = {name: tmp_path / f"{name}.log" for name in PROCESSES}
    with ExitStack() as running:
        for name, arguments in PROCESSES.items():
            log = running.enter_context(found[name].open("wb"))
            process = subprocess.Popen(
                [sys.executable, "-m", "deploy.cli", "--var", str(tmp_path / name), *arguments],
                cwd=_CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip  # two lines of keywords read better than ten of one
            running.callback(process.wait)
            running.callback(process.kill)
        yield found


def _is_refused(log: Path) -> bool:
    return "refused" in log.read_text().lower()


def test_no_secret_is_logged_when_servers_are_away_or_refuse_it(logs: dict[str, Path]) -> None:
    for name, log in logs.items():
        wait_until(f"{name} to say that it is refused", partial(_is_refused, log), seconds_max=120)
    for name, log in logs.items():
        told = log.read_text()
        for secret in (MARK, SEALING_KEY):
            assert secret not in told, name
