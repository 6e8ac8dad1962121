"""How complete what we know of a customer's contacts is (spec, customer.md, "Completeness"). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

ITEMS: Final = 5
"""(Name and mobile and title), telephone, QQ, WeChat, email."""


@dataclass(frozen=True)
class Reachability:
    """The ways to reach one contact; empty where unknown."""

    name: str
    title: str
    mobile: str
    telephone: str
    qq: str
    wechat: str
    email: str


def filled_items(contact: Reachability) -> int:
    """How many of the five :data:`ITEMS` a contact has."""
    card = all(text.strip() for text in (contact.name, contact.mobile, contact.title))
    others = (contact.telephone, contact.qq, contact.wechat, contact.email)
    return card + sum(bool(text.strip()) for text in others)


def completeness(contacts: Iterable[Reachability]) -> Decimal:
    """The best contact's share, 0 to 1; 0 without contacts."""
    return share(max((filled_items(contact) for contact in contacts), default=0))


def share(items: int) -> Decimal:
    """So many of the five, as a share with one decimal."""
    return Decimal(items * 2).scaleb(-1)
