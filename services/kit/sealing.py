"""Secrets that a database keeps, and gives nobody who reads it alone: sealed with keys that are not in it.

Fernet (AES-128-CBC and HMAC-SHA256), by the ``cryptography`` package. Several keys are for changing them: the first seals, and
any opens. What was kept before there were keys stands plain, and is read as it stands.
"""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from services.kit.settings import Settings

_SEALED: Final = "sealed:"


class Seals:
    """
    :param keys: as :class:`Settings` has them; none: nothing can be sealed, nor what is be opened.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._first = Fernet(keys[0]) if keys else None
        self._all = MultiFernet([Fernet(key) for key in keys]) if keys else None

    @staticmethod
    def of(settings: Settings) -> "Seals":
        return _seals(settings.sealing_keys)

    @property
    def can_seal(self) -> bool:
        return self._first is not None

    def seal(self, text: str) -> str:
        """The text as the database keeps it."""
        assert self._first is not None, "who asks has looked whether there is a key"
        return _SEALED + self._first.encrypt(text.encode()).decode()

    @staticmethod
    def is_sealed(kept: str) -> bool:
        """Whether it does not stand as it is."""
        return kept.startswith(_SEALED)

    def open(self, kept: str) -> str | None:
        """The text; ``None`` if none of the keys opens it."""
        if not self.is_sealed(kept):
            return kept
        if self._all is None:
            return None
        try:
            return self._all.decrypt(kept.removeprefix(_SEALED)).decode()
        except InvalidToken:
            return None

    def is_current(self, kept: str) -> bool:
        """Whether it is sealed, and with the first key."""
        if self._first is None or not self.is_sealed(kept):
            return False
        try:
            self._first.decrypt(kept.removeprefix(_SEALED))
        except InvalidToken:
            return False
        return True


@cache
def _seals(keys: tuple[str, ...]) -> Seals:
    return Seals(keys)


def make_key_file(path: Path) -> None:
    """Make a file with a new key that its owner alone may read, unless it is there."""
    try:
        with open(path, "x", opener=_owners_alone) as file:  # a path's own takes no opener
            file.write(f"{Fernet.generate_key().decode()}\n")
    except FileExistsError:
        return


def _owners_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
