"""`l2c doctor` on installations that are really broken: each fault is found, by its place, and nothing else is."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import UUID

import psycopg
import pytest
from kombu import Connection, Queue
from sqlalchemy.engine import make_url

from deploy.people import DEMO_PASSWORD
from gateway.identity.secrets import hash_password
from services.kit.bus.publisher import events_exchange
from services.kit.clock import utc_now
from services.kit.settings import Settings
from tests.doctor import ask_doctor
from tests.e2e.systems import health_ports
from tests.servers.rabbitmq import free_ports

HANDLERS_QUEUE = "evt-customer-customer_added--billing.on_customer_added"


@pytest.fixture
def settings(fresh_databases: str, fresh_amqp_url: str, celery_broker_url: str, tmp_path: Path) -> Settings:
    """Of an installation that is whole, and does not run."""
    return Settings(
        database_url=fresh_databases,
        amqp_url=fresh_amqp_url,
        celery_broker_url=celery_broker_url,
        files_folder=tmp_path,
        http_address=f"127.0.0.1:{free_ports(1)[0]}",
        health_port_base=health_ports(),
        seller_name="某通信有限公司",
    )


def environment_of(settings: Settings, **more: str) -> dict[str, str]:
    return {**os.environ, **settings.to_environment(), **more}


def connect(settings: Settings, service: str) -> psycopg.Connection[tuple[object, ...]]:
    url = make_url(settings.database_url_of(service)).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


@pytest.fixture
def bystander(settings: Settings) -> Iterator[int]:
    """Another program on relay's health port, by its process id."""
    port = str(settings.health_port_of("relay"))
    program = subprocess.Popen(
        [sys.executable, "-m", "http.server", port, "--bind", "127.0.0.1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    yield program.pid
    program.kill()
    program.wait()


@pytest.fixture
def wrong_password(celery_broker_url: str) -> str:
    """The jobs' broker with a password that is not the user's."""
    return celery_broker_url.replace("l2c:l2c@", "l2c:wrong@")


def test_what_keeps_every_process_from_starting_is_all_that_is_said() -> None:
    told = ask_doctor({**os.environ, "L2C_DATABASE_URL": "postgresql+psycopg://x/{service}"})
    assert told.status == 2
    assert told.faults == ["settings: not set: L2C_AMQP_URL, L2C_CELERY_BROKER_URL, L2C_FILES_FOLDER"]


def test_an_installation_that_does_not_run_lacks_its_processes_and_nothing_else(settings: Settings) -> None:
    told = ask_doctor(environment_of(settings))
    others = [fault for fault in told.faults if not re.match(r"(bus|jobs|console)|database \w+: has fsync", fault)]
    assert others == [], told.text
    assert "sign-in: nobody is an administrator" in told.text
    assert "processes: none answers on this host" in told.text
    assert told.has("jobs billing: no worker takes its tasks")
    assert told.has("bus billing: has no exchange billing.events")
    assert told.status == 1


@pytest.fixture
def lone_gateway(settings: Settings) -> Iterator[None]:
    """Answers for the gateway, as the one address before containers does."""

    class Gateway(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the base class names it
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"status": "ok"}')

    server = ThreadingHTTPServer(settings.address_of("gateway"), Gateway)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.usefixtures("lone_gateway")
def test_where_only_the_one_address_answers_that_is_said_once(settings: Settings) -> None:
    told = ask_doctor(environment_of(settings))
    assert "processes: none but the gateway answers on this host" in told.text
    assert "does not answer on this host" not in told.text


def break_databases(settings: Settings) -> None:
    """Each in its own way; workflow's is whole, and beat has not been heard of there for an hour, and in payments' never."""
    with connect(settings, "customer") as customer:
        customer.execute("UPDATE alembic_version SET version_num = '9999' WHERE version_num NOT LIKE 'kit%'")
    with connect(settings, "notify") as notify:
        notify.execute("DROP TABLE alembic_version")
    with connect(settings, "billing") as billing:
        billing.execute("UPDATE alembic_version SET version_num = '0001' WHERE version_num NOT LIKE 'kit%'")
    with connect(settings, "payments") as payments:
        made = UUID(int=int((utc_now() - timedelta(minutes=5)).timestamp() * 1000) << 80 | 7 << 76 | 2 << 62)
        event = "INSERT INTO outbox (id, type, subject, envelope, headers) VALUES (%s, 'x', 'y', '{}', '{}')"
        payments.execute(event.encode(), [made])
        job = (
            "INSERT INTO jobs (id, name, key, as_of, params, headers, state, created_at)"
            " VALUES (gen_random_uuid(), %s, '', %s, '{}', '{}', %s, %s)"
        )
        for name, state in (("auto_write_off", "failed"), ("index_payers", "queued")):
            payments.execute(job.encode(), [name, utc_now().date(), state, utc_now() - timedelta(hours=1)])
        payments.execute(
            "INSERT INTO outbox (id, type, subject, envelope, headers, published_at)"
            " VALUES (gen_random_uuid(), 'x', 'y', '{}', '{}', now() - interval '2 hours')"
        )
    with connect(settings, "workflow") as workflow:
        workflow.execute("INSERT INTO heartbeats VALUES ('beat', now() - interval '1 hour')")
    with connect(settings, "gateway") as gateway:
        gateway.execute(
            "INSERT INTO users"
            " (id, login, name, password_hash, roles, active, is_service, must_change_password, created_at, version)"
            " VALUES (gen_random_uuid(), 'admin', '管理员', %s, '{admin}', true, false, false, now(), 1)",
            [hash_password(DEMO_PASSWORD)],
        )


def break_bus(settings: Settings) -> None:
    """A queue of other arguments than the code's, and a parked message."""
    other = Queue(HANDLERS_QUEUE, exchange=events_exchange("customer"), durable=True)
    parked = Queue("billing.dead-letters", durable=True, queue_arguments={"x-queue-type": "quorum", "x-delivery-limit": 10**9})
    with Connection(settings.amqp_url) as connection, connection.channel() as channel:
        other(channel).declare()
        parked(channel).declare()
        connection.Producer(channel).publish(b"no event", routing_key=parked.name)


def test_every_broken_part_is_told_by_its_place(settings: Settings, bystander: int, wrong_password: str, tmp_path: Path) -> None:
    break_databases(settings)
    break_bus(settings)
    (tmp_path / "occupied").write_text("a file where a folder should be")
    broken = replace(settings, files_folder=tmp_path / "occupied", celery_broker_url=wrong_password, allow_as_of=True)
    told = ask_doctor(environment_of(broken, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1"))
    assert told.status == 2
    assert told.has("database customer: is at 9999, which this code does not know"), told.text
    assert told.has("database notify: has no tables")
    assert told.has("database billing: lacks 00"), told.text
    assert told.has("outbox payments: 1 events wait, the oldest for 3")
    assert told.has("jobs payments: given up: auto_write_off")
    assert told.has("jobs payments: one has waited 36")
    assert told.has("sign-in: 1 users have the demo's password: admin")
    assert not told.has("database workflow: is")
    assert told.has(f"bus billing: the queue {HANDLERS_QUEUE} has other arguments")
    assert told.has("dead letters billing: 1 events")
    assert told.has("bus billing: nobody takes its events; 0 wait")
    assert told.has("L2C_FILES_FOLDER: keeps no file")
    assert told.has("L2C_CELERY_BROKER_URL: is refused")
    assert told.has("L2C_ALLOW_AS_OF: is on")
    assert told.has("OTEL_EXPORTER_OTLP_ENDPOINT: http://127.0.0.1:1 does not answer")
    assert told.has("relay: something else answers"), bystander
    assert "beat: does not answer on this host" in told.text, "which has other processes of the system, it seems"
    assert not told.has("beat:"), "it may run on another; whether it is heard of, databases tell"
    assert told.has("jobs workflow: nothing that falls due has been done for 36")
    assert told.has("jobs payments: nothing that falls due has been done for 72")
    assert not told.has("jobs customer: nothing that falls due")


def test_a_user_without_rights_and_a_server_that_is_away_are_told_apart(settings: Settings) -> None:
    with connect(settings, "customer") as customer:
        customer.execute("DROP ROLE IF EXISTS l2c_doctor_poor")
        customer.execute("CREATE ROLE l2c_doctor_poor LOGIN PASSWORD 'poor'")
        customer.execute("GRANT SELECT ON alembic_version, outbox, jobs, heartbeats TO l2c_doctor_poor")
    url = re.sub("//[^@]*@", "//l2c_doctor_poor:poor@", settings.database_url, count=1)
    told = ask_doctor(environment_of(replace(settings, database_url=url, amqp_url="amqp://l2c:l2c@127.0.0.1:1/l2c")))
    with connect(settings, "customer") as customer:
        customer.execute("DROP OWNED BY l2c_doctor_poor")
        customer.execute("DROP ROLE l2c_doctor_poor")
    assert told.status == 2
    assert told.has("database customer: lets this user not read or write"), told.text
    assert told.has("L2C_AMQP_URL: leads nowhere")
    assert not told.has("L2C_CELERY_BROKER_URL")
