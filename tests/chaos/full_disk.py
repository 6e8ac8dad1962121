"""A small disk of its own for attachments, which can be full: a tmpfs, mounted where the stories' files go."""

import ctypes
import errno
import os
from pathlib import Path
from typing import Final, Self

_SIZE_BYTES: Final = 256 * 1024 * 1024
_PIECE: Final = bytes(1024 * 1024)
_DETACH: Final = 2
_LIBC: Final = ctypes.CDLL(None, use_errno=True)


class SmallDisk:
    """
    :ivar folder: on it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True)
        self._call("mount", b"l2c-chaos", os.fsencode(self.folder), b"tmpfs", 0, f"size={_SIZE_BYTES}".encode())
        return self

    def __exit__(self, *_: object) -> None:
        self._call("umount2", os.fsencode(self.folder), _DETACH)
        self.folder.rmdir()

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
