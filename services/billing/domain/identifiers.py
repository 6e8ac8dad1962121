"""When an unknown account's name is like one we know: what ``account_unknown`` names (spec, billing.md, "Bills"). Pure."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

_LENGTH_MIN = 4
"""Shorter names are alike by chance."""


def plain(identifier: str) -> str:
    """Without case, width, spaces and separators."""
    folded = unicodedata.normalize("NFKC", identifier).casefold()
    return "".join(character for character in folded if character.isalnum())


def is_alike(one: str, other: str) -> bool:
    """The same but for case, width and separators; or one character too many, too few, swapped or, if not a digit for a digit,
    wrong: neighbours of a numbered series (``yunfan01``, ``yunfan02``) are different accounts, not slips."""
    left, right = plain(one), plain(other)
    if left == right:
        return bool(left)
    if min(len(left), len(right)) < _LENGTH_MIN or abs(len(left) - len(right)) > 1:
        return False
    if len(left) == len(right):
        differing = [index for index in range(len(left)) if left[index] != right[index]]
        if len(differing) == 1:
            index = differing[0]
            return not (left[index].isdigit() and right[index].isdigit())
        if len(differing) == 2 and differing[1] - differing[0] == 1:
            first, second = differing
            return left[first] == right[second] and left[second] == right[first]
        return False
    shorter, longer = sorted((left, right), key=len)
    return any(longer[:index] + longer[index + 1 :] == shorter for index in range(len(longer)))


class AlikeIndex:
    """Finds the alike ones among many without comparing all with all: two names at one step share a form with one character
    left out."""

    def __init__(self, identifiers: Iterable[str]) -> None:
        self._by_form: Mapping[str, set[str]] = defaultdict(set)
        for identifier in identifiers:
            for form in _forms(identifier):
                self._by_form[form].add(identifier)

    def alike(self, identifier: str) -> list[str]:
        """Those of the index that are like it, in order."""
        candidates: set[str] = set()
        for form in _forms(identifier):
            candidates |= self._by_form.get(form, set())
        return sorted(candidate for candidate in candidates if is_alike(candidate, identifier))


def _forms(identifier: str) -> set[str]:
    name = plain(identifier)
    return {name, *(name[:index] + name[index + 1 :] for index in range(len(name)))}
