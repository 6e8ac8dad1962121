"""The console speaks two languages whole: what one has, the other has, with the same places to fill in."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[3] / "gateway" / "web" / "src"
WORDS = SOURCES / "words"
AREAS = sorted(path.stem for path in (WORDS / "zh").glob("*.json"))


def leaves(words: dict[str, object], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in words.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", str(value)


def words_of(language: str, area: str) -> dict[str, str]:
    return dict(leaves(json.loads((WORDS / language / f"{area}.json").read_text("utf-8"))))


def test_both_languages_have_the_same_areas() -> None:
    assert sorted(path.stem for path in (WORDS / "en").glob("*.json")) == AREAS != []


@pytest.mark.parametrize("area", AREAS)
def test_no_word_is_missing_in_either_language(area: str) -> None:
    assert words_of("zh", area).keys() == words_of("en", area).keys()


@pytest.mark.parametrize("area", AREAS)
def test_what_is_filled_in_is_the_same_in_both(area: str) -> None:
    chinese, english = words_of("zh", area), words_of("en", area)
    places = {
        language: {key: set(re.findall(r"{{(\w+)}}", text)) for key, text in words.items()}
        for language, words in (("zh", chinese), ("en", english))
    }
    assert places["zh"] == places["en"]


@pytest.mark.parametrize("area", AREAS)
def test_no_word_is_empty_and_english_is_english(area: str) -> None:
    assert [key for language in ("zh", "en") for key, text in words_of(language, area).items() if not text.strip()] == []
    # The switch to Chinese is named in Chinese, for whoever reads only that.
    foreign = {key for key, text in words_of("en", area).items() if re.search(r"[\u4e00-\u9fff]", text)} - {"user.language"}
    assert foreign == set()


def said_in_sources() -> re.Pattern[str]:
    """The keys that the sources say: whole, or with a part filled in as in `shell.menu.${name}`."""
    sources = "\n".join(
        path.read_text("utf-8")
        for path in sorted(SOURCES.rglob("*.ts*"))
        if not path.name.endswith((".d.ts", ".test.ts", ".test.tsx"))
    )
    whole = re.findall(r"""["'`]([a-z]\w*(?:\.\w+)+)["'`]""", sources)
    filled = re.findall(r"`([a-z]\w*\.(?:[\w.]|\$\{[^}`]*\})*\$\{[^}`]*\}[\w.]*)`", sources)
    patterns = {re.sub(r"\\\$\\{.*?\\}", r"\\w+", re.escape(key)) for key in filled}
    return re.compile("|".join([*map(re.escape, sorted(set(whole))), *sorted(patterns)]))


@pytest.mark.parametrize("area", [area for area in AREAS if area != "terms"])
def test_every_word_is_said_somewhere(area: str) -> None:
    """What the terms hold is said by the API's codes: of them each group is."""
    said = said_in_sources()
    keys = {key: f"{area}.{re.sub(r'_(one|other)$', '', key)}" for key in words_of("zh", area)}
    assert {key for key, stem in keys.items() if not said.fullmatch(stem) and not said.fullmatch(f"{area}.{key}")} == set()


def test_every_group_of_terms_is_asked_for() -> None:
    sources = "".join(path.read_text("utf-8") for path in SOURCES.rglob("*.ts*") if not path.name.endswith(".d.ts"))
    assert {
        group for group in json.loads((WORDS / "zh" / "terms.json").read_text("utf-8")) if f'"{group}"' not in sources
    } == set()
