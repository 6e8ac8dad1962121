"""A disk of its own for attachments, which can be full: a tmpfs, mounted where the stories' files go. While it shall be full it
is made no larger than what is on it.

To mount one takes root (CAP_SYS_ADMIN). Without, files go into a folder as it is, and nobody fills the machine's own disk.
"""

import ctypes
import errno
import os
import shutil
from pathlib import Path
from typing import Final, Self

_SPARE_BYTES: Final = 256 * 1024 * 1024
_STORY_BYTES: Final = 512 * 1024
"""More than a story's files come to. Memory is taken as files are written."""

_REMOUNT: Final = 32
_DETACH: Final = 2
_TRIES_MAX: Final = 100
_LIBC: Final = ctypes.CDLL(None, use_errno=True)


class SmallDisk:
    """
    :param stories: whose files it has room for.
    :ivar folder: on it.
    :ivar is_mounted: whether it is one that can be full.
    """

    def __init__(self, folder: Path, stories: int) -> None:
        self.folder = folder
        self.is_mounted = False
        self._size_bytes = _SPARE_BYTES + stories * _STORY_BYTES

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True)
        try:
            self._mount(self._size_bytes, 0)
        except PermissionError:
            return self
        self.is_mounted = True
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_mounted:
            self._call("umount2", os.fsencode(self.folder), _DETACH)
        shutil.rmtree(self.folder)

    @property
    def used_bytes(self) -> int:
        """What is on it; of a folder that is no disk, what is on the machine's."""
        room = os.statvfs(self.folder)
        return (room.f_blocks - room.f_bfree) * room.f_frsize

    def fill(self) -> None:
        """Leave no room for another byte.

        :raises OSError: if it cannot be done.
        """
        for tries_left in reversed(range(_TRIES_MAX)):
            try:
                self._mount(self.used_bytes, _REMOUNT)
            except OSError as error:
                # Something was written since it was asked how much there is.
                if error.errno != errno.EINVAL or not tries_left:
                    raise
            else:
                return

    def free(self) -> None:
        self._mount(self._size_bytes, _REMOUNT)

    def _mount(self, size_bytes: int, flags: int) -> None:
        self._call("mount", b"l2c-chaos", os.fsencode(self.folder), b"tmpfs", flags, f"size={size_bytes}".encode())

    @staticmethod
    def _call(name: str, *arguments: object) -> None:
        if getattr(_LIBC, name)(*arguments) != 0:
            code = ctypes.get_errno()
            raise OSError(code, f"{name}: {os.strerror(code)}")
