"""What a process is found by, and what a text that is looked for asks of an index (spec, workflow.md, "Lists": search). Pure."""

from dataclasses import dataclass
from typing import Final

from services.kit.grams import fold, grams, key_of, keys_asked

_BETWEEN: Final = "\n"
"""White space, which no folded text has: nothing is found across two texts."""
_KIND: Final = "n"


@dataclass(frozen=True)
class SearchedTexts:
    """The texts of one process.

    :param text: them, folded, each once, on lines of their own.
    :param keys: of every character and pair of neighbours in one of them.
    """

    text: str
    keys: tuple[int, ...]

    @classmethod
    def of(cls, title: str, subject_name: str, customer_name: str | None, initiator_name: str) -> "SearchedTexts":
        folded = dict.fromkeys(fold(text) for text in (title, subject_name, customer_name or "", initiator_name))
        kept = {key_of(_KIND + gram) for text in folded for gram in grams(text, (1, 2))}
        return cls(_BETWEEN.join(filter(None, folded)), tuple(sorted(kept)))


@dataclass(frozen=True)
class AskedText:
    """Part of one of the texts, folded as they are."""

    text: str

    @classmethod
    def of(cls, text: str) -> "AskedText | None":
        """``None`` for white space, which asks for nothing."""
        folded = fold(text)
        return cls(folded) if folded else None

    @property
    def keys(self) -> list[int]:
        """All of these has a process that has the text."""
        return keys_asked(self.text, _KIND, 2)
