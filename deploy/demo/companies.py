"""Forty invented companies, the same at every run."""

from dataclasses import dataclass
from random import Random
from typing import Any, Final

_CITIES: Final = (
    ("上海市", "上海", "310115"),
    ("江苏省苏州市", "苏州", "320505"),
    ("浙江省杭州市", "杭州", "330106"),
    ("江苏省南京市", "南京", "320114"),
    ("广东省深圳市", "深圳", "440305"),
    ("广东省广州市", "广州", "440106"),
    ("福建省厦门市", "厦门", "350203"),
    ("广东省东莞市", "东莞", "441900"),
)
_TRADES: Final = (
    ("网络科技", "I"),
    ("电子商务", "F"),
    ("供应链管理", "G"),
    ("教育科技", "P"),
    ("健康科技", "Q"),
    ("金融信息服务", "J"),
    ("旅游服务", "L"),
    ("生活服务", "O"),
)
_BRANDS: Final = (
    "启帆", "云栖谷", "汇享", "蓝鲸湾", "万里通达", "青禾", "星河湾", "优速", "橙意", "智汇源",
    "海纳川", "鹿鸣", "易顺达", "晨曦", "融创汇", "南风", "山海情", "百草堂", "锦程", "聚力",
    "新澜", "和顺", "飞鱼", "明德", "安途", "九州行", "泽信", "天音", "博雅", "同舟",
    "瑞禾", "雅集", "通联汇", "长青", "麦田", "知行", "乐购邦", "恒信达", "嘉禾", "微光",
)  # fmt: skip  # a list of names
GROUP: Final = "江海控股集团有限公司"
"""The parent of two of them, which their invoices are made out to, and which pays for either."""
_OF_GROUP: Final = (22, 27)
_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN: Final = ("建国", "海燕", "志强", "雪梅", "俊杰", "晓彤", "文博", "思远", "丽华", "国栋", "雨桐", "子涵", "明辉", "佳怡")
_TITLES: Final = ("采购经理", "运营总监", "技术负责人", "市场经理", "信息部主任")
_BANKS: Final = ("中国工商银行", "中国建设银行", "招商银行", "中国银行", "交通银行")

_CODE_CHARACTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@dataclass(frozen=True)
class Company:
    """An invented company.

    :param brand: distinguishes it in identifiers: a number from 1.
    """

    number: int
    name: str
    short_name: str
    industry: str
    region: str
    invoice_information: dict[str, str]
    contacts: tuple[dict[str, Any], ...]

    @property
    def account(self) -> str:
        """The identifier that its accounts begin with."""
        return f"demo{self.number:03d}"


def companies(count: int) -> list[Company]:
    """The first so many of them."""
    chance = Random(20_260_101)  # noqa: S311  # the same at every run; nothing is kept secret by it
    return [_company(number, chance) for number in range(1, count + 1)]


def _company(number: int, chance: Random) -> Company:
    region, city, code = _CITIES[number % len(_CITIES)]
    trade, industry = _TRADES[(number * 3) % len(_TRADES)]
    brand = _BRANDS[number - 1]
    name = f"{city}{brand}{trade}有限公司"
    bank = chance.choice(_BANKS)
    information = {
        "company_name": GROUP if number in _OF_GROUP else name,
        "tax_number": credit_code(f"91{code}MA1{chance.randrange(10**6):06d}"),
        "address": f"{region}{brand}路 {chance.randrange(1, 999)} 号",
        "telephone": f"0{chance.randrange(21, 29)}-{chance.randrange(50_000_000, 89_999_999)}",
        "bank": f"{bank}{city}分行",
        "bank_account": f"6227{chance.randrange(10**14):014d}",
    }
    contacts = tuple(_contact(chance, decides) for decides in (True, False))
    return Company(number, name, f"{city}{brand}", industry, region, information, contacts)


def _contact(chance: Random, decides: bool) -> dict[str, Any]:
    number = chance.randrange(10**8)
    return {
        "name": chance.choice(_SURNAMES) + chance.choice(_GIVEN),
        "title": chance.choice(_TITLES),
        "mobile": f"139{number:08d}",
        "wechat": f"wx{number:08d}" if decides else "",
        "qq": str(100_000 + number),
        "email": f"contact{number:08d}@example.com",
        "is_decision_maker": decides,
    }


def credit_code(first_17: str) -> str:
    """A unified social credit code with its check digit (GB 32100)."""
    total = sum(_CODE_CHARACTERS.index(character) * weight for character, weight in zip(first_17, _CODE_WEIGHTS, strict=True))
    return first_17 + _CODE_CHARACTERS[(31 - total % 31) % 31]
