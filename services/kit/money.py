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


def share_out(amount: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """Split an amount by whole weights so that not a fen is lost: largest remainder first, ties to the earlier.

    :param amount: in CNY, two decimals, any sign.
    :param weights: at least 0; if all are 0 the whole amount goes to the first.
    :returns: one amount a weight, summing exactly to ``amount``.
    :raises ValueError: without weights, or with a negative one.
    """
    if not weights or min(weights) < 0:
        raise ValueError("weights must be at least 0, and at least one")
    fen = int(round_to_fen(amount) / FEN)
    sign, fen = (-1, -fen) if fen < 0 else (1, fen)
    total = sum(weights)
    if total == 0:
        return [sign * fen * FEN, *[ZERO] * (len(weights) - 1)]
    shares = [fen * weight // total for weight in weights]
    remainders = [(-(fen * weight % total), index) for index, weight in enumerate(weights)]
    for _, index in sorted(remainders)[: fen - sum(shares)]:
        shares[index] += 1
    return [sign * share * FEN for share in shares]
