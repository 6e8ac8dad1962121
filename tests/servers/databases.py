"""Databases for tests: copies of templates that were migrated once a run."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from services.kit.migration import migrate
from services.kit.settings import DATABASES

_TEMPLATE: Final = "template"


class TestDatabases:
    """The databases that one run of the tests makes on one server.

    :param server_url: of any database there, as a role that may make databases.
    :param prefix: begins the name of every database of this run.
    :param run_folder: where workers agree on who migrates the templates.
    """

    __test__ = False  # not a class of tests, whatever its name begins with

    def __init__(self, server_url: str, prefix: str, run_folder: Path) -> None:
        self._url = make_url(server_url)
        self._prefix = prefix
        self._run_folder = run_folder
        self._migrated: set[str] = set()
        self._engine: Engine = create_engine(self._url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)

    @property
    def server_url(self) -> str:
        return self._url.set(database="postgres").render_as_string(hide_password=False)

    def create(self, name: str, services: Sequence[str] = DATABASES) -> str:
        """New databases, one a service, as the newest migrations leave them.

        :returns: their URL, ``{service}`` in place of the service's name.
        """
        for service in services:
            self._migrate_template(service)
            new, template = self._database(name, service), self._database(_TEMPLATE, service)
            # Files are copied, not logged: there is no durability to lose, and it takes half the time.
            self._run(f'CREATE DATABASE "{new}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url_of(name)

    def drop(self, name: str, services: Sequence[str] = DATABASES) -> None:
        """Remove databases that :meth:`create` made, whoever is still connected."""
        for service in services:
            self._run(f'DROP DATABASE IF EXISTS "{self._database(name, service)}" WITH (FORCE)')

    def drop_roles(self, name: str) -> None:
        """Remove the roles that begin with this name; what they had rights on must be gone."""
        with self._engine.connect() as connection:
            query = text("SELECT rolname FROM pg_roles WHERE starts_with(rolname, :name)")
            names = connection.scalars(query, {"name": f"{name}_"}).all()
        for role in names:
            self._run(f'DROP ROLE "{role}"')

    def unique(self, name: str) -> str:
        """A name that no other run on this server has for anything."""
        return f"{self._prefix}_{name}"

    def drop_all(self) -> None:
        """Remove every database of this run, the templates too."""
        with self._engine.connect() as connection:
            query = text("SELECT datname FROM pg_database WHERE starts_with(datname, :prefix)")
            names = connection.scalars(query, {"prefix": f"{self._prefix}_"}).all()
        for name in names:
            self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    @contextmanager
    def fresh(self, name: str, services: Sequence[str] = DATABASES) -> Iterator[str]:
        """New databases for the time of a ``with``."""
        try:
            yield self.create(name, services)
        finally:
            self.drop(name, services)

    @contextmanager
    def made_when_needed(self, name: str) -> Iterator["NeededDatabases"]:
        """New databases for the time of a ``with``, of those services alone that are asked for."""
        needed = NeededDatabases(self, name)
        try:
            yield needed
        finally:
            self.drop(name, sorted(needed.made))

    def _migrate_template(self, service: str) -> None:
        if service in self._migrated:
            return
        template = self._database(_TEMPLATE, service)
        with (self._run_folder / f"{template}.migrated").open("a+") as migrated:
            fcntl.flock(migrated, fcntl.LOCK_EX)  # the first worker does it, the others wait
            if migrated.seek(0, os.SEEK_END) == 0:
                self._run(f'DROP DATABASE IF EXISTS "{template}"')  # another worker may have failed half-way
                self._run(f'CREATE DATABASE "{template}"')
                migrate(service, self.url_of(_TEMPLATE).format(service=service))
                migrated.write("yes")
        self._migrated.add(service)

    def _database(self, name: str, service: str) -> str:
        return f"{self._prefix}_{name}_{service}"

    def url_of(self, name: str) -> str:
        """Of the databases of this name; ``{service}`` stands for the service's name."""
        # Rendered first: the braces that stand for the service would be escaped.
        url = self._url.set(database="DATABASE").render_as_string(hide_password=False)
        return url.replace("DATABASE", self._database(name, "{service}"))

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


class NeededDatabases:
    """The databases of one name, each made when the first asks for it.

    :ivar made: the services that have theirs.
    """

    def __init__(self, databases: TestDatabases, name: str) -> None:
        self._databases = databases
        self._name = name
        self.made: set[str] = set()

    @property
    def url(self) -> str:
        """Of them all; ``{service}`` stands for the service's name."""
        return self._databases.url_of(self._name)

    def of(self, service: str) -> str:
        """One service's."""
        if service not in self.made:
            self.made.add(service)  # before: one that was half made is dropped, too
            self._databases.create(self._name, [service])
        return self.url.format(service=service)
