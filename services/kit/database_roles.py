"""A service's role in its database: it reads and writes the rows of its own tables, and nothing else.

The tables are somebody else's, so that it can neither change them nor switch off what guards them. Who is no role of a database
cannot enter it. Where rows are never changed or deleted, the right to do so is missing, too.
"""

from collections.abc import Sequence
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

_GUARD: Final = "refuse_change"
"""The function of the triggers that refuse every change."""

_APPENDED_ONLY: Final = "audit_entries"
_READ_ONLY: Final = "alembic_version"


def make_role(owner_url: str, url: str) -> None:
    """Make the role that a service connects as, unless it is there; with the password of its address now.

    :param owner_url: of the same database, for who may make roles. Does nothing if that is the service itself.
    """
    role, owner = make_url(url), make_url(owner_url)
    if role.username == owner.username:
        return
    with _connect(owner.set(database="postgres")) as connection:
        name = sql.Identifier(_name_of(role))
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role.username]).fetchone()
        if not known:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        if role.password is not None:
            # As the server would keep it: a password in clear would stand in its log of statements.
            kept = connection.pgconn.encrypt_password(
                str(role.password).encode(), _name_of(role).encode(), b"scram-sha-256"
            ).decode()
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(kept)))


def grant_rights(owner_url: str, url: str) -> None:
    """Give a service's role its rights in its database, once the tables are those of the newest version, and nobody else any.

    May run again, and while the service runs.
    """
    role, owner = make_url(url), make_url(owner_url)
    if role.username == owner.username:
        return
    with _connect(owner) as connection, connection.transaction():
        names = {"role": sql.Identifier(_name_of(role)), "database": sql.Identifier(str(owner.database))}
        for statement in (
            "REVOKE ALL ON DATABASE {database} FROM PUBLIC, {role}",
            "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}",
            "REVOKE ALL ON SCHEMA public FROM PUBLIC, {role}",
            "GRANT USAGE ON SCHEMA public TO {role}",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            f"REVOKE INSERT, UPDATE, DELETE ON {_READ_ONLY} FROM {{role}}",
        ):
            connection.execute(sql.SQL(statement).format(**names))
        for table in _appended_only(connection):
            connection.execute(
                sql.SQL("REVOKE UPDATE, DELETE ON {table} FROM {role}").format(table=sql.Identifier(table), **names)
            )


def take_over(owner_url: str, url: str) -> None:
    """Make what a service's role owns in its database the owner's: it made its tables itself before it had one."""
    role, owner = make_url(url), make_url(owner_url)
    if role.username == owner.username:
        return
    with _connect(owner) as connection:
        owned = connection.execute(
            "SELECT 1 FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner WHERE rolname = %s LIMIT 1", [role.username]
        ).fetchone()
        if owned:
            connection.execute(sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(sql.Identifier(_name_of(role))))


def _appended_only(connection: psycopg.Connection) -> Sequence[str]:
    rows = connection.execute(
        """SELECT relname FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relname = %s
               OR oid IN (SELECT tgrelid FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE proname = %s)""",
        [_APPENDED_ONLY, _GUARD],
    )
    return [str(name) for (name,) in rows]


def _name_of(role: URL) -> str:
    if not role.username:
        raise ValueError("the address of a service's database names no role")
    return role.username


def _connect(url: URL) -> psycopg.Connection:
    return psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True)
