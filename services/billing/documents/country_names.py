"""By which names files call countries and operators (spec, billing.md, "Prices": country code or name)."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

from babel import Locale

from services.billing.domain.segments import COUNTRIES, OPERATOR_ALIASES, OPERATORS
from services.contracts.segment_words import OPERATOR_NAMES

_OTHER_NAMES: Final[Mapping[str, str]] = {
    "香港": "HK",
    "中国香港": "HK",
    "Hong Kong": "HK",
    "澳门": "MO",
    "中国澳门": "MO",
    "Macau": "MO",
    "Macao": "MO",
    "中国台湾": "TW",
    "阿联酋": "AE",
    "UAE": "AE",
    "USA": "US",
    "UK": "GB",
    "Korea": "KR",
    "Burma": "MM",
    "Myanmar": "MM",
    "Ivory Coast": "CI",
    "刚果民主共和国": "CD",
    "刚果共和国": "CG",
    "Czech Republic": "CZ",
    "Turkey": "TR",
}
"""Beside those of the Unicode locale data, names that price lists of international messages use."""


def segment_called(name: str) -> str | None:
    """The code of an operator or a country, by its code or by any of its names; ``None`` for a name that nobody has."""
    return _codes().get(_normalised(name))


@cache
def _codes() -> Mapping[str, str]:
    codes = {_normalised(name): code for name, code in _OTHER_NAMES.items()}
    for language in ("zh_Hans", "zh_Hant", "en"):
        territories = Locale.parse(language).territories
        codes |= {_normalised(territories[code]): code for code in sorted(COUNTRIES) if code in territories}
    codes |= {_normalised(alias): code for alias, code in OPERATOR_ALIASES.items()}
    codes |= {_normalised(name): code for code, names in OPERATOR_NAMES.items() for name in names}
    return codes | {_normalised(code): code for code in (*COUNTRIES, *OPERATORS)}


def _normalised(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
