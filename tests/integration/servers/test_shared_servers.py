"""The servers that all workers share, and what each has on them for itself."""

from collections.abc import Callable
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from kombu import Connection
from sqlalchemy import create_engine, event, text
from sqlalchemy.pool import NullPool

from services.kit.database import Database
from services.kit.migration import _config, differences, migrate
from services.kit.settings import DATABASES
from tests.servers.databases import TestDatabases
from tests.servers.worker_databases import WorkerDatabases


def run(url: str, statement: str) -> object:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        result = connection.execute(text(statement))
        return result.scalar() if result.returns_rows else None


@pytest.mark.parametrize("service", DATABASES)
def test_every_service_has_a_database_with_the_newest_tables(fresh_database: Callable[[str], str], service: str) -> None:
    assert differences(service, fresh_database(service)) == []


@pytest.mark.parametrize("service", DATABASES)
def test_every_migration_can_be_taken_back_and_made_again(fresh_database: Callable[[str], str], service: str) -> None:
    """One by one down to the first: each must undo what is there, and leave what the one before it needs."""
    url = fresh_database(service)
    with create_engine(url, poolclass=NullPool).connect() as connection:
        config = _config(service, connection)
        revisions = ScriptDirectory.from_config(config).iterate_revisions(f"{service}@head", "base")
        own = [revision for revision in revisions if service in revision.branch_labels]
        for revision in own[:-1]:
            command.downgrade(config, f"{service}@{revision.down_revision}")
    migrate(service, url)
    assert differences(service, url) == []


def test_a_workers_databases_are_there_for_all_services(database_url: str) -> None:
    names = {run(database_url.format(service=service), "SELECT current_database()") for service in DATABASES}
    assert len(names) == len(DATABASES)


def test_fresh_databases_are_nobody_elses_and_go_with_their_test(shared_databases: TestDatabases) -> None:
    with shared_databases.fresh("first") as first, shared_databases.fresh("second") as second:
        run(first.format(service="customer"), "CREATE TABLE only_here (id int)")
        assert run(first.format(service="customer"), "SELECT to_regclass('only_here')::text") == "only_here"
        assert run(second.format(service="customer"), "SELECT to_regclass('only_here')::text") is None
        name = run(first.format(service="customer"), "SELECT current_database()")
    assert run(shared_databases.server_url, f"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == 0


def test_a_database_as_new_has_what_the_migrations_bring_and_nothing_else(worker_databases: WorkerDatabases) -> None:
    """Tables, rows, sequences and partitions; and nobody listens at its engine who did in another test."""
    first, statements = worker_databases.as_new("billing"), []
    event.listen(first.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    before = _content(first)
    assert sum(count for _, count, _ in before["tables"]) > 0, "the migrations bring something"
    with first.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name, _, _ in before["tables"]:
            connection.execute(text(f'DELETE FROM "{name}"'))
        connection.execute(
            text("CREATE TABLE usage_daily_2031 PARTITION OF usage_daily FOR VALUES FROM ('2031-01-01') TO ('2032-01-01')")
        )
        connection.execute(text("CREATE TABLE left_over (id int)"))
        connection.execute(text("INSERT INTO left_over SELECT generate_series(1, 10000)"))
        for name, _, _ in before["sequences"]:
            connection.execute(text(f"SELECT nextval('{name}')"))
    assert _content(first) != before
    count = len(statements)
    assert _content(worker_databases.as_new("billing")) == before
    assert (count > 0, len(statements)) == (True, count)


def _content(database: Database) -> dict[str, Any]:
    with database.session() as session:
        tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).all()
        sums = (f"SELECT '{name}', count(*), sum(hashtextextended(t::text, 0)) FROM \"{name}\" AS t" for name in tables)
        sequences = session.scalars(text("SELECT sequencename FROM pg_sequences ORDER BY 1")).all()
        values = (f"SELECT '{name}', last_value, is_called FROM \"{name}\"" for name in sequences)
        return {
            "tables": session.execute(text(" UNION ALL ".join(sums))).all(),
            "sequences": session.execute(text(" UNION ALL ".join(values))).all(),
        }


def test_a_database_of_a_module_is_made_when_it_is_needed(shared_databases: TestDatabases) -> None:
    with shared_databases.made_when_needed("needed") as needed:
        names = {str(run(url, "SELECT current_database()")) for url in (needed.of("notify"), needed.url.format(service="notify"))}
        count = f"SELECT count(*) FROM pg_database WHERE starts_with(datname, '{names.pop().removesuffix('notify')}')"
        assert (names, run(shared_databases.server_url, count)) == (set(), 1)
    assert run(shared_databases.server_url, count) == 0


def test_one_services_fresh_database_comes_without_the_others(fresh_database: Callable[[str], str]) -> None:
    first, second = fresh_database("customer"), fresh_database("customer")
    assert run(first, "SELECT current_database()") != run(second, "SELECT current_database()")


def test_a_fresh_virtual_host_has_no_queue_of_another(amqp_url: str, celery_broker_url: str, fresh_amqp_url: str) -> None:
    assert len({amqp_url, celery_broker_url, fresh_amqp_url}) == 3
    for url, expected in ((amqp_url, 1), (amqp_url, 2), (celery_broker_url, 1), (fresh_amqp_url, 1)):
        # Confirmed: an unconfirmed message may not be counted yet.
        with (
            Connection(url, transport_options={"confirm_publish": True}) as connection,
            connection.SimpleQueue("shared_servers_test") as queue,
        ):
            queue.put("letter")
            assert queue.qsize() == expected
