"""What a signature (签名, the text in 【】) may be, and which registrations are of the same messages. Pure."""

import re
from collections.abc import Mapping
from typing import Final

LENGTH_MIN: Final = 2
LENGTH_MAX: Final = 20
_AROUND: Final = (("【", "】"), ("［", "］"), ("[", "]"))
_CHARACTERS: Final = re.compile(r"[A-Za-z0-9\u3400-\u4dbf\u4e00-\u9fff·&.()（）_ -]+")

SHARING: Final[Mapping[str, tuple[str, ...]]] = {
    "sms": ("sms", "both"),
    "mms": ("mms", "both"),
    "both": ("sms", "mms", "both"),
}
"""Type of a registration → the types of those that are of some of the same messages."""


def bare_signature(entered: str) -> str:
    """The signature alone, however it was entered: 【云帆科技】 is 云帆科技."""
    text = entered.strip()
    for opening, closing in _AROUND:
        if text.startswith(opening) and text.endswith(closing):
            text = text.removeprefix(opening).removesuffix(closing).strip()
    return text


def fault_of_signature(signature: str) -> str | None:
    """The code of what is wrong with a bare signature: it is 2 to 20 Han characters, letters and digits, and not digits alone."""
    if not LENGTH_MIN <= len(signature) <= LENGTH_MAX:
        return f"length|{LENGTH_MIN}|{LENGTH_MAX}"
    if not _CHARACTERS.fullmatch(signature):
        return "signature_characters"
    return "signature_of_digits" if signature.isdigit() else None
