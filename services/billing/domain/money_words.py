"""Amounts in words, as Chinese statements and invoices write them (人民币大写). Pure."""

from decimal import Decimal
from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_UNITS: Final = ("", "拾", "佰", "仟")
_SECTIONS: Final = ("", "万", "亿")
AMOUNT_MAX: Final = Decimal("999999999999.99")


def in_words(amount: Decimal) -> str:
    """``1234.50`` as 壹仟贰佰叁拾肆元伍角整.

    :param amount: at least 0, two decimals.
    :raises ValueError: out of 0 to :data:`AMOUNT_MAX`.
    """
    if not 0 <= amount <= AMOUNT_MAX:
        raise ValueError(f"no words for {amount}")
    fen = int(amount * 100)
    yuan, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    if not fen:
        return "零元整"
    words = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif rest and yuan:
        words += "零"
    return words + (f"{_DIGITS[rest]}分" if rest else "整")


def _whole(number: int) -> str:
    words, gap = "", False
    for index in range(len(_SECTIONS) - 1, -1, -1):
        section = number // 10_000**index % 10_000
        if not section:
            gap = bool(words)
            continue
        if words and (gap or section < 1000):
            words += "零"
        words += _section(section) + _SECTIONS[index]
        gap = False
    return words


def _section(number: int) -> str:
    words, gap = "", False
    for index in range(3, -1, -1):
        digit = number // 10**index % 10
        if not digit:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + _UNITS[index]
        gap = False
    return words
