"""The console's own words, by which what it shows is named."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

_WORDS: Final = Path(__file__).resolve().parents[2] / "gateway" / "web" / "src" / "words"


@cache
def _area(language: str, area: str) -> dict[str, Any]:
    words: dict[str, Any] = json.loads((_WORDS / language / f"{area}.json").read_text())
    return words


def words_of(language: str, key: str) -> str:
    """What the console says for a key: ``words_of("en", "customers.add.action")``."""
    area, *names = key.split(".")
    found: Any = _area(language, area)
    for name in names:
        found = found[name]
    return str(found)
