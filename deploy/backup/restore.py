"""``l2c restore``: a system as it was at the moment of a backup, on servers that may be new.

Nothing that is there is touched before the backup was found whole and every database was loaded beside the old one. What was on
its way on the bus at the moment is not in a backup, and need not be: the outboxes know what was published, the inboxes what was
handled, and the difference is marked to be published once more (decision 0038).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from deploy.backup.bus import clear_bus
from deploy.backup.contents import (
    FILES_NAME,
    FOLDER,
    Contents,
    check_sums,
    copy_files,
    dump_of,
    remove_others,
    stored_files,
)
from deploy.backup.programs import conninfo_of, run, server_major
from deploy.subscriptions import LostEvents
from services.kit.migration import bring_up_to_date, known_revisions
from services.kit.settings import DATABASES, Settings

_LOADING: Final = "_loading"
_PROCESSES: Final = 2

_USERS: Final = """
    SELECT coalesce(nullif(application_name, ''), backend_type), client_addr FROM pg_stat_activity
     WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class RestoreRefused(Exception):
    """Something stands against it, and nothing was changed; the message says what."""


def restore(settings: Settings, folder: Path, say: Callable[[str], None], *, overwrite: bool) -> None:
    """Bring a system back. Its services must not run; the servers must.

    :param settings: as a role that may make and drop databases.
    :param overwrite: whether a system that is there already may be lost.
    :raises BackupDamaged, RestoreRefused: before anything was changed.
    :raises ProgramMissing, ProgramFailed: while databases were loaded; those of before are still there.
    """
    contents = Contents.read(folder)
    check_sums(folder)
    _refuse_newer(contents)
    _refuse_other_store(settings, contents)
    server = _Server(settings)
    if not overwrite:
        _refuse_filled(settings, server)
    _refuse_used(server)
    for service in DATABASES:
        server.load(service, dump_of(folder, service))
        say(f"{service}: loaded")
    # Files come before the rows that name them, and go after those that did.
    files = copy_files(folder / FILES_NAME, settings.files_folder) if contents.files_in == FOLDER else 0
    clear_bus(settings)
    for service in DATABASES:
        server.put_in_place(service)
        bring_up_to_date(service, settings)
    if contents.files_in == FOLDER:
        remove_others(settings.files_folder, folder / FILES_NAME)
    again = LostEvents(settings).mark()
    where = f"{files} files" if contents.files_in == FOLDER else f"its files are those of {contents.files_in}"
    say(f"the system of {contents.made_at} is back; {where}; {again} events will be published again")


def _refuse_newer(contents: Contents) -> None:
    for service, revisions in contents.revisions.items():
        if unknown := set(revisions) - known_revisions(service):
            raise RestoreRefused(f"the backup is of a newer version: {service} had migration {', '.join(sorted(unknown))}")


def _refuse_filled(settings: Settings, server: "_Server") -> None:
    filled = [service for service in DATABASES if server.is_filled(service)]
    if not settings.files_url and settings.files_folder.is_dir() and any(stored_files(settings.files_folder)):
        filled.append(str(settings.files_folder))
    if filled:
        raise RestoreRefused(f"there is a system already: {', '.join(filled)}; --overwrite gives it up")


def _refuse_used(server: "_Server") -> None:
    for service in DATABASES:
        if users := server.users_of(service):
            raise RestoreRefused(f"{service}'s database is in use; stop the services first: {', '.join(users)}")


def _refuse_other_store(settings: Settings, contents: Contents) -> None:
    here = settings.files_url or FOLDER
    if here != contents.files_in:
        raise RestoreRefused(f"the backup's files are in {contents.files_in}, and the settings say {here}")


class _Server:
    """The server of the databases, by its maintenance database."""

    def __init__(self, settings: Settings) -> None:
        self._urls = {service: settings.owned_database_url_of(service) for service in DATABASES}
        self._maintenance = conninfo_of(self._urls[DATABASES[0]], database="postgres")
        self._major = server_major(self._maintenance)

    def is_filled(self, service: str) -> bool:
        """Whether anybody ever did anything in a service's database."""
        name = self._name(service)
        if not self._ask("SELECT 1 FROM pg_database WHERE datname = %s", name):
            return False
        with psycopg.connect(conninfo_of(self._urls[service])) as connection:
            if connection.execute("SELECT to_regclass('audit_entries')").fetchone() == (None,):
                return False
            return connection.execute("SELECT EXISTS (SELECT FROM audit_entries)").fetchone() == (True,)

    def users_of(self, service: str) -> list[str]:
        """Who is connected to a service's database."""
        return [f"{name} {address or ''}".strip() for name, address in self._ask(_USERS, self._name(service))]

    def load(self, service: str, dump: Path) -> None:
        """Load a dump into a new database, beside the one that is there."""
        loading = self._name(service) + _LOADING
        self._run("DROP DATABASE IF EXISTS {}", loading)
        self._run("CREATE DATABASE {}", loading)
        run(
            "pg_restore", conninfo_of(self._urls[service], database=loading), "--exit-on-error", "--no-owner", "--no-privileges",
            f"--jobs={_PROCESSES}", str(dump), server_major=self._major,
        )  # fmt: skip  # options of one kind side by side

    def put_in_place(self, service: str) -> None:
        """Let the loaded database take the place of the one that is there."""
        name = self._name(service)
        self._run("DROP DATABASE IF EXISTS {}", name)
        self._run("ALTER DATABASE {} RENAME TO {}", name + _LOADING, name)

    def _name(self, service: str) -> str:
        name = make_url(self._urls[service]).database
        assert name is not None, "a database has a name"
        return name

    def _ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self._maintenance) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._maintenance, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
