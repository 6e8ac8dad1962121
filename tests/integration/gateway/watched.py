"""Whether anything in a database has changed: asked after each of thousands of requests, so it must cost next to nothing where
nothing was even tried."""

from typing import Any, Final

from sqlalchemy import text

from services.kit.database import Database

# A sequence counts what is written or altered. It counts what is rolled back, too: then the tables themselves say whether it was.
_WATCH: Final = """
CREATE SCHEMA IF NOT EXISTS watch;
CREATE SEQUENCE IF NOT EXISTS watch.writes;
CREATE OR REPLACE FUNCTION watch.note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nextval('watch.writes');
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION watch.note_command() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nextval('watch.writes');
END
$$;
DO $$
DECLARE
    called regclass;
BEGIN
    FOR called IN SELECT c.oid FROM pg_class AS c
                  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                    AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgname = 'watch')
    LOOP
        EXECUTE format(
            'CREATE TRIGGER watch BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s EXECUTE FUNCTION watch.note()', called
        );
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER watch', called);
    END LOOP;
END
$$;
DROP EVENT TRIGGER IF EXISTS watch;
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION watch.note_command();
"""
_WRITES: Final = text("SELECT last_value FROM watch.writes")


class WatchedDatabase:
    """A service's database, as tests of what must not change look into it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._writes: object = None
        self._seen: dict[str, list[Any]] = {}

    def seen(self, *, besides: str = "") -> list[Any]:
        """What changes if any row of any table does, but for one table."""
        with self.database.asking_session() as session:
            if self._writes is None or session.scalar(_WRITES) != self._writes:
                # New tables (partitions of a month) are watched from now on; what was written to them counts as what made them.
                session.connection().execution_options(no_parameters=True).exec_driver_sql(_WATCH)
                self._writes, self._seen = session.scalar(_WRITES), {}
            if besides not in self._seen:
                names = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).all()
                looked_at = (name for name in names if name != besides)
                sums = (f'SELECT count(*), sum(hashtextextended(t::text, 0)) FROM "{name}" AS t' for name in looked_at)
                self._seen[besides] = list(session.execute(text(" UNION ALL ".join(sums))))
            return self._seen[besides]
