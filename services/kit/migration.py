"""Bringing a service's database to the newest version of its tables, and keeping the two in step."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from services.kit.database_roles import grant_rights, make_role, take_over
from services.kit.settings import Settings
from services.kit.tables import KIT_METADATA

_MIGRATION_LOCK = 0x4C3244
_ROOT = Path(__file__).resolve().parents[2]
_ALEMBIC_FOLDER = _ROOT / "services" / "kit" / "migrations"
_KIT_FOLDER = _ALEMBIC_FOLDER / "versions"


def package_of(service: str) -> str:
    """The Python package of a service's tables and migrations; the gateway's are its identity's."""
    return "gateway.identity" if service == "gateway" else f"services.{service}"


def _folder_of(service: str) -> Path:
    return _ROOT / Path(*package_of(service).split(".")) / "migrations"


def bring_up_to_date(service: str, settings: Settings) -> None:
    """Make a service's database and role unless they are there, and its tables those of the newest version. May run again."""
    url, owner_url = settings.database_url_of(service), settings.owned_database_url_of(service)
    create_database(owner_url)
    make_role(owner_url, url)
    take_over(owner_url, url)
    migrate(service, owner_url)
    grant_rights(owner_url, url)


def create_database(url: str) -> None:
    """Make the database of this URL unless it is there. Needs a role that may."""
    target = make_url(url)
    engine = create_engine(target.set(database="postgres"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            known = connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": target.database})
            if not known:
                connection.execute(text(f'CREATE DATABASE "{target.database}"'))
    finally:
        engine.dispose()


def migrate(service: str, url: str, *, to: str = "heads") -> None:
    """Run the migrations that the database lacks. Two that start at once wait for each other.

    :param to: a revision to stop at, for the test of what the next one does with the data that is there.
    """
    with _connected(url) as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
        connection.commit()
        command.upgrade(_config(service, connection), to)


def new_migration(service: str, url: str, message: str, *, of_kit: bool = False) -> None:
    """Write the next version file from what the tables have and the database has not; to be read before it is committed.

    :param of_kit: whether it is the kit's tables that changed; those migrations stand once, for every service's database.
    """
    branch, folder = ("kit", _KIT_FOLDER) if of_kit else (service, _folder_of(service))
    with _connected(url) as connection:
        config = _config(service, connection)
        command.revision(config, message, autogenerate=True, head=f"{branch}@head", version_path=str(folder))


def differences(service: str, url: str) -> list[Any]:
    """What differs between the migrated database and the tables' declaration; empty when they are in step."""
    with _connected(url) as connection:
        context = MigrationContext.configure(connection)
        return list(compare_metadata(context, _metadata(service)))  # type: ignore[arg-type]  # it takes several, and says one


def newest_revisions(service: str) -> set[str]:
    """Where a service's database is when it lacks nothing: the newest revision of the kit's tables, and of its own."""
    return set(_scripts(service).get_heads())


def known_revisions(service: str) -> set[str]:
    """Every migration that this version knows of for a service's database."""
    return {script.revision for script in _scripts(service).walk_revisions()}


def _scripts(service: str) -> ScriptDirectory:
    return ScriptDirectory.from_config(_places(service))


def _connected(url: str) -> Any:
    # Without a pool: a connection left open in one would keep others from copying or dropping the database.
    return create_engine(url, poolclass=NullPool).connect()


def _config(service: str, connection: Connection) -> Config:
    config = _places(service)
    config.attributes["connection"] = connection
    config.attributes["metadata"] = _metadata(service)
    return config


def _places(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_ALEMBIC_FOLDER))
    # Two branches side by side: the kit's tables, the same for all, and the service's own.
    config.set_main_option("version_locations", os.pathsep.join((str(_KIT_FOLDER), str(_folder_of(service)))))
    config.set_main_option("path_separator", "os")
    return config


def _metadata(service: str) -> list[MetaData]:
    return [KIT_METADATA, import_module(f"{package_of(service)}.store.tables").Tables.metadata]
