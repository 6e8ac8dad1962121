"""A small disk of its own for attachments, which can be full: a tmpfs, mounted where the stories' files go.

To mount one takes root (CAP_SYS_ADMIN). Without, files go into a folder as it is, and nobody fills the machine's own disk.
"""

import ctypes
import errno
import os
import shutil
from pathlib import Path
from typing import Final, Self

_SIZE_BYTES: Final = 256 * 1024 * 1024
_PIECE: Final = bytes(1024 * 1024)
_DETACH: Final = 2
_LIBC: Final = ctypes.CDLL(None, use_errno=True)


class SmallDisk:
    """
    :ivar folder: on it.
    :ivar is_mounted: whether it is one that can be full.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_mounted = False

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True)
        try:
            self._call("mount", b"l2c-chaos", os.fsencode(self.folder), b"tmpfs", 0, f"size={_SIZE_BYTES}".encode())
        except PermissionError:
            return self
        self.is_mounted = True
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_mounted:
            self._call("umount2", os.fsencode(self.folder), _DETACH)
        shutil.rmtree(self.folder)

    def fill(self) -> None:
        """Write until there is no room for another byte."""
        with self._ballast.open("wb", buffering=0) as ballast:
            piece = _PIECE
            while piece:
                try:
                    ballast.write(piece)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    piece = piece[: len(piece) // 2]

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    @staticmethod
    def _call(name: str, *arguments: object) -> None:
        if getattr(_LIBC, name)(*arguments) != 0:
            code = ctypes.get_errno()
            raise OSError(code, f"{name}: {os.strerror(code)}")
