"""Databases that an xdist worker keeps for all its tests: each test finds its service's as the migrations leave it.

Making one takes PostgreSQL a tenth of a second, most of it copying files and checkpoints; emptying one takes a few milliseconds.
And what SQLAlchemy knows of an engine, every statement that it has compiled, stays.
"""

from typing import Final

from sqlalchemy import QueuePool, text

from services.kit.database import Database
from tests.servers.databases import TestDatabases

_CONNECTIONS_MAX: Final = 24
_CONNECTIONS_KEPT_MAX: Final = 4
"""Where a test has wanted more they are closed: the server has room for 600, and each worker has six such databases."""

# What the migrations have brought is copied once, and brought back each time. Tables of then are emptied, later ones (partitions
# of a month, say) dropped. Triggers and foreign keys sleep meanwhile: some refuse that of anybody, and the order would matter.
_REMEMBER: Final = """
CREATE SCHEMA brought;
CREATE TABLE brought.tables AS
    SELECT oid, relname AS name, false AS is_copied FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p');
CREATE TABLE brought.sequences (name name, last_value bigint, is_called boolean);
DO $$
DECLARE
    one record;
    has_rows boolean;
BEGIN
    FOR one IN SELECT c.oid::regclass AS called, c.relname, c.relkind FROM pg_class AS c
               WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'S')
    LOOP
        IF one.relkind = 'S' THEN
            EXECUTE format('INSERT INTO brought.sequences SELECT %L, last_value, is_called FROM %s', one.relname, one.called);
        ELSE
            EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one.called) INTO has_rows;
            IF has_rows THEN
                EXECUTE format('CREATE TABLE brought.%I AS TABLE %s', 'rows_of_' || one.relname, one.called);
                UPDATE brought.tables SET is_copied = true WHERE name = one.relname;
            END IF;
        END IF;
    END LOOP;
END
$$;
CREATE FUNCTION brought.back() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    one record;
    has_rows boolean;
    columns text;
BEGIN
    SET LOCAL session_replication_role = replica;
    SET LOCAL lock_timeout = '60s';
    FOR one IN SELECT c.oid::regclass AS called FROM pg_class AS c
               WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                 AND NOT EXISTS (SELECT FROM brought.tables AS t WHERE t.oid = c.oid)
    LOOP
        EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', one.called);
    END LOOP;
    FOR one IN SELECT c.oid, c.oid::regclass AS called FROM pg_class AS c
               WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one.called) INTO has_rows;
        IF pg_relation_size(one.oid) > 65536 THEN
            EXECUTE format('TRUNCATE %s CASCADE', one.called);
        ELSIF has_rows THEN
            EXECUTE format('DELETE FROM %s', one.called);
        END IF;
    END LOOP;
    FOR one IN SELECT t.name, t.oid FROM brought.tables AS t WHERE t.is_copied LOOP
        SELECT string_agg(quote_ident(a.attname), ', ') INTO columns FROM pg_attribute AS a
        WHERE a.attrelid = one.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
        EXECUTE format(
            'INSERT INTO public.%I (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM brought.%I',
            one.name, columns, columns, 'rows_of_' || one.name
        );
    END LOOP;
    PERFORM setval(format('public.%I', s.name)::regclass, s.last_value, s.is_called) FROM brought.sequences AS s;
END
$$;
"""


def make_as_new(database: Database) -> None:
    """Leave in a database of :class:`WorkerDatabases` what the migrations bring, and nothing else. Whoever still held a lock on
    its rows would keep this waiting: for a minute, and then it fails."""
    with database.engine.begin() as connection:
        connection.execute(text("SELECT brought.back()"))


class _Lent(Database):
    """A kept database in the hands of one test: what it listens for at the engine ends with it."""

    def __init__(self, kept: Database) -> None:
        self.url = kept.url
        self.engine = kept.engine.execution_options()
        self._asking = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    def close(self) -> None:
        """Its connections are for the next test, too."""


class WorkerDatabases:
    """One database a service, made when the first test asks for it.

    :param databases: of the run.
    :param name: begins their names; nobody else's.
    """

    def __init__(self, databases: TestDatabases, name: str) -> None:
        self._databases = databases
        self._name = name
        self._kept: dict[str, Database] = {}

    def as_new(self, service: str) -> Database:
        """A service's database, without anything that a test before has left in it.

        A test that alters what migrations have made wants a database of its own.
        """
        if service not in self._kept:
            self._kept[service] = self._made(service)
            return self.as_left(service)
        kept = self._kept[service]
        pool = kept.engine.pool
        if isinstance(pool, QueuePool) and pool.checkedin() > _CONNECTIONS_KEPT_MAX:
            kept.engine.dispose()
        make_as_new(kept)
        return self.as_left(service)

    def as_left(self, service: str) -> Database:
        """The same with whatever is in it, once it was asked for as new."""
        return _Lent(self._kept[service])

    def drop_all(self) -> None:
        for service, database in self._kept.items():
            database.close()
            self._databases.drop(self._name, [service])

    def _made(self, service: str) -> Database:
        database = Database(self._databases.create(self._name, [service]).format(service=service), pool_size=_CONNECTIONS_MAX)
        with database.engine.begin() as connection:
            # Without parameters: its percent signs are its own.
            connection.execution_options(no_parameters=True).exec_driver_sql(_REMEMBER)
        return database
