"""A backup as one file: a tar of its folder, as ``make backup`` writes it and ``tar`` reads it anywhere."""

import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from deploy.backup.contents import BackupDamaged, new_file

_SUFFIX: Final = ".tar"
_PIECE_BYTES: Final = 1024 * 1024


class ArchiveExists(Exception):
    """A backup overwrites none."""


@contextmanager
def packing(target: Path) -> Iterator[Path]:
    """The folder that a backup is to be made in: the target itself; or, of a ``.tar``, one beside it, which is packed at the end.

    The file is there once it is whole.

    :raises ArchiveExists: if it is there already.
    """
    if target.suffix != _SUFFIX:
        yield target
        return
    if target.exists():
        raise ArchiveExists(f"{target} is there already")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.stem}-", dir=target.parent) as beside:
        folder = Path(beside) / target.stem
        yield folder
        partial = Path(beside) / target.name
        with new_file(partial) as written, tarfile.open(fileobj=written, mode="w|") as archive:
            archive.add(folder, target.stem)
        partial.rename(target)


@contextmanager
def unpacked(source: Path) -> Iterator[Path]:
    """The folder of a backup: the source itself, or what a file holds, unpacked where temporary files go (``TMPDIR``).

    :raises BackupDamaged: if the file is no whole tar, or holds what a backup does not.
    """
    if source.is_dir():
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="l2c-restore-") as folder:
        try:
            with tarfile.open(source, "r|") as archive:
                for member in archive:
                    _unpack(archive, member, Path(folder))
        except (tarfile.TarError, FileExistsError) as error:
            raise BackupDamaged(f"{source} is no backup: {error}") from error
        yield Path(folder)


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    # By hand rather than extract(): its filter against paths that lead elsewhere is not in every Python 3.11.
    _, *parts = Path(member.name).parts or [""]
    if member.isdir():
        return
    if not member.isreg() or not parts or ".." in parts:
        raise BackupDamaged(f"a backup holds no {member.name!r}")
    path = folder.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = archive.extractfile(member)
    assert content is not None, "a regular file has content"
    with new_file(path) as written:
        while piece := content.read(_PIECE_BYTES):
            written.write(piece)
