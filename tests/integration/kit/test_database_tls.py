"""The database by TLS, as settings' addresses ask for it: green containers, and who cannot prove itself is not talked to."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy.exc import OperationalError

from services.kit.database import Database
from services.kit.database_roles import make_role
from services.kit.settings import Settings
from tests.servers.certificates import Certificate
from tests.servers.tls_postgresql import TlsPostgresql

OWNER, BY_CERTIFICATE, BY_PASSWORD = "l2c_owner", "l2c_notify", "l2c_billing"

# Larger answers than a record of TLS and than what a socket takes at once; a COPY; a notification that is waited for.
PROGRAM: Final = """
import eventlet
eventlet.monkey_patch()
import json, sys, time
from sqlalchemy import text
from services.kit.database import Database
database = Database(sys.argv[1], pool_size=4)

def sleep(_):
    with database.engine.connect() as connection:
        connection.execute(text("SELECT pg_sleep(0.5)"))

def listen(started):
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("LISTEN outbox"))
        started.send(None)
        driver = connection.connection.driver_connection
        return [notified.payload for notified in driver.notifies(timeout=10, stop_after=1)]

began = time.monotonic()
list(eventlet.GreenPool(4).imap(sleep, range(4)))
slept = time.monotonic() - began
with database.engine.begin() as connection:
    is_tls = connection.scalar(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
    large = connection.scalar(text("SELECT repeat('x', 3000000)"))
    sent = connection.scalar(text("SELECT length(:text)"), {"text": "y" * 3000000})
    connection.execute(text("CREATE TEMPORARY TABLE lines (number integer)"))
    with connection.connection.driver_connection.cursor().copy("COPY lines FROM STDIN") as copy:
        for number in range(100000):
            copy.write_row((number,))
    copied = connection.scalar(text("SELECT sum(number) FROM lines"))
started = eventlet.event.Event()
listener = eventlet.spawn(listen, started)
started.wait()
with database.engine.begin() as connection:
    connection.execute(text("NOTIFY outbox, 'wake up'"))
heard = listener.wait()
print(json.dumps([slept, is_tls, len(large), sent, copied, heard]))
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.make(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def server(run_folder: Path, worker_id: str, authority: Certificate) -> Iterator[TlsPostgresql]:
    """A server with an owner of the databases, who made the role of a service; and a role of another that has a certificate."""
    server = TlsPostgresql(run_folder / f"postgresql-tls-{worker_id}", authority, [OWNER, BY_CERTIFICATE])
    try:
        server.start()
        with server.connection() as connection:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE")
            connection.execute(f"CREATE ROLE {BY_CERTIFICATE} LOGIN")
        owner = _url(server, authority, OWNER, authority.issue(OWNER))
        make_role(owner, _url(server, authority, f"{BY_PASSWORD}:secret"))
        yield server
    finally:
        server.discard()


def _url(server: TlsPostgresql, trusted: Certificate, user: str, certificate: Certificate | None = None, **options: str) -> str:
    own = {"sslcert": str(certificate.certificate), "sslkey": str(certificate.key)} if certificate else {}
    asked: dict[str, str] = {"sslmode": "verify-full", "sslrootcert": str(trusted.certificate), **own, **options}
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"postgresql+psycopg://{user}@localhost:{server.port}/postgres?{query}"


def _asked(url: str) -> list[Any]:
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, url],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ,
    )
    assert finished.returncode == 0, finished.stderr
    answer: list[Any] = json.loads(finished.stdout)
    return answer


def _refused(url: str) -> str:
    database = Database(url, pool_size=1)
    with pytest.raises(OperationalError) as refusal:
        database.ping()
    return str(refusal.value.orig)


def test_green_threads_ask_are_answered_copy_and_listen_by_tls(server: TlsPostgresql, authority: Certificate) -> None:
    slept, *answers = _asked(_url(server, authority, f"{BY_PASSWORD}:secret"))
    assert answers == [True, 3_000_000, 3_000_000, sum(range(100_000)), ["wake up"]]
    # Not a benchmark: one after the other they would take two seconds.
    assert slept < 1.5


def test_a_service_proves_itself_by_a_certificate_of_its_own(
    server: TlsPostgresql, authority: Certificate, tmp_path: Path
) -> None:
    authority.issue(BY_CERTIFICATE)
    folder = authority.certificate.parent
    environment = {
        "L2C_DATABASE_URL": f"postgresql+psycopg://l2c_{{service}}@localhost:{server.port}/postgres?sslmode=verify-full"
        f"&sslrootcert={authority.certificate}&sslcert={folder}/l2c_{{service}}.pem&sslkey={folder}/l2c_{{service}}.key",
        "L2C_AMQP_URL": "l2c-memory://",
        "L2C_CELERY_BROKER_URL": "memory://",
        "L2C_FILES_FOLDER": str(tmp_path),
    }
    database = Database(Settings.from_environment(environment).database_url_of("notify"), pool_size=1)
    database.ping()
    database.close()


def test_a_restarted_server_is_found_again_by_tls(server: TlsPostgresql, authority: Certificate) -> None:
    database = Database(_url(server, authority, f"{BY_PASSWORD}:secret"), pool_size=1)
    database.ping()
    server.stop()
    server.start()
    database.ping()
    database.close()


def test_a_server_that_cannot_prove_who_it_is_is_not_talked_to(
    server: TlsPostgresql, authority: Certificate, tmp_path: Path
) -> None:
    stranger = Certificate.make(tmp_path)
    user = f"{BY_PASSWORD}:secret"
    assert "certificate verify failed" in _refused(_url(server, stranger, user))
    by_another_name = _url(server, authority, user).replace("@localhost:", "@127.0.0.1:")
    assert "does not match host name" in _refused(by_another_name)
    assert "no encryption" in _refused(_url(server, authority, user, sslmode="disable"))


def test_a_service_that_cannot_prove_who_it_is_is_not_let_in(
    server: TlsPostgresql, authority: Certificate, tmp_path: Path
) -> None:
    stranger = Certificate.make(tmp_path).issue(BY_CERTIFICATE)
    assert "requires a valid client certificate" in _refused(_url(server, authority, BY_CERTIFICATE))
    assert "certificate authentication failed" in _refused(_url(server, authority, BY_CERTIFICATE, authority.issue(OWNER)))
    assert "unknown ca" in _refused(_url(server, authority, BY_CERTIFICATE, stranger))
