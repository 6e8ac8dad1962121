"""Whose a receipt may be that matches nobody: ranked, each with its reasons (spec, payments.md, "Matching"). Pure.

A suggestion is for people to read, and never becomes a match by itself.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.payments.domain import near_names

SUGGESTIONS_MAX: Final = 10

WARNINGS: Final = ("alias_withdrawn", "match_undone")
"""What speaks against a customer: somebody said that it is not."""

REASONS: Final = ("account_before", "invoice_account", "name_before", "former_name", *near_names.REASONS, *WARNINGS)
"""Every reason, the strongest first: what people or banks said before what looks alike."""


@dataclass(frozen=True)
class Because:
    """One reason: a code of :data:`REASONS`, and what its words mention."""

    customer_id: UUID
    code: str
    params: dict[str, Any]

    @property
    def is_warning(self) -> bool:
        return self.code in WARNINGS


@dataclass(frozen=True)
class Suggestion:
    """A customer, and why. ``rank`` counts from 1."""

    rank: int
    customer_id: UUID
    reasons: tuple[Because, ...]


def rank(reasons: Iterable[Because], *, besides: Collection[UUID] = ()) -> list[Suggestion]:
    """The customers that the reasons speak of, the best ten.

    Whom somebody spoke against comes last. Then the strongest reason counts; of equals more reasons; then the order in which they
    came. Of the ways in which a customer's several names are near, only the best is told.

    :param besides: customers that are left out.
    """
    by_customer: dict[UUID, dict[str, Because]] = {}
    for reason in reasons:
        if reason.customer_id not in besides:
            by_customer.setdefault(reason.customer_id, {}).setdefault(reason.code, reason)
    found = [(customer_id, _told(kept)) for customer_id, kept in by_customer.items()]
    found.sort(key=lambda each: _order(each[1]))
    return [Suggestion(place, customer_id, told) for place, (customer_id, told) in enumerate(found[:SUGGESTIONS_MAX], start=1)]


def _told(by_code: dict[str, Because]) -> tuple[Because, ...]:
    told = [by_code[code] for code in REASONS if code in by_code]
    near = [reason for reason in told if reason.code in near_names.REASONS]
    return tuple(reason for reason in told if reason not in near[1:])


def _order(reasons: tuple[Because, ...]) -> tuple[bool, int, int]:
    is_warned = any(reason.is_warning for reason in reasons)
    return is_warned, REASONS.index(reasons[0].code), -len(reasons)
