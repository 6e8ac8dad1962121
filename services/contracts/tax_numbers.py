"""Tax numbers: the unified social credit code of GB 32100-2015 and its older forms (spec, customer.md, "Data"). Pure."""

import re
import unicodedata
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100, in the order of their values; I, O, S, V and Z are left out."""

OLDER_LENGTHS: Final = (15, 20)
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_OLDER: Final = re.compile(r"[0-9A-Z]+", re.ASCII)


def tidy_tax_number(text: str) -> str:
    """The number as it is kept: half-width, upper case, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def check_digit(first_17: str) -> str:
    """The 18th character of a unified social credit code.

    :param first_17: of :data:`ALPHABET`'s characters.
    """
    weighted = sum(ALPHABET.index(character) * weight for character, weight in zip(first_17, _WEIGHTS, strict=True))
    return ALPHABET[-weighted % 31]


def problem_of_tax_number(number: str) -> str | None:
    """What is wrong with a tidied tax number, as a field error's code; ``None`` if nothing is.

    18 characters are checked by their check digit; the older forms of 15 and 20 pass by length.
    """
    if len(number) in OLDER_LENGTHS:
        return None if _OLDER.fullmatch(number) else "tax_number_characters"
    if len(number) != 18:
        return "tax_number_length"
    if not set(number) <= set(ALPHABET):
        return "tax_number_characters"
    return None if check_digit(number[:17]) == number[17] else "tax_number_check_digit"
