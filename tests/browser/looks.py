"""How the console is looked at: each language with one of the colours, so that both are seen of all."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    language: str
    locale: str
    colours: str


LOOKS = (Look("zh", "zh-CN", "light"), Look("en", "en-GB", "dark"))
