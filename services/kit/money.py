"""Amounts in CNY: exact decimals, rounded half-up once. Pure.

An *amount* has two decimals (分), a *unit price* up to six. Nothing here takes or gives a float.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

FEN: Final = Decimal("0.01")
ZERO: Final = Decimal("0.00")
UNIT_PRICE_PLACES: Final = 6


def round_to_fen(amount: Decimal) -> Decimal:
    """Half-up to two decimals: 0.005 becomes 0.01, -0.005 becomes -0.01."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def decimal_places(number: Decimal) -> int:
    """How many decimals a number needs: 1.50 needs one."""
    exponent = number.normalize().as_tuple().exponent
    assert isinstance(exponent, int), "amounts are finite"
    return max(0, -exponent)


def to_fen(amount: Decimal) -> int:
    """An amount of two decimals in whole fen."""
    return int(amount.scaleb(2))


def from_fen(fen: int) -> Decimal:
    """Whole fen as an amount."""
    return fen * FEN


def share_out(amount: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """Split an amount by whole weights so that not a fen is lost: largest remainder first, ties to the earlier.

    :param amount: in CNY, two decimals, any sign.
    :param weights: at least 0; if all are 0 the whole amount goes to the first.
    :returns: one amount a weight, summing exactly to ``amount``.
    :raises ValueError: without weights, or with a negative one.
    """
    fen = to_fen(round_to_fen(amount))
    sign = -1 if fen < 0 else 1
    return [sign * from_fen(share) for share in share_whole(abs(fen), weights)]


def share_whole(total: int, weights: Sequence[int]) -> list[int]:
    """Split a whole number by whole weights so that nothing is lost: largest remainder first, ties to the earlier. A part never
    exceeds its weight, if the total does not exceed theirs.

    :param total: at least 0.
    :param weights: at least 0; if all are 0 the whole goes to the first.
    :returns: one part a weight, summing exactly to ``total``.
    :raises ValueError: without weights, or with a negative one.
    """
    if not weights or min(weights) < 0:
        raise ValueError("weights must be at least 0, and at least one")
    whole = sum(weights)
    if whole == 0:
        return [total, *[0] * (len(weights) - 1)]
    shares = [total * weight // whole for weight in weights]
    remainders = [(-(total * weight % whole), index) for index, weight in enumerate(weights)]
    for _, index in sorted(remainders)[: total - sum(shares)]:
        shares[index] += 1
    return shares
