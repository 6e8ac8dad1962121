"""What a payer's name can be found by, and what a text that is searched for asks of an index (decision 0012). Pure.

Any part of the name, the beginning of any syllable's pinyin on, any run of initials: as customers are searched.
"""

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from services.kit.grams import grams, key_of, keys_asked
from services.kit.pinyin import plain_latin, words_of
from services.payments.domain.names import normalise_payer

_LATIN: Final = re.compile("[0-9a-z]+")
_ANCHORED_LENGTHS: Final = (2, 3, 4, 6)
_INITIALS_LENGTHS: Final = (2, 3, 4)


def letters_of(name: str) -> str:
    """A payer's name as it is searched: normalised, without brackets and other signs."""
    return "".join(character for character in normalise_payer(name) if character.isalnum())


@dataclass(frozen=True)
class PayerTerms:
    """What one payer is found by.

    :param pinyin: joined syllables. ``initials``: their first letters; Latin words and numbers in full.
    :param keys: of every gram a text inside could ask for.
    """

    letters: str
    pinyin: str
    initials: str
    keys: tuple[int, ...]

    @classmethod
    def of(cls, name: str) -> "PayerTerms":
        letters = letters_of(name)
        words = list(words_of(letters))
        pinyin = "".join(sound for sound, _ in words)
        initials = "".join(first for _, first in words)
        kept = {f"n{gram}" for gram in grams(letters, (1, 2))} | {f"i{gram}" for gram in grams(initials, _INITIALS_LENGTHS)}
        for start in accumulate((len(sound) for sound, _ in words), initial=0):
            kept |= {f"p{pinyin[start : start + length]}" for length in _ANCHORED_LENGTHS if start + length <= len(pinyin)}
        return cls(letters, pinyin, initials, tuple(sorted(map(key_of, kept))))


@dataclass(frozen=True)
class AskedPayer:
    """What was typed.

    :param name: normalised as names are. ``letters``: part of a name; empty where nothing but signs was typed.
    :param latin: pinyin or initials, at least two letters; empty for what cannot be.
    """

    name: str
    letters: str
    latin: str

    @classmethod
    def of(cls, text: str) -> "AskedPayer":
        letters = letters_of(text)
        latin = plain_latin(letters)
        return cls(normalise_payer(text), letters, latin if len(latin) > 1 and _LATIN.fullmatch(latin) else "")

    @property
    def letter_keys(self) -> list[int]:
        return keys_asked(self.letters, "n", 2)

    @property
    def initial_keys(self) -> list[int]:
        return keys_asked(self.latin, "i", _INITIALS_LENGTHS[-1])

    @property
    def pinyin_keys(self) -> list[int]:
        lengths = [length for length in _ANCHORED_LENGTHS if length <= len(self.latin)]
        return [key_of(f"p{self.latin[: lengths[-1]]}")] if lengths else []
