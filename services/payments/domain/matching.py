"""Whose a receipt is (spec, payments.md, "Matching"). Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

NameKind = Literal["name", "invoice_name", "alias"]
_STRENGTH: Final[tuple[NameKind, ...]] = ("name", "invoice_name", "alias")


@dataclass(frozen=True)
class Payer:
    """Who paid, as the bank says: the name in its compared form, and the account; both may be empty."""

    normalised_name: str
    account: str


@dataclass(frozen=True)
class Hit:
    """A customer who has the payer's name, as which kind of name."""

    customer_id: UUID
    kind: NameKind


@dataclass(frozen=True)
class Match:
    """What came of it.

    :param outcome: ``matched``, ``ambiguous`` or ``unmatched``.
    :param customer_id: whose it is, if it is matched.
    :param matched_by: by which kind of name.
    :param candidates: the customers it may be of, if it is ambiguous; in the order of their ids.
    """

    outcome: Literal["matched", "ambiguous", "unmatched"]
    customer_id: UUID | None = None
    matched_by: NameKind | None = None
    candidates: tuple[UUID, ...] = ()


def match_payer(hits: Collection[Hit]) -> Match:
    """One customer is a match, several are ambiguous, none leaves it unmatched.

    A customer hit by several of its names is still one; the strongest name says why: its own, then its invoices', then an alias.
    """
    kinds: dict[UUID, NameKind] = {}
    for hit in sorted(hits, key=lambda hit: _STRENGTH.index(hit.kind)):
        kinds.setdefault(hit.customer_id, hit.kind)
    if not kinds:
        return Match("unmatched")
    if len(kinds) > 1:
        return Match("ambiguous", candidates=tuple(sorted(kinds)))
    ((customer_id, kind),) = kinds.items()
    return Match("matched", customer_id, kind)
