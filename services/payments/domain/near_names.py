"""In what way a payer's name is near a customer's without being it (spec, payments.md, "Matching"). Pure.

What distinguishes one Chinese company from another is short: of 北京云通科技有限公司 it is two characters, and
北京云信科技有限公司 has nine of ten in common with it. So nothing is counted here. A name is taken apart, and two are near for a
reason that can be said, or not at all.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from services.kit.company_names import BRANCHES, CoreName, is_one_edit, letters_of
from services.kit.grams import key_of
from services.kit.pinyin import HAN, pinyin_of
from services.payments.domain.names import normalise_payer

_TRADES_TEXT: Final = """
网络 科技 信息 技术 智能 生物 电子 商务 电子商务 供应链 管理 教育 咨询 健康 金融 服务 旅游 生活 贸易 商贸 实业 建筑 建设
工程 物流 餐饮 文化 传媒 传播 广告 医疗 器械 医药 药业 制药 机械 设备 环保 能源 新能源 材料 新材料 服装 服饰 食品 房地产
置业 经纪 人力资源 投资 控股 发展 开发 软件 通信 通讯 数据 大数据 互联网 云计算 人工智能 数码 数字 系统 集成 国际 进出口
影视 娱乐 体育 装饰 设计 制造 工业 农业 汽车 交通 运输 航空 电力 电气 电器 化工 酒店 物业 保险 证券 基金 资产 企业 营销
策划 游戏 电商 零售 百货 家居 家具 印刷 包装 纺织 培训 资讯
"""
_TRADE: Final = re.compile(f"(?:{'|'.join(sorted(_TRADES_TEXT.split(), key=len, reverse=True))})\\Z")
_ENGLISH_FORMS: Final = frozenset(
    [
        "co",
        "company",
        "corp",
        "corporation",
        "inc",
        "incorporated",
        "limited",
        "ltd",
        "llc",
        "llp",
        "plc",
        "pte",
        "pty",
        "gmbh",
        "ag",
        "sa",
        "holdings",
        "group",
    ]
)
_NUMERAL: Final = re.compile("[0-9〇零一二三四五六七八九十甲乙丙丁戊己庚辛壬癸]")
_PERSON: Final = re.compile(f"{HAN.pattern[:-1]}{{2,3}}|{HAN.pattern[:-1]}{{1,15}}·{HAN.pattern[:-1]}{{1,15}}")
_HEAD: Final = re.compile("(.{2,}?(?:公司|集团|商行|中心|事务所|合作社))(.+)")
_SEPARATORS: Final = re.compile(r"[()\-,;:/|+'·]+|代付款?|代缴|代(?=.{2,}公司)")
"""What stands between names; 代 and 代付 before the one for whom somebody pays."""
_PART_LENGTH_MIN: Final = 4
_DISTINGUISHING_MIN: Final = 3
_DISTINGUISHING_LATIN_MIN: Final = 6
NOTHING: Final = "—"
"""Stands in a reason's words for what a name has not."""

REASONS: Final = (
    "punctuation",
    "contains_name",
    "other_order",
    "other_form",
    "branch_office",
    "head_office",
    "same_sound",
    "one_slip",
    "other_place_named",
    "other_branch",
    "same_brand",
    "other_place",
)
"""The ways to be near, the best first."""


@dataclass(frozen=True)
class Near:
    """How near: one of :data:`REASONS`, and what its words mention."""

    code: str
    params: dict[str, Any]


@dataclass(frozen=True)
class NameParts:
    """A name taken apart.

    :param normalised: as matching compares it.
    :param letters: without brackets and other signs.
    :param core: what of it tells companies apart, and where they are.
    :param brand: what of the core is left without its trade: 云帆 of 云帆网络科技. All of it, of a name in Latin letters.
    :param is_branch: 分公司, 办事处 and their like.
    :param is_person: 张三, 阿卜杜勒·买买提. Persons have no form, trade or place that could be written otherwise.
    """

    normalised: str
    letters: str
    core: CoreName
    brand: str
    is_branch: bool
    is_person: bool

    @classmethod
    def of(cls, name: str) -> "NameParts":
        normalised = normalise_payer(name)
        plain, is_english_branch = _without_english_form(name)
        core = CoreName.of(plain)
        letters = letters_of(name)
        return cls(
            normalised=normalised,
            letters=letters,
            core=core,
            brand=_without_trade(core.core),
            is_branch=is_english_branch or letters.endswith(BRANCHES),
            is_person=_PERSON.fullmatch(normalised) is not None,
        )

    @cached_property
    def sound(self) -> str:
        """The core in pinyin; empty for a name that has no Chinese characters."""
        return " ".join(pinyin_of(self.core.core)) if HAN.search(self.core.core) else ""

    @cached_property
    def inside(self) -> frozenset[str]:
        """Parts that may be a whole name each: between brackets and dashes, and up to a company form that more follows on."""
        parts = {part for part in _SEPARATORS.split(self.normalised) if len(part) >= _PART_LENGTH_MIN}
        if head := _HEAD.fullmatch(self.normalised):
            parts.add(head[1])
        return frozenset(parts - {self.normalised})

    @cached_property
    def form(self) -> str:
        """What stands behind the core: 有限公司."""
        start = self.letters.rfind(self.core.core)
        return self.letters[start + len(self.core.core) :] if start >= 0 else ""

    @property
    def trade(self) -> str:
        """What stands behind the brand."""
        return self.core.core[len(self.brand) :]

    @property
    def bears_a_slip(self) -> bool:
        """Whether the brand is long enough to be known with one character wrong. 云通 is not: that may well be 云信."""
        return len(self.brand) >= (_DISTINGUISHING_LATIN_MIN if self.brand.isascii() else _DISTINGUISHING_MIN)


def keys_of(name: NameParts) -> list[int]:
    """Numbers by which an index finds a customer's name."""
    slips = (f"d{text}" for text in name.core.deletions)
    return list(_numbers([*_exact(name), *_core(name), *slips, *_brand(name)]))


@dataclass(frozen=True)
class KeysAsked:
    """What a payer's name asks of that index: a name that is near has one of these.

    :param same: of names that are the same but for form, branch, place or sound; few have one.
    :param slips: of names that may be a slip apart.
    :param alike: of names with the same brand; many may have it that are called alike and no more.
    """

    same: tuple[int, ...]
    slips: tuple[int, ...]
    alike: tuple[int, ...]

    @classmethod
    def of(cls, payer: NameParts) -> "KeysAsked":
        same = [*_exact(payer), *(f"e{part}" for part in payer.inside)]
        if payer.is_person:
            return cls(_numbers(same), (), ())
        # In a short brand no slip is borne: only what keeps it whole is looked for.
        slips = (text for text in payer.core.deletions if payer.bears_a_slip or text.startswith(payer.brand))
        return cls(_numbers([*same, *_core(payer)]), _numbers(f"d{text}" for text in slips), _numbers(_brand(payer)))


def how_near(payer: NameParts, known: NameParts) -> Near | None:
    """Why a payer may be the customer that is called so, the best reason there is; ``None`` if there is none.

    Equal names are no case of this: they match.
    """
    if payer.normalised == known.normalised:
        return None
    if payer.letters and payer.letters == known.letters:
        return Near("punctuation", {})
    if payer.is_person or known.is_person:
        return Near("contains_name", {}) if known.normalised in payer.inside else None
    if payer.core.core == known.core.core:
        return _same_core(payer, known)
    if known.normalised in payer.inside:
        return Near("contains_name", {})
    if _are_elsewhere(payer, known):
        return None
    return _slip(payer, known) or _same_brand(payer, known)


def _same_core(payer: NameParts, known: NameParts) -> Near:
    if _are_elsewhere(payer, known):
        return Near("other_place", {"payer_place": _said(payer.core.places), "place": _said(known.core.places)})
    if payer.is_branch != known.is_branch:
        return Near("branch_office" if payer.is_branch else "head_office", {})
    if payer.is_branch:
        return Near("other_branch", {})
    if sorted(payer.letters) == sorted(known.letters):
        return Near("other_order", {})  # 云帆(上海)网络 and 上海云帆网络
    if payer.core.places != known.core.places:
        return Near("other_place_named", {"payer_place": _said(payer.core.places), "place": _said(known.core.places)})
    return Near("other_form", {"payer_form": payer.form or NOTHING, "form": known.form or NOTHING})


def _slip(payer: NameParts, known: NameParts) -> Near | None:
    one, other = payer.core.core, known.core.core
    if _NUMERAL.findall(one) != _NUMERAL.findall(other):
        return None  # 中铁一局 is not 中铁二局
    if len(one) == len(other) and payer.sound and payer.sound == known.sound:
        return Near("same_sound", {"payer_core": one, "core": other})
    is_in_brand = payer.trade == known.trade
    if not is_one_edit(one, other) or (is_in_brand and not (payer.bears_a_slip and known.bears_a_slip)):
        return None
    payer_part, part = _without_what_is_common(one, other)
    return Near("one_slip", {"payer_part": payer_part or NOTHING, "part": part or NOTHING})


def _same_brand(payer: NameParts, known: NameParts) -> Near | None:
    if payer.brand != known.brand or payer.brand.isascii():
        return None
    return Near("same_brand", {"brand": known.brand})


def _without_what_is_common(one: str, other: str) -> tuple[str, str]:
    """Where two texts differ: each without the beginning and the end that both have."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return one, other


def _are_elsewhere(payer: NameParts, known: NameParts) -> bool:
    return bool(payer.core.places and known.core.places and not payer.core.places & known.core.places)


def _said(places: frozenset[str]) -> str:
    return "、".join(sorted(places)) or NOTHING


def _numbers(grams: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted({key_of(gram) for gram in grams}))


def _exact(name: NameParts) -> Iterator[str]:
    yield f"e{name.normalised}"
    yield f"l{name.letters}"


def _core(name: NameParts) -> Iterator[str]:
    yield f"c{name.core.core}"
    if name.sound:
        yield f"p{name.sound}"


def _brand(name: NameParts) -> Iterator[str]:
    if not name.brand.isascii():
        yield f"b{name.brand}"


def _without_trade(core: str) -> str:
    previous, brand = "", core
    while brand != previous:
        previous = brand
        shorter = _TRADE.sub("", brand)
        brand = shorter if len(shorter) >= 2 else brand
    return brand


def _without_english_form(name: str) -> tuple[str, bool]:
    """A name in Latin letters without Co., Ltd. and its like, and without its branch if it is one's; other names as they are."""
    plain = unicodedata.normalize("NFKC", name)
    if not plain.isascii():
        return name, False
    words = [word for word in re.split(r"[\s.,()]+", plain.casefold()) if word]
    is_branch = len(words) > 2 and words[-1] == "branch"
    if is_branch:
        words = words[:-2]
    while len(words) > 1 and words[-1] in _ENGLISH_FORMS:
        words.pop()
    return " ".join(words), is_branch
