"""Numbers by which an index finds a part of a text, in Chinese too (decision 0012). Pure.

An index that has no idea of words finds a part of a text by its *grams*: every character and every pair of neighbours, or
whatever lengths are useful. Each gram is kept as a number, the CRC-32 of its kind and text: a quarter of the room, and the one
in four thousand million that collide are sorted out by comparing the text itself, which a query does anyway.
"""

import unicodedata
import zlib
from collections.abc import Iterable, Iterator


def fold(text: str) -> str:
    """The form in which texts are compared that mean the same: NFKC (so that full-width is plain), lower case, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def grams(text: str, lengths: Iterable[int]) -> Iterator[str]:
    """Every part of a text that has one of these lengths."""
    return (text[start : start + length] for length in lengths for start in range(len(text) - length + 1))


def keys_asked(text: str, kind: str, longest: int) -> list[int]:
    """What a text asks of the index: all of these has each text that it is a part of, if its grams up to the longest are kept."""
    length = min(longest, len(text))
    return [key_of(kind + gram) for gram in dict.fromkeys(grams(text, (length,)))] if text else []


def key_of(gram: str) -> int:
    """A signed number of 32 bits, as the database's ``integer`` is.

    :param gram: with its kind before it, where an index keeps several.
    """
    number = zlib.crc32(gram.encode())
    return number - (1 << 32) if number >> 31 else number
