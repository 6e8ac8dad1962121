"""Rating: what a volume costs (spec, billing.md, "Prices"). Pure and exact.

Every amount is quantity x unit price, rounded half-up to fen once, here; totals only add.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.billing.domain.prices import STAGE, TIERED, UNIFIED, Tier
from services.kit.money import round_to_fen


@dataclass(frozen=True)
class Charge:
    """One line: a tier's part of a volume.

    :param tier: counted from 1.
    :param above: the previous tier's bound; the tier begins one message later.
    :param up_to: its own bound, included; ``None`` for no bound.
    :param quantity: the messages that this line prices.
    :param amount: in CNY, two decimals.
    """

    tier: int
    above: int
    up_to: int | None
    quantity: int
    unit_price: Decimal
    amount: Decimal


def rate(kind: str, tiers: Sequence[Tier], quantity: int) -> list[Charge]:
    """The lines that a volume makes under a price; none for no volume.

    :param tiers: bounds rising, the last without one.
    :param quantity: whole messages, at least 0.
    :raises ValueError: for a kind that does not exist, or a negative quantity.
    """
    if quantity < 0:
        raise ValueError(f"a quantity is at least 0: {quantity}")
    if kind not in _RATES:
        raise ValueError(f"no kind of price: {kind!r}")
    return _RATES[kind](tiers, quantity) if quantity else []


def rate_unified(tiers: Sequence[Tier], quantity: int) -> list[Charge]:
    """统一价: one unit price for every message."""
    return [_charge(tiers, 0, quantity)]


def rate_stage(tiers: Sequence[Tier], quantity: int) -> list[Charge]:
    """阶段价: the tier that the whole volume reaches prices the whole volume."""
    reached = next(index for index, tier in enumerate(tiers) if tier.up_to is None or quantity <= tier.up_to)
    return [_charge(tiers, reached, quantity)]


def rate_tiered(tiers: Sequence[Tier], quantity: int) -> list[Charge]:
    """阶梯价: each tier prices its own part of the volume."""
    charges = []
    above = 0
    for index, tier in enumerate(tiers):
        reached = quantity if tier.up_to is None else min(quantity, tier.up_to)
        charges.append(_charge(tiers, index, reached - above))
        if reached == quantity:
            break
        above = reached
    return charges


_RATES = {UNIFIED: rate_unified, STAGE: rate_stage, TIERED: rate_tiered}


def _charge(tiers: Sequence[Tier], index: int, quantity: int) -> Charge:
    tier = tiers[index]
    above = (tiers[index - 1].up_to or 0) if index else 0
    return Charge(index + 1, above, tier.up_to, quantity, tier.unit_price, round_to_fen(quantity * tier.unit_price))
