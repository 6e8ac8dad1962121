"""What a name can be found by, and what a text that is searched for asks of an index (spec, customer.md: lists and search). Pure.

A part of a name is found by its grams (:mod:`services.kit.grams`): every character and every pair of neighbours. What is typed in
Latin letters may also be pinyin (from the beginning of any syllable) or initials.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from services.kit.company_names import CoreName, letters_of, normalise_name, without_form
from services.kit.grams import grams, key_of, keys_asked
from services.kit.pinyin import plain_latin, words_of

_LATIN: Final = re.compile("[0-9a-z]+")
_ANCHORED_LENGTHS: Final = (2, 3, 4, 6)
"""So many letters from a syllable's beginning on are one gram: the longest that a query has narrows it down best."""


@dataclass(frozen=True)
class SearchTerms:
    """What one name is found by.

    :param letters: the name as :func:`~services.kit.company_names.letters_of` has it.
    :param pinyin: joined syllables, without the company form.
    :param initials: their first letters; Latin words and numbers in full.
    :param keys: of every gram a text inside could ask for, and of the names that are near.
    """

    letters: str
    pinyin: str
    initials: str
    core: str
    keys: tuple[int, ...]


def search_terms(name: str) -> SearchTerms:
    """What a customer of this name is found by."""
    letters, core = letters_of(name), CoreName.of(name)
    words = list(words_of(letters_of(without_form(normalise_name(name)))))
    pinyin = "".join(sound for sound, _ in words)
    initials = "".join(first for _, first in words)
    starts = accumulate((len(sound) for sound, _ in words[:-1]), initial=0) if words else ()
    kept = {f"n{gram}" for gram in grams(letters, (1, 2))}
    kept |= {f"i{gram}" for gram in grams(initials, (1, 2, 3, 4))}
    kept |= {
        f"p{pinyin[start : start + length]}" for start in starts for length in _ANCHORED_LENGTHS if start + length <= len(pinyin)
    }
    return SearchTerms(letters, pinyin, initials, core.core, tuple(sorted({*map(key_of, kept), *near_keys(core)})))


@dataclass(frozen=True)
class SearchText:
    """What was typed, as each kind of look-up needs it; empty where that kind has nothing to look for.

    :param letters: part of a name.
    :param latin: pinyin or initials.
    :param digits: part of a mobile, a telephone's separators left out.
    :param words: what a contact may be called.
    :param code: an account's identifier or a tax number, as typed.
    """

    letters: str
    latin: str
    digits: str
    words: str
    code: str

    @classmethod
    def of(cls, text: str) -> "SearchText":
        tidy = " ".join(unicodedata.normalize("NFKC", text).split())
        letters = letters_of(tidy)
        digits = re.sub(r"[\s()-]", "", tidy).removeprefix("+86")
        is_number = digits.isascii() and digits.isdigit()
        is_latin = bool(_LATIN.fullmatch(plain_latin(letters))) and not letters.isdigit()
        return cls(
            letters=letters,
            latin=plain_latin(letters) if is_latin else "",
            digits=digits if is_number and len(digits) >= _DIGITS_MIN else "",
            words="" if is_number else tidy,
            code=tidy if tidy.isascii() and len(tidy) >= _CODE_MIN else "",
        )

    @property
    def name_keys(self) -> list[int]:
        """All of these has a name that has the letters somewhere."""
        return keys_asked(self.letters, "n", 2)

    @property
    def initial_keys(self) -> list[int]:
        """All of these has a name that has the letters among its initials."""
        return keys_asked(self.latin, "i", 4)

    @property
    def pinyin_keys(self) -> list[int]:
        """All of these has a name that has a syllable from which on its pinyin begins with the letters; none for one letter."""
        lengths = [length for length in _ANCHORED_LENGTHS if length <= len(self.latin)]
        return [key_of(f"p{self.latin[: lengths[-1]]}")] if lengths else []


_DIGITS_MIN: Final = 3
"""Fewer digits stand in every mobile."""
_CODE_MIN: Final = 2


def near_keys(core: CoreName) -> list[int]:
    """Numbers of which two near names have one in common; the converse is for :meth:`CoreName.is_near` to say."""
    return [key_of(f"c{core.core}"), *(key_of(f"d{text}") for text in core.deletions)]
