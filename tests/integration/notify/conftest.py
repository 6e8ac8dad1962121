"""What notify's tests share."""

from collections.abc import Iterator

import pytest

from services.kit.database import Database
from services.kit.settings import Settings
from tests.integration.notify.channels import know_the_people, settings_of
from tests.integration.notify.mailroom import Mailroom
from tests.servers.mail_sink import MailSink
from tests.servers.robot_receiver import RobotReceiver
from tests.servers.worker_databases import WorkerDatabases


@pytest.fixture
def mailroom(worker_databases: WorkerDatabases) -> Mailroom:
    return Mailroom(worker_databases.as_new("notify"))


@pytest.fixture
def database(worker_databases: WorkerDatabases) -> Database:
    """Notify's, with the people who are told over channels."""
    database = worker_databases.as_new("notify")
    know_the_people(database)
    return database


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
