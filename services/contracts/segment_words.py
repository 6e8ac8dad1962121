"""What that is called by which usage and prices are cut: operators and countries (spec, billing.md, "Usage" and "Prices")."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from babel import Locale

from services.contracts.wording import LANGUAGES

OPERATOR_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "CMCC": ("中国移动", "China Mobile"),
    "CUCC": ("中国联通", "China Unicom"),
    "CTCC": ("中国电信", "China Telecom"),
}
"""Code → Chinese and English name."""


@cache
def segment_name(code: str, language: str = "zh") -> str:
    """What an operator or a country is called, in Chinese or English; a code that nothing is called by is its own name.

    :param code: as in a price table: ``CMCC``, or ISO 3166-1 alpha-2.
    """
    if code in OPERATOR_NAMES:
        return OPERATOR_NAMES[code][LANGUAGES.index(language)]
    return _territories(language).get(code, code)


@cache
def _territories(language: str) -> Mapping[str, str]:
    return dict(Locale.parse("zh_Hans" if language == "zh" else language).territories)
