"""What an account may become, and which products have any (spec, customer.md, "Data"). Pure."""

from collections.abc import Collection
from typing import Final

MOVES: Final = {
    "trial": ("active", "blocked", "closed"),
    "active": ("blocked", "closed"),
    # Whoever was blocked on trial and is let in again is a customer: trials are not begun twice.
    "blocked": ("active", "closed"),
    "closed": (),
}
"""Status → what it may become. Closed is the end: its identifier stays taken, as its usage and bills name it."""

CLOSED: Final = "closed"

_WITHOUT_ACCOUNTS: Final = frozenset({"software"})


def may_become(status: str, other: str) -> bool:
    """Whether an account may go from one status to another; staying is always allowed."""
    return other == status or other in MOVES[status]


def takes_accounts(product_type: str) -> bool:
    """Whether messages are sent through a product of this type; software is sold once, and nothing is sent through it."""
    return product_type not in _WITHOUT_ACCOUNTS


def free_name(wanted: str, taken: Collection[str]) -> str:
    """A product's name that the customer has not: the one wanted, or that with the first number from 2 that is free."""
    numbered = (f"{wanted} {number}" for number in range(2, len(taken) + 3))
    return next(name for name in (wanted, *numbered) if name not in taken)
