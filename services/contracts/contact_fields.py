"""Fields that take what people type and paste, and keep it as it is searched and dialled.

Full-width digits and brackets become half-width ones (NFKC), dashes of every length a hyphen, and what cannot be seen (the
direction marks that address books put around a number) goes. What is left is held against the form that such a number has.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import fields

_DASHES: Final = re.compile("[\u2010-\u2015\u2212]")
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}|\+[0-9]{6,15}")
_CHINESE_MOBILE: Final = re.compile(r"(?:\+|00)86(1[3-9][0-9]{9})")
_TELEPHONE: Final = re.compile(r"\+?[0-9(][0-9 ()-]{2,30}[0-9)](?: ?(?:转|分机|ext\.?|x|#) ?[0-9]{1,6})?", re.IGNORECASE)
_QQ: Final = re.compile(r"[1-9][0-9]{4,11}")


class TrimmedText(fields.String):
    """A text without the white space around it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).strip()


class Mobile(fields.String):
    """A mobile number, empty if unknown: 11 digits of a Chinese one, ``+`` and country code for others."""

    default_error_messages = {"format": "format"}  # noqa: RUF012  # marshmallow declares it so

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        number = re.sub("[ -]", "", half_width(super()._deserialize(value, attr, data, **kwargs)))
        if chinese := _CHINESE_MOBILE.fullmatch(number):
            number = chinese[1]
        if number and not _MOBILE.fullmatch(number):
            raise self.make_error("format")
        return number


class Telephone(fields.String):
    """A telephone number, empty if unknown: digits, spaces, ``+ - ( )``, and an extension (``转 802``, ``ext. 802``)."""

    default_error_messages = {"format": "format"}  # noqa: RUF012  # marshmallow declares it so

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        number = half_width(super()._deserialize(value, attr, data, **kwargs))
        if number and not _TELEPHONE.fullmatch(number):
            raise self.make_error("format")
        return number


class QQ(fields.String):
    """A QQ number, empty if unknown: 5 to 12 digits."""

    default_error_messages = {"format": "format"}  # noqa: RUF012  # marshmallow declares it so

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        number = half_width(super()._deserialize(value, attr, data, **kwargs)).replace(" ", "")
        if number and not _QQ.fullmatch(number):
            raise self.make_error("format")
        return number


def half_width(text: str) -> str:
    """A pasted number in half-width characters, with single spaces and none around it."""
    folded = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    seen = "".join(character for character in folded if unicodedata.category(character) != "Cf")
    return " ".join(seen.split())
