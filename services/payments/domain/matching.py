"""Whose a receipt is (spec, payments.md, "Matching"). Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

HitKind = Literal["name", "invoice_name", "alias", "bank_account"]
STRENGTH: Final[tuple[HitKind, ...]] = ("name", "invoice_name", "alias", "bank_account")
"""The kinds of hits, the strongest first."""


@dataclass(frozen=True)
class MatchingPolicy:
    """What an administrator may set of matching.

    :param match_bank_account: whether a payer's account matches the bank account in a customer's invoice information. Off by
        default, as accounts are used by several companies of a group.
    """

    match_bank_account: bool = False


@dataclass(frozen=True)
class Payer:
    """Who paid, as the bank says: the name in its compared form, and the account; both may be empty."""

    normalised_name: str
    account: str


@dataclass(frozen=True)
class Hit:
    """A customer who has the payer's name, as which kind of name; or, where the policy says so, the payer's bank account."""

    customer_id: UUID
    kind: HitKind


@dataclass(frozen=True)
class Match:
    """What came of it.

    :param outcome: ``matched``, ``ambiguous`` or ``unmatched``.
    :param customer_id: whose it is, if it is matched.
    :param matched_by: by which kind of name, or by the account.
    :param candidates: the customers it may be of, if it is ambiguous; in the order of their ids.
    """

    outcome: Literal["matched", "ambiguous", "unmatched"]
    customer_id: UUID | None = None
    matched_by: HitKind | None = None
    candidates: tuple[UUID, ...] = ()


def match_payer(hits: Collection[Hit]) -> Match:
    """One customer is a match, several are ambiguous, none leaves it unmatched.

    A customer hit in several ways is still one; the strongest says why: its own name, then its invoices', then an alias, then its
    account. A name and an account that point at different customers are several.
    """
    kinds: dict[UUID, HitKind] = {}
    for hit in sorted(hits, key=lambda hit: STRENGTH.index(hit.kind)):
        kinds.setdefault(hit.customer_id, hit.kind)
    if not kinds:
        return Match("unmatched")
    if len(kinds) > 1:
        return Match("ambiguous", candidates=tuple(sorted(kinds)))
    ((customer_id, kind),) = kinds.items()
    return Match("matched", customer_id, kind)
