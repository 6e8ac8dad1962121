"""``l2c backup``: all of a running system into a folder."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import psycopg

from deploy.backup.contents import FILES_NAME, FOLDER, Contents, copy_files, dump_of, write_sums
from deploy.backup.moment import PATIENCE_SECONDS, one_moment
from deploy.backup.programs import conninfo_of, run, server_major
from services.kit.clock import utc_now
from services.kit.settings import DATABASES, Settings

_DUMPS_AT_ONCE: Final = 2


class FolderNotEmpty(Exception):
    """A backup goes into a folder of its own."""


def save(settings: Settings, folder: Path, say: Callable[[str], None], *, patience_seconds: float = PATIENCE_SECONDS) -> Contents:
    """Back up a system while it works.

    :param settings: as a role that reads every table of every service, and may lock it.
    :param folder: made; or empty.
    :raises FolderNotEmpty: if it is not; nothing is done then.
    :raises NoMoment, ProgramMissing, ProgramFailed: as their names say. What is in the folder then is no backup.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FolderNotEmpty(f"{folder} is not empty")
    conninfos = {service: conninfo_of(settings.owned_database_url_of(service)) for service in DATABASES}
    major = server_major(conninfos[DATABASES[0]])
    keeps_files = not settings.files_url
    if keeps_files:
        # Twice: now what there is, so that after the moment there is little left to copy, and little is forgotten meanwhile.
        _copy(settings, folder)
    with one_moment(conninfos, patience_seconds=patience_seconds) as moment:
        made_at = utc_now()
        say(f"moment found; writers waited {moment.seconds * 1000:.0f} ms")
        with ThreadPoolExecutor(_DUMPS_AT_ONCE) as dumping:
            dumps = [
                dumping.submit(_dump, conninfos[service], moment.snapshots[service], dump_of(folder, service), major)
                for service in DATABASES
            ]
            revisions = {service: _revisions(conninfos[service]) for service in DATABASES}
            for dump in dumps:
                dump.result()
    files = _copy(settings, folder) if keeps_files else 0
    contents = Contents(made_at.isoformat(), major, revisions, FOLDER if keeps_files else settings.files_url, files)
    contents.write(folder)
    write_sums(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    say(f"{len(DATABASES)} databases and {files} files of {contents.made_at}, {size / 1e6:.1f} MB")
    if not keeps_files:
        say(f"files stay where they are: {settings.files_url} (keep its versions as long as backups)")
    return contents


def _copy(settings: Settings, folder: Path) -> int:
    target = folder / FILES_NAME
    copy_files(settings.files_folder, target)
    return sum(1 for path in target.rglob("*") if path.is_file())


def _dump(conninfo: str, snapshot: str, path: Path, major: int) -> None:
    path.touch(mode=0o600)
    run(
        "pg_dump", conninfo, f"--snapshot={snapshot}", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}",
        server_major=major,
    )  # fmt: skip  # options of one kind side by side


def _revisions(conninfo: str) -> list[str]:
    # Migrations that ran after the moment would show here and not in the dumps; nobody migrates while a backup is made.
    with psycopg.connect(conninfo) as connection:
        return sorted(str(row[0]) for row in connection.execute("SELECT version_num FROM alembic_version").fetchall())
