"""What a service may not do: as itself at a real broker and in a real database, with the rights that an installation gives it.

That it may do all it needs is what tests/e2e try: there every service runs with these rights.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from amqp.exceptions import AccessRefused
from kombu import Connection
from sqlalchemy.engine import make_url

from deploy.story.usage import SOURCE as MESSAGING_PLATFORM
from services.kit.database_roles import grant_rights, make_role, take_over
from services.kit.server_urls import BEAT
from services.kit.settings import Settings
from tests.servers.databases import TestDatabases
from tests.servers.kept import KeptRabbitmq
from tests.servers.least_rights import make_own_users, own_roles, with_own_users

SERVICES = ("customer", "billing", "payments")


@pytest.fixture(scope="module")
def installed(
    shared_databases: TestDatabases, shared_rabbitmq: KeptRabbitmq, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Users and roles of their own, on the servers that all tests share. No service runs."""
    name = f"{worker_id}_rights"
    folder = tmp_path_factory.mktemp("secrets")
    with own_roles(shared_databases, name, SERVICES) as database_url:
        one_user = Settings(
            database_url=database_url,
            amqp_url=shared_rabbitmq.add_vhost(f"{name}-bus"),
            celery_broker_url=shared_rabbitmq.add_vhost(f"{name}-jobs"),
            files_folder=folder,
        )
        settings = with_own_users(one_user, shared_databases.unique(name), folder)
        make_own_users(settings, shared_rabbitmq, SERVICES)
        yield settings


def database_of(settings: Settings, service: str, *, role: str | None = None) -> psycopg.Connection:
    """A service's database, as itself or as another one."""
    url = make_url(settings.database_url_of(role or service)).set(drivername="postgresql")
    url = url.set(database=make_url(settings.database_url_of(service)).database)
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def test_a_service_reads_and_writes_its_own_database(installed: Settings) -> None:
    with database_of(installed, "billing") as database:
        database.execute("INSERT INTO inbox (consumer, event_id, handled_at) VALUES ('x', gen_random_uuid(), now())")
        database.execute("UPDATE inbox SET handled_at = now()")
        database.execute("DELETE FROM inbox")


@pytest.mark.parametrize(("service", "role"), [("customer", "billing"), ("billing", "payments"), ("payments", "customer")])
def test_a_service_cannot_enter_anothers_database(installed: Settings, service: str, role: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="does not have CONNECT privilege"):
        database_of(installed, service, role=role)


@pytest.mark.parametrize(
    ("service", "statement"),
    [
        ("billing", "CREATE TABLE mine (id int)"),
        ("billing", "ALTER TABLE ledger_entries DISABLE TRIGGER refuse_change"),
        ("billing", "ALTER TABLE bills ADD COLUMN mine int"),
        ("billing", "DROP TRIGGER refuse_change ON ledger_entries"),
        ("billing", "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"),
        ("billing", "SET session_replication_role = 'replica'"),
        ("billing", "TRUNCATE ledger_entries"),
        ("billing", "UPDATE ledger_entries SET amount = 0"),
        ("billing", "DELETE FROM ledger_postings"),
        ("billing", "UPDATE audit_entries SET user_id = 'somebody else'"),
        ("billing", "DELETE FROM audit_entries"),
        ("billing", "UPDATE alembic_version SET version_num = '0001'"),
        ("billing", "CREATE DATABASE mine"),
        ("billing", "CREATE ROLE mine"),
        ("payments", "UPDATE commission_entries SET amount = 0"),
        ("payments", "DELETE FROM interest_entries"),
        ("payments", "SELECT rolpassword FROM pg_authid"),
        ("payments", "COPY receipts TO PROGRAM 'cat'"),
    ],
)
def test_a_service_cannot_change_its_tables_or_what_is_only_added_to(installed: Settings, service: str, statement: str) -> None:
    with (
        database_of(installed, service) as database,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        database.execute(statement.encode())


def test_a_month_of_usage_gets_its_partitions_from_their_owner(installed: Settings) -> None:
    make = "SELECT make_usage_partition(%s, %s, %s)"
    with database_of(installed, "billing") as database:
        database.execute(make, ["usage_lines", "usage_lines_2031_02", "2031-02-01"])
        owner = database.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'usage_lines_2031_02'").fetchone()
        assert owner is not None
        assert owner[0] != database.info.user
        for parent, name, day in (
            ("bills", "bills_2031_02", "2031-02-01"),
            ("usage_lines", "mine", "2031-02-01"),
            ("usage_lines", "usage_lines_2031_02", "2031-02-02"),
        ):
            with pytest.raises(psycopg.errors.InvalidParameterValue, match="no month of usage"):
                database.execute(make, [parent, name, day])


def test_roles_may_be_made_again_and_have_the_password_of_now(installed: Settings, shared_databases: TestDatabases) -> None:
    owner_url = installed.owned_database_url_of("billing")
    url = make_url(installed.database_url_of("billing"))
    kept = "SELECT rolpassword FROM pg_authid WHERE rolname = %s"
    with psycopg.connect(
        make_url(owner_url).set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    ) as owner:
        before = owner.execute(kept, [url.username]).fetchone()
        owner.execute("CREATE TABLE of_a_new_version (id int)")
        for _ in range(2):
            make_role(owner_url, url.set(password="another").render_as_string(hide_password=False))
            take_over(owner_url, installed.database_url_of("billing"))
            grant_rights(owner_url, installed.database_url_of("billing"))
        after = owner.execute(kept, [url.username]).fetchone()
    assert before is not None
    assert after is not None
    assert str(before[0]).startswith("SCRAM-SHA-256$")
    assert before != after
    with database_of(installed, "billing") as database:
        assert database.execute("SELECT count(*) FROM of_a_new_version").fetchone() == (0,)


def test_tables_that_a_service_made_itself_become_the_owners(
    shared_databases: TestDatabases, worker_id: str, tmp_path: Path
) -> None:
    name = f"{worker_id}_taken"
    with own_roles(shared_databases, name, ["notify"]) as database_url:
        settings = with_own_users(
            Settings(database_url, "amqp://x@x/x", "amqp://x@x/x", tmp_path), shared_databases.unique(name), tmp_path
        )
        owner_url, url = settings.owned_database_url_of("notify"), settings.database_url_of("notify")
        make_role(owner_url, url)
        role = make_url(url).username
        with psycopg.connect(
            make_url(owner_url).set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
        ) as owner:
            owner.execute(f'ALTER TABLE messages OWNER TO "{role}"'.encode())
            take_over(owner_url, url)
            grant_rights(owner_url, url)
            owned = owner.execute("SELECT count(*) FROM pg_tables WHERE tableowner = %s", [role]).fetchone()
        assert owned == (0,)
        with database_of(settings, "notify") as database:
            assert database.execute("SELECT count(*) FROM messages").fetchone() == (0,)


@pytest.fixture
def channel_of(installed: Settings) -> Iterator[Any]:
    opened: list[Connection] = []

    def open_as(user: str, *, jobs: bool = False) -> Any:
        url = installed.celery_broker_url_of(user) if jobs else installed.amqp_url_of(user)
        opened.append(Connection(url, transport_options={"confirm_publish": True}))
        return opened[-1].channel()

    yield open_as
    for connection in opened:
        connection.release()


def publish(channel: Any, exchange: str, routing_key: str) -> None:
    channel.basic_publish(channel.prepare_message(b"{}"), exchange=exchange, routing_key=routing_key)


UUID = "0190c7a4-5b7e-7c3f-9a64-0123456789ab"
EVENT_QUEUE = "evt-customer-customer_added--{}.on_customer_added"


@pytest.mark.parametrize(
    ("user", "exchange", "routing_key"),
    [
        ("billing", "customer.events", "customer_added"),
        ("billing", "gateway.events", "user_changed"),
        ("billing", "external.events", "usage_reported"),
        ("billing", "nameko-rpc", "payments.show_receivable"),
        ("customer", "nameko-rpc", "workflow.start_process"),
        ("notify", "nameko-rpc", "customer.show_customer"),
        ("billing", "", "rpc-payments"),
        ("billing", "", "payments.dead-letters"),
        ("billing", "payments.returns", "payments.dead-letters"),
        ("billing", "payments.delay.1", EVENT_QUEUE.format("payments")),
        ("gateway", "customer.events", "customer_added"),
        (MESSAGING_PLATFORM, "external.events", "something_else"),
        (MESSAGING_PLATFORM, "billing.events", "bill_made"),
        (MESSAGING_PLATFORM, "nameko-rpc", "billing.show_bill"),
        (MESSAGING_PLATFORM, "", "rpc-billing"),
    ],
)
def test_nobody_says_what_is_anothers_to_say(channel_of: Any, user: str, exchange: str, routing_key: str) -> None:
    with pytest.raises(AccessRefused):
        publish(channel_of(user), exchange, routing_key)


@pytest.mark.parametrize(
    ("user", "exchange", "routing_key"),
    [
        ("billing", "billing.events", "bill_made"),
        ("billing", "billing.returns", "billing.dead-letters"),
        ("billing", "nameko-rpc", UUID),
        ("workflow", "nameko-rpc", "payments.prepare_process"),
        ("gateway", "nameko-rpc", "notify.list_messages"),
        (MESSAGING_PLATFORM, "external.events", "usage_reported"),
    ],
)
def test_everybody_says_what_is_his_own_to_say(channel_of: Any, user: str, exchange: str, routing_key: str) -> None:
    publish(channel_of(user), exchange, routing_key)


@pytest.mark.parametrize(
    ("user", "queue"),
    [
        ("billing", EVENT_QUEUE.format("payments")),
        ("billing", "payments.dead-letters"),
        ("billing", "payments.delay.1"),
        ("gateway", EVENT_QUEUE.format("billing")),
        (MESSAGING_PLATFORM, "billing.dead-letters"),
    ],
)
def test_nobody_reads_or_removes_anothers_queue(channel_of: Any, user: str, queue: str) -> None:
    for use in ("basic_get", "queue_purge", "queue_delete"):
        with pytest.raises(AccessRefused):
            getattr(channel_of(user), use)(queue)


@pytest.mark.parametrize(
    ("queue", "exchange", "routing_key"),
    [
        ("rpc.reply-billing-" + UUID, "nameko-rpc", "payments.*"),
        ("rpc.reply-billing-" + UUID, "nameko-rpc", "#"),
        ("rpc.reply-billing-" + UUID, "customer.events", "contract_in_force"),
        ("rpc.reply-billing-" + UUID, "customer.events", "#"),
        ("rpc.reply-billing-" + UUID, "notify.events", "message_posted"),
        ("rpc.reply-billing-" + UUID, "payments.returns", "payments.dead-letters"),
    ],
)
def test_nobody_listens_to_what_is_not_for_him(channel_of: Any, queue: str, exchange: str, routing_key: str) -> None:
    channel = channel_of("billing")
    channel.queue_declare(queue, exclusive=True)
    with pytest.raises(AccessRefused):
        channel.queue_bind(queue, exchange, routing_key)


@pytest.mark.parametrize("exchange", ["nameko-rpc", "customer.events", "payments.returns", "mine"])
def test_nobody_makes_or_removes_an_exchange_that_is_not_his(channel_of: Any, exchange: str) -> None:
    with pytest.raises(AccessRefused):
        channel_of("billing").exchange_declare(exchange, "topic", durable=True, auto_delete=False)
    with pytest.raises(AccessRefused):
        channel_of("billing").exchange_delete(exchange)


@pytest.mark.parametrize("user", ["billing", BEAT])
def test_jobs_are_queued_for_oneself_and_by_beat_for_all(channel_of: Any, user: str) -> None:
    publish(channel_of(user, jobs=True), "billing", "billing")
    with pytest.raises(AccessRefused):
        publish(channel_of(user, jobs=True), "", "payments")
    if user != BEAT:
        for use in ("basic_get", "queue_delete"):
            with pytest.raises(AccessRefused):
                getattr(channel_of(user, jobs=True), use)("payments")


def test_who_has_no_jobs_is_not_let_in_where_they_are(installed: Settings) -> None:
    bus, jobs = (make_url(url) for url in (installed.amqp_url_of(MESSAGING_PLATFORM), installed.celery_broker_url_of(BEAT)))
    with pytest.raises(Exception, match=re.compile("refused|NOT_ALLOWED", re.IGNORECASE)):
        Connection(bus.set(database=jobs.database).render_as_string(hide_password=False)).connect()
