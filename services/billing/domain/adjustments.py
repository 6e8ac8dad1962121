"""Late usage of months that are agreed: what it comes to, and how later bills carry it (spec, billing.md, "Bills": "on a
reconciled one it makes an adjustment line on the next bill"). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from services.billing.domain.charging import AccountTotal, AdjustmentUse, Charged
from services.billing.domain.prices import Price
from services.kit.money import ZERO, from_fen, share_whole, to_fen

_RANK: Final = timedelta(days=365 * 500)
"""Far enough that none of the prices of a bill's time is older."""

NOTHING: Final = Charged((), ())
"""The content of a bill under which nothing was sent."""


@dataclass(frozen=True)
class Difference:
    """What late usage changed for one account of an agreed month; below zero for a correction that took messages away."""

    account_id: UUID
    identifier: str
    quantity: int
    amount: Decimal


@dataclass(frozen=True)
class Pending:
    """What is left of an adjustment: of an account's difference that no bill carries yet, or not the whole of it."""

    id: UUID
    account_id: UUID
    identifier: str
    quantity: int
    amount: Decimal


def prices_of_bill(prices: Iterable[Price], made_at: datetime) -> list[Price]:
    """The prices by which a bill's month is rated anew: those that were agreed when it was made, before all that were archived
    later. A day that was billed keeps its price; one without a price takes what came since.

    :param made_at: when the bill was made.
    """
    return [price if price.archived_at <= made_at else replace(price, archived_at=price.archived_at - _RANK) for price in prices]


def differences(now: Iterable[AccountTotal], before: Iterable[AccountTotal]) -> list[Difference]:
    """What the month comes to now, less what was billed and adjusted before; accounts without a difference are left out.

    :param before: an account may stand there several times: on the bill, and in each earlier adjustment.
    """
    names: dict[UUID, str] = {}
    quantities: dict[UUID, int] = {}
    amounts: dict[UUID, Decimal] = {}
    for sign, totals in ((1, now), (-1, before)):
        for total in totals:
            names.setdefault(total.account_id, total.identifier)
            quantities[total.account_id] = quantities.get(total.account_id, 0) + sign * total.quantity
            amounts[total.account_id] = amounts.get(total.account_id, ZERO) + sign * total.amount
    return [
        Difference(account_id, names[account_id], quantities[account_id], amounts[account_id])
        for account_id in sorted(names, key=lambda account_id: (names[account_id], account_id))
        if quantities[account_id] or amounts[account_id]
    ]


def with_adjustments(content: Charged, pending: Sequence[Pending]) -> Charged:
    """A new bill's content with what is pending of its product set on it.

    Charges are set whole. Credits are set as far as the bill goes, first against their own account's share, then against the
    others' by size: no share and no bill falls below zero, and what is left stays pending for the bill after.

    :param content: without adjustments.
    :param pending: the oldest first.
    """
    names = {each.account_id: each.identifier for each in pending}
    names |= {each.account_id: each.identifier for each in content.accounts}
    amounts, used_amounts = _set(
        {total.account_id: to_fen(total.amount) for total in content.accounts},
        [(each.account_id, to_fen(each.amount)) for each in pending],
    )
    quantities, used_quantities = _set(
        {total.account_id: total.quantity for total in content.accounts},
        [(each.account_id, each.quantity) for each in pending],
    )
    uses = tuple(
        AdjustmentUse(each.id, quantity, from_fen(fen))
        for each, quantity, fen in zip(pending, used_quantities, used_amounts, strict=True)
        if quantity or fen
    )
    if not uses:
        return content
    own = {total.account_id: total for total in content.accounts}
    touched = [account_id for account_id in names if account_id in own or amounts.get(account_id) or quantities.get(account_id)]
    accounts = [
        _total(own.get(account_id, AccountTotal(account_id, names[account_id], 0, ZERO)), quantities, amounts)
        for account_id in sorted(touched, key=lambda account_id: (names[account_id], account_id))
    ]
    return replace(content, accounts=tuple(accounts), uses=uses)


def _total(own: AccountTotal, quantities: Mapping[UUID, int], amounts: Mapping[UUID, int]) -> AccountTotal:
    quantity, amount = quantities.get(own.account_id, 0), from_fen(amounts.get(own.account_id, 0))
    return own._replace(
        quantity=quantity,
        amount=amount,
        adjusted_quantity=quantity - own.quantity,
        adjusted_amount=amount - own.amount,
    )


def _set(own: Mapping[UUID, int], wanted: Sequence[tuple[UUID, int]]) -> tuple[dict[UUID, int], list[int]]:
    """Add what is wanted to accounts' whole numbers, of which none falls below zero.

    :returns: the numbers after it, and what of each that was wanted could be added.
    """
    after = dict(own)
    used = [max(number, 0) for _, number in wanted]
    for (account_id, _), charge in zip(wanted, used, strict=True):
        after[account_id] = after.get(account_id, 0) + charge
    for place, (account_id, number) in enumerate(wanted):
        if number >= 0:
            continue
        of_its_own = min(-number, after.setdefault(account_id, 0))
        after[account_id] -= of_its_own
        of_others = min(-number - of_its_own, sum(after.values()))
        for other, part in zip(list(after), share_whole(of_others, list(after.values())), strict=True):
            after[other] -= part
        used[place] = -(of_its_own + of_others)
    return after, used
