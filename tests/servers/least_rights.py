"""An installation in which each service is somebody of its own, to database and broker, with its password in a file."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from deploy.story.usage import SOURCE as MESSAGING_PLATFORM
from services.kit.database_roles import grant_rights, make_role
from services.kit.server_urls import BEAT, WORKER, Password
from services.kit.settings import DATABASES, Settings
from tests.servers.databases import TestDatabases
from tests.servers.kept import KeptRabbitmq

_CHECKOUT: Final = Path(__file__).resolve().parents[2]
_USERS: Final = (*DATABASES, WORKER, BEAT, MESSAGING_PLATFORM)


def with_own_users(settings: Settings, name: str, folder: Path) -> Settings:
    """Settings of the same servers, where each service has a name and a password of its own.

    :param settings: with the addresses of who owns the databases, and may do everything at the broker.
    :param name: begins the names of roles and users, which are the whole server's.
    :param folder: for the passwords; must be there.
    """
    for kind in ("database", "amqp"):
        for user in _USERS:
            (folder / f"{kind}-{user}").write_text(f"{secrets.token_urlsafe(12)}/@:{user}\n")
    return replace(
        settings,
        database_url=_with_user(settings.database_url, name),
        database_password=Password("database_password", file=str(folder / "database-{service}")),
        database_owner_url=settings.database_url,
        amqp_url=_with_user(settings.amqp_url, name),
        celery_broker_url=_with_user(settings.celery_broker_url, name),
        amqp_password=Password("amqp_password", file=str(folder / "amqp-{service}")),
    )


@contextmanager
def own_roles(databases: TestDatabases, name: str, services: Sequence[str] = DATABASES) -> Iterator[str]:
    """New databases for the time of a ``with``; of the roles that begin with ``databases.unique(name)`` none is left behind.

    :returns: the databases' URL, as their owner.
    """
    try:
        with databases.fresh(name, services) as url:
            yield url
    finally:
        databases.drop_roles(databases.unique(name))


def make_own_users(settings: Settings, broker: KeptRabbitmq, services: Sequence[str] = DATABASES) -> None:
    """Make roles, users and what they share, as `l2c migrate` and `l2c broker-definitions` do."""
    for service in services:
        make_role(settings.owned_database_url_of(service), settings.database_url_of(service))
        grant_rights(settings.owned_database_url_of(service), settings.database_url_of(service))
    broker.import_definitions(definitions_of(settings))


def definitions_of(settings: Settings) -> str:
    """What `l2c broker-definitions` prints."""
    command = [sys.executable, "-m", "deploy.cli", "broker-definitions"]
    environment = {name: text for name, text in os.environ.items() if not name.startswith("L2C_")} | settings.to_environment()
    printed = subprocess.run(command, cwd=_CHECKOUT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    assert json.loads(printed)["users"]
    return printed


def _with_user(url: str, name: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{name}_{{service}}:{{password}}@{host}").geturl()
