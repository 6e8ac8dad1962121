"""What a customer and we agree on beside the bills' total (约定差额; spec, billing.md, "Reconciliation"). Pure."""

from collections.abc import Sequence
from decimal import Decimal

from services.kit.money import FEN, ZERO, share_out


def share_difference(difference: Decimal, amounts: Sequence[Decimal]) -> list[Decimal]:
    """Its parts by amounts (bills' or accounts'), in fen, nothing left over; a credit brings no amount below zero.

    :param difference: below zero a credit, above zero an extra; no credit over all the amounts together.
    :param amounts: at least one; those below zero bear nothing of it.
    """
    return share_out(difference, [int(max(amount, ZERO) / FEN) for amount in amounts])


def fault_of_difference(difference: Decimal, total: Decimal) -> str | None:
    """Why a difference cannot be agreed on for bills over ``total``: neither a credit nor an extra goes beyond it."""
    return f"difference_over_total|{total}" if abs(difference) > total else None
