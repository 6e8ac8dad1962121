"""Names of companies: when two are one customer's, and when they nearly are (spec, customer.md, "Data"). Pure."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from services.kit.grams import fold
from services.kit.regions import CITIES, PROVINCES

_BRACKETS: Final = str.maketrans(
    {"【": "(", "】": ")", "[": "(", "]": ")", "〔": "(", "〕": ")", "｛": "(", "｝": ")", "{": "(", "}": ")"}
)

_PLACE: Final = "|".join(sorted(PROVINCES + CITIES, key=len, reverse=True))
_REGION: Final = rf"(?:(?:{_PLACE})(?:壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|省|市)?){{1,2}}"
_PLACES: Final = re.compile(_PLACE)
_LEADING_REGION: Final = re.compile(_REGION)
_BRACKETED_REGION: Final = re.compile(rf"\((?:中国|{_REGION})\)")
BRANCHES: Final = ("分公司", "分部", "办事处", "代表处", "子公司")
_BRANCH: Final = re.compile(rf"(?:{_REGION})?(?:第[一二三四五六七八九十]+)?(?:{'|'.join(BRANCHES)})\Z")
_FORM: Final = re.compile(
    r"(?:\(?集团\)?)?(?:股份|控股)?(?:有限责任公司|有限公司|股份公司|总公司|公司|集团|\((?:有限合伙|普通合伙)\))\Z|\(?集团\)?\Z"
)

_NUMERAL: Final = re.compile("[0-9〇零一二三四五六七八九十]")
_EDIT_LENGTH_MIN: Final = 3
_LATIN_EDIT_LENGTH_MIN: Final = 5


def normalise_name(name: str) -> str:
    """The form under which names are unique: folded, every bracket a round one."""
    return fold(name).translate(_BRACKETS)


def letters_of(name: str) -> str:
    """What a name is searched by: its normalised letters, characters and digits, without brackets and other signs."""
    return "".join(character for character in normalise_name(name) if character.isalnum())


def without_form(normalised_name: str) -> str:
    """A normalised name without what every company's ends on: its branch, and 集团, 股份, 有限公司 and their like.

    A name that consists of nothing else stays as it is.
    """
    previous, name = "", normalised_name
    while name != previous:
        previous = name
        if name.endswith(BRANCHES):  # quicker to ask than to look for a region in every place
            name = _or_itself(_BRANCH.sub("", name), name)
        name = _or_itself(_FORM.sub("", name), name)
    return name


@dataclass(frozen=True)
class CoreName:
    """What is left of a name to tell companies apart by, once it is known what they are and where.

    :param core: without company form, branch, leading region and bracketed regions.
    :param told_apart_by: what a mistake of one character is looked for in: the core, or, if that is too short to say much, the
        core with the region at its head: 北京云通 and 北京云信 are near.
    :param places: of the regions; empty if it names none.
    """

    core: str
    told_apart_by: str
    places: frozenset[str]

    @classmethod
    def of(cls, name: str) -> "CoreName":
        plain = without_form(normalise_name(name))
        bracketed = "".join(_BRACKETED_REGION.findall(plain))
        plain = letters_of(_or_itself(_BRACKETED_REGION.sub("", plain), plain)) or plain
        plain = without_form(plain)  # 云帆集团(上海)有限公司
        region = _LEADING_REGION.match(plain)
        core = plain[region.end() :] if region and len(plain) - region.end() >= 2 else plain
        places = frozenset(_PLACES.findall(plain[: len(plain) - len(core)] + bracketed))
        return cls(core, core if len(core) >= _EDIT_LENGTH_MIN else plain, places)

    @cached_property
    def deletions(self) -> frozenset[str]:
        """``told_apart_by``, and it with any one character left out; nothing if it is too short for that.

        Two texts that are one insertion, deletion, substitution or swap apart have one of these in common, so that an index on
        them finds all such.
        """
        text = self.told_apart_by
        if len(text) < (_LATIN_EDIT_LENGTH_MIN if text.isascii() else _EDIT_LENGTH_MIN):
            return frozenset()
        return frozenset([text, *(text[:place] + text[place + 1 :] for place in range(len(text)))])

    def is_near(self, other: "CoreName") -> bool:
        """Whether both could be one company's: equal cores wherever they are, or one mistake in typing apart and not elsewhere.

        Numbers are there to tell apart what is else called alike: 中铁一局 is not 中铁二局.
        """
        if self.core == other.core:
            return True
        if self.places and other.places and not self.places & other.places:
            return False
        one, another = self.told_apart_by, other.told_apart_by
        if not (self.deletions and other.deletions) or _NUMERAL.findall(one) != _NUMERAL.findall(another):
            return False
        return is_one_edit(one, another)


def is_one_edit(one: str, other: str) -> bool:
    """Whether two texts are equal or one insertion, deletion, substitution or swap of neighbours apart."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))
    rest, other_rest = one[start:], other[start:]
    if len(one) < len(other):
        return rest == other_rest[1:]
    return rest[1:] == other_rest[1:] or (rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:])


def _or_itself(shortened: str, name: str) -> str:
    return shortened if len(shortened) >= 2 else name
