"""What notify's tests share."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from services.kit.database import Database
from services.kit.settings import Settings
from tests.integration.notify.channels import know_the_people, settings_of
from tests.integration.notify.mailroom import Mailroom
from tests.servers.mail_sink import MailSink
from tests.servers.robot_receiver import RobotReceiver


@pytest.fixture
def mailroom(fresh_databases: str) -> Iterator[Mailroom]:
    with closing(Database(fresh_databases.format(service="notify"), pool_size=8)) as database:
        yield Mailroom(database)


@pytest.fixture
def database(fresh_databases: str) -> Iterator[Database]:
    """Notify's, with the people who are told over channels."""
    with closing(Database(fresh_databases.format(service="notify"), pool_size=4)) as database:
        know_the_people(database)
        yield database


@pytest.fixture
def sink() -> Iterator[MailSink]:
    with MailSink() as sink:
        yield sink


@pytest.fixture
def settings(database: Database, sink: MailSink) -> Settings:
    """Mail goes to the sink."""
    return settings_of(database, smtp_url=sink.url)


@pytest.fixture(autouse=True)
def without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which a company's machine may well have; what is on this one is reached without."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def receiver() -> Iterator[RobotReceiver]:
    """Where group robots are."""
    with RobotReceiver() as receiver:
        yield receiver
