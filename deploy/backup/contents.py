"""What a backup is: a folder, complete once its list of sums is there.

=====================  =====================================================================================================
``customer.dump`` …    one a database, in PostgreSQL's custom format: ``pg_restore --list customer.dump`` reads it
``files/``             the files' folder as it is, unless an object store keeps them
``backup.json``        :class:`Contents`
``SHA256SUMS``         of everything else; written last. ``sha256sum -c SHA256SUMS`` checks it anywhere
=====================  =====================================================================================================
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Final

FORMAT: Final = 1
CONTENTS_NAME: Final = "backup.json"
SUMS_NAME: Final = "SHA256SUMS"
FILES_NAME: Final = "files"
FOLDER: Final = "folder"
"""Where a system keeps files that has no object store."""

_PIECE_BYTES: Final = 1024 * 1024


class BackupDamaged(Exception):
    """The folder is no whole backup; the message says what is wrong."""


@dataclass(frozen=True)
class Contents:
    """
    :param made_at: the moment that the databases are of; RFC 3339.
    :param postgresql: the major version of the server that was backed up.
    :param revisions: by service, the migrations that its database has.
    :param files_in: :data:`FOLDER` if the backup holds the files, else the URL of the store that keeps them.
    :param files: how many files the backup holds.
    """

    made_at: str
    postgresql: int
    revisions: dict[str, list[str]]
    files_in: str
    files: int
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        with new_file(folder / CONTENTS_NAME) as target:
            target.write(json.dumps(asdict(self), ensure_ascii=False, indent=1).encode() + b"\n")

    @classmethod
    def read(cls, folder: Path) -> "Contents":
        """
        :raises BackupDamaged: if there are none, or of another format.
        """
        try:
            values = json.loads((folder / CONTENTS_NAME).read_bytes())
        except (OSError, ValueError) as error:
            raise BackupDamaged(f"{folder} is no backup: {error}") from error
        if values.get("format") != FORMAT:
            raise BackupDamaged(f"{folder} is a backup of format {values.get('format')}, and this version reads {FORMAT}")
        return cls(**values)


def dump_of(folder: Path, service: str) -> Path:
    """Where a service's database stands in a backup."""
    return folder / f"{service}.dump"


def new_file(path: Path) -> BinaryIO:
    """A file that nobody else reads: a backup holds all that the company knows."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def copy_files(source: Path, target: Path) -> int:
    """Copy the store's files that the target lacks. A stored file never changes, so that one that is there is right.

    :returns: how many were copied.
    """
    copied = 0
    for path in stored_files(source):
        copy = target / path.relative_to(source)
        if copy.exists():
            continue
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = copy.with_name(f"{copy.name}.part")
        partial.unlink(missing_ok=True)
        try:
            with path.open("rb") as reading, new_file(partial) as writing:
                while piece := reading.read(_PIECE_BYTES):
                    writing.write(piece)
                writing.flush()
                os.fsync(writing.fileno())
        except FileNotFoundError:
            partial.unlink(missing_ok=True)
            continue  # forgotten meanwhile, as files are whose time is over
        partial.replace(copy)
        copied += 1
    return copied


def remove_others(folder: Path, copied: Path) -> None:
    """Remove what a folder store has more than the one that was copied into it."""
    for path in list(stored_files(folder)):
        if not (copied / path.relative_to(folder)).exists():
            path.unlink()


def stored_files(folder: Path) -> Iterator[Path]:
    """The whole files of a folder store; those just being written are none."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".part":
            yield path


def write_sums(folder: Path) -> None:
    """Seal a backup."""
    lines = [f"{_sum(path)}  {path.relative_to(folder).as_posix()}\n" for path in _members(folder)]
    with new_file(folder / SUMS_NAME) as target:
        target.write("".join(lines).encode())
        target.flush()
        os.fsync(target.fileno())


def check_sums(folder: Path) -> None:
    """
    :raises BackupDamaged: if anything is missing, more than there was, or changed.
    """
    try:
        lines = (folder / SUMS_NAME).read_text("utf-8").splitlines()
    except OSError as error:
        raise BackupDamaged(f"{folder} is no whole backup: {error}") from error
    sealed = {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}
    found = {path.relative_to(folder).as_posix(): path for path in _members(folder)}
    if differing := sorted(sealed.keys() ^ found.keys()):
        raise BackupDamaged(f"{folder} does not hold what it held: {', '.join(differing[:5])}")
    if changed := sorted(name for name, path in found.items() if _sum(path) != sealed[name]):
        raise BackupDamaged(f"{folder} is not as it was written: {', '.join(changed[:5])}")


def _members(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS_NAME)


def _sum(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
