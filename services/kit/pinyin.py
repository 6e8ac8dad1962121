"""How Chinese names sound: syllables for those who type them in Latin letters (decision 0012). Pure."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

HAN: Final = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]+")
_LATIN: Final = re.compile("[0-9a-z]+")

# Readings that the dictionary has otherwise, since they are names: of places, and of families before what a family's business is
# called or at the head of a person's name.
_PLACES: Final = {"朝阳": ("chao", "yang"), "单县": ("shan", "xian"), "洪洞": ("hong", "tong"), "重庆": ("chong", "qing")}
_FAMILIES: Final = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "盖": "ge", "缪": "miao",
    "覃": "qin", "种": "chong", "翟": "zhai", "乐": "yue", "员": "yun", "折": "she", "繁": "po",
}  # fmt: skip  # a list
_NAMED_AFTER: Final = re.compile("[{}](?=[氏记])|{}".format("".join(_FAMILIES), "|".join(_PLACES)))


def pinyin_of(text: str) -> list[str]:
    """The syllables of Chinese characters, without tones, ``v`` for ü; by phrase, so that 重庆 and 银行 are read right."""
    # Loaded with the first name: its dictionary is a third of what a process takes to start, and most processes read none.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    syllables: list[str] = lazy_pinyin(text, style=Style.NORMAL, errors="ignore" if not HAN.fullmatch(text) else "default")
    for found in _NAMED_AFTER.finditer(text):
        place, phrase = found.start(), found[0]
        syllables[place : place + len(phrase)] = _PLACES.get(phrase) or [_FAMILIES[phrase]]
    return syllables


def words_of(letters: str) -> Iterator[tuple[str, str]]:
    """Each syllable, Latin word and number, and what it adds to the initials."""
    for part in re.findall(f"{HAN.pattern}|{_LATIN.pattern}", plain_latin(letters)):
        if _LATIN.fullmatch(part):
            yield part, part
        else:
            yield from ((sound, sound[:1]) for sound in pinyin_of(part) if sound.isascii())


def plain_latin(text: str) -> str:
    """Latin letters without tone marks and accents; ``v`` for ü, as one types it."""
    if text.isascii():
        return text
    split = unicodedata.normalize("NFD", text).replace("u\u0308", "v")
    return unicodedata.normalize("NFC", "".join(character for character in split if not unicodedata.combining(character)))
