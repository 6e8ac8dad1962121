"""What a message is found by, and what a text that is looked for asks of an index (spec, notify.md: filter by text). Pure.

Decision 0028 has the reasons; :mod:`services.kit.grams` and decision 0012 how the house searches.
"""

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from services.kit.grams import fold, grams

_BETWEEN: Final = "\n"
"""White space, which no folded text has: nothing is found across two texts."""
_TELLS_SOMETHING: Final = re.compile("[^a-z]")
"""Two letters stand in every English text. A pair with a character of any other kind leaves few."""


@dataclass(frozen=True)
class SearchedTexts:
    """The texts of one message.

    :param text: them, folded, each once, on lines of their own.
    :param keys: of the pairs of neighbours in them, for its addressee alone: a reader's search meets nobody else's messages.
    """

    text: str
    keys: tuple[int, ...]

    @classmethod
    def of(cls, addressee: str, texts: Iterable[str]) -> "SearchedTexts":
        folded = list(dict.fromkeys(map(fold, texts)))
        return cls(_BETWEEN.join(filter(None, folded)), tuple(sorted(_keys(addressee, folded))))


@dataclass(frozen=True)
class AskedText:
    """Part of one of the texts, folded as they are."""

    text: str

    @classmethod
    def of(cls, text: str) -> "AskedText | None":
        """``None`` for white space, which asks for nothing."""
        folded = fold(text)
        return cls(folded) if folded else None

    def keys_of(self, addressees: Sequence[str]) -> list[list[int]]:
        """For each addressee what a message has, all of it, that has the text; empty where an index cannot tell, as of one
        character, or of letters alone."""
        keys = [sorted(_keys(addressee, (self.text,))) for addressee in addressees]
        return keys if keys and keys[0] else []


def _keys(addressee: str, folded: Iterable[str]) -> set[int]:
    pairs = {pair for text in folded for pair in grams(text, (2,)) if _TELLS_SOMETHING.search(pair)}
    salt = zlib.crc32(addressee.encode())
    # Signed, as the database's integer is.
    return {number - (1 << 32) if number >> 31 else number for number in (zlib.crc32(pair.encode(), salt) for pair in pairs)}
