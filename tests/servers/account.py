"""The account that private servers run under, and what it must be able to reach."""

import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Any, Final

# PostgreSQL refuses to run as root. "nobody" is there on every system, so that nothing has to be made and left behind.
_UNPRIVILEGED: Final = "nobody"

_ROOM_BYTES_MIN: Final = int(os.environ.get("L2C_TEST_ROOM_MIB", "2048")) * 1024**2
"""What a place must have free for the servers' data. Whoever plays thousands of stories wants more, which memory may not have."""

_PLACE_LENGTH_MAX: Final = 40  # the path of a Unix socket below it may have 107 characters


def process_owner() -> dict[str, Any]:
    """The keywords that make :class:`subprocess.Popen` run a server without root's rights; none for ordinary users."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(_UNPRIVILEGED)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def make_folder(path: Path) -> Path:
    """A new folder that the servers' account owns and nobody else may read."""
    path.mkdir(mode=0o700)
    owner = process_owner()
    if owner:
        os.chown(path, owner["user"], owner["group"])
    return path


def new_run_folder() -> Path:
    """A new folder for one run of the tests, at a place the servers' account can reach; in memory, if there is plenty.

    Copying a database takes 10 ms there and 150 ms on a disk.
    """
    places = [Path("/dev/shm"), Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108  # mkdtemp names its own
    place = next(place for place in places if _has_room(place) and _is_reachable(place))
    folder = Path(tempfile.mkdtemp(prefix="l2c-tests-", dir=place))
    folder.chmod(0o711)
    return folder


def reachable(folder: Path, *parts: str, copy: Path) -> Path:
    """A folder whose ``parts`` the servers' account can read and run: ``folder``, or a copy where a parent of it is closed.

    A checkout below ``/root`` is the usual case. Opening other people's folders to everyone is not a test's business.
    """
    if not process_owner() or all(_is_reachable(folder / part) for part in parts):
        return folder
    for part in parts:
        shutil.copytree(folder / part, copy / part, symlinks=True)
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    return copy


def _has_room(place: Path) -> bool:
    if not place.is_dir() or len(str(place)) > _PLACE_LENGTH_MAX:
        return False
    facts = os.statvfs(place)
    return facts.f_bavail * facts.f_frsize >= _ROOM_BYTES_MIN and not facts.f_flag & os.ST_NOEXEC


def _is_reachable(path: Path) -> bool:
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))
