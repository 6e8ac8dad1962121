"""When two names are one customer's (spec, customer.md, "Data"). Pure."""

import unicodedata
from typing import Final

_BRACKETS: Final = str.maketrans(
    {"【": "(", "】": ")", "[": "(", "]": ")", "〔": "(", "〕": ")", "｛": "(", "｝": ")", "{": "(", "}": ")"}
)


def normalise_name(name: str) -> str:
    """The form under which names are unique: NFKC, lower case, no white space, every bracket a round one."""
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_BRACKETS)
    return "".join(folded.split())
