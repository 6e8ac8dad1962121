"""What late usage of an agreed month comes to, and how later bills carry it."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.adjustments import NOTHING, Difference, Pending, differences, with_adjustments
from services.billing.domain.charging import AccountTotal, AdjustmentUse, Charged
from services.kit.money import ZERO, from_fen

A, B, C = (UUID(int=number) for number in (1, 2, 3))
NAMES = {A: "yunfan-a", B: "yunfan-b", C: "yunfan-c"}


def _total(account: UUID, quantity: int, amount: str) -> AccountTotal:
    return AccountTotal(account, NAMES[account], quantity, Decimal(amount))


def _bill(*totals: AccountTotal) -> Charged:
    """A content whose accounts are all that matters here."""
    return Charged((), totals)


def _pending(number: int, account: UUID, quantity: int, amount: str) -> Pending:
    return Pending(UUID(int=number), account, NAMES[account], quantity, Decimal(amount))


def _amounts(content: Charged) -> dict[str, str]:
    return {total.identifier: str(total.amount) for total in content.accounts}


def test_a_difference_is_what_the_month_comes_to_now_less_what_was_billed_and_adjusted_before() -> None:
    now = [_total(A, 120, "6.00"), _total(C, 10, "0.50")]
    before = [_total(A, 100, "5.00"), _total(B, 40, "2.00"), _total(A, 5, "0.25")]
    assert differences(now, before) == [
        Difference(A, "yunfan-a", 15, Decimal("0.75")),
        Difference(B, "yunfan-b", -40, Decimal("-2.00")),
        Difference(C, "yunfan-c", 10, Decimal("0.50")),
    ]


def test_an_account_without_a_difference_is_left_out() -> None:
    assert differences([_total(A, 100, "5.00")], [_total(A, 60, "3.00"), _total(A, 40, "2.00")]) == []


def test_a_charge_is_set_whole_also_on_an_account_that_sent_nothing_this_month() -> None:
    content = with_adjustments(_bill(_total(A, 100, "5.00")), [_pending(11, B, 20, "1.00")])
    assert content.accounts == (
        _total(A, 100, "5.00"),
        AccountTotal(B, "yunfan-b", 20, Decimal("1.00"), adjusted_quantity=20, adjusted_amount=Decimal("1.00")),
    )
    assert content.uses == (AdjustmentUse(UUID(int=11), 20, Decimal("1.00")),)


def test_a_credit_is_set_against_its_own_account_first_and_then_against_the_others_by_size() -> None:
    bill = _bill(_total(A, 10, "1.00"), _total(B, 20, "2.00"), _total(C, 60, "6.00"))
    content = with_adjustments(bill, [_pending(11, A, -50, "-5.00")])
    assert _amounts(content) == {"yunfan-a": "0.00", "yunfan-b": "1.00", "yunfan-c": "3.00"}
    assert content.uses == (AdjustmentUse(UUID(int=11), -50, Decimal("-5.00")),)


def test_what_a_bill_cannot_take_of_a_credit_stays_pending() -> None:
    content = with_adjustments(_bill(_total(A, 10, "1.00")), [_pending(11, A, -50, "-5.00"), _pending(12, A, -1, "-0.10")])
    assert _amounts(content) == {"yunfan-a": "0.00"}
    assert content.uses == (AdjustmentUse(UUID(int=11), -10, Decimal("-1.00")),)


def test_a_charge_makes_room_for_an_older_credit() -> None:
    content = with_adjustments(NOTHING, [_pending(11, A, -30, "-3.00"), _pending(12, B, 40, "4.00")])
    assert _amounts(content) == {"yunfan-b": "1.00"}
    assert content.adjusted == Decimal("1.00")


def test_a_credit_alone_makes_no_bill() -> None:
    assert with_adjustments(NOTHING, [_pending(11, A, -30, "-3.00")]) == NOTHING


accounts = st.sampled_from((A, B, C))
bills = st.dictionaries(accounts, st.tuples(st.integers(0, 500), st.integers(0, 5_000)), max_size=3)
differing = st.lists(st.tuples(accounts, st.integers(-400, 400), st.integers(-4_000, 4_000)), max_size=8)


def _waiting(found: Sequence[tuple[UUID, int, int]]) -> list[Pending]:
    return [
        Pending(UUID(int=100 + number), account, NAMES[account], quantity, from_fen(fen))
        for number, (account, quantity, fen) in enumerate(found)
    ]


def _month(own: dict[UUID, tuple[int, int]]) -> Charged:
    return _bill(*(AccountTotal(account, NAMES[account], quantity, from_fen(fen)) for account, (quantity, fen) in own.items()))


@given(own=bills, found=differing)
def test_no_share_falls_below_zero_no_fen_is_lost_and_nothing_is_carried_twice(
    own: dict[UUID, tuple[int, int]], found: list[tuple[UUID, int, int]]
) -> None:
    pending = _waiting(found)
    content = with_adjustments(_month(own), pending)
    for account in content.accounts:
        assert account.amount >= 0
        assert account.quantity >= 0
        before = own.get(account.account_id, (0, 0))
        assert account.quantity - account.adjusted_quantity == before[0]
        assert account.amount - account.adjusted_amount == from_fen(before[1])
    assert sum((account.adjusted_amount for account in content.accounts), ZERO) == content.adjusted
    assert sum(account.adjusted_quantity for account in content.accounts) == sum(use.quantity for use in content.uses)
    wanted = {each.id: each for each in pending}
    for use in content.uses:
        adjustment = wanted.pop(use.adjustment_id)
        for carried, all_of_it in ((use.amount, adjustment.amount), (use.quantity, adjustment.quantity)):
            assert min(all_of_it, 0) <= carried <= max(all_of_it, 0)
            assert carried == all_of_it or all_of_it < 0, "a charge is carried whole"


@given(found=differing, months=st.lists(bills, min_size=1, max_size=6))
def test_over_the_months_all_is_carried_that_the_bills_can_bear(
    found: list[tuple[UUID, int, int]], months: list[dict[UUID, tuple[int, int]]]
) -> None:
    pending = _waiting(found)
    for own in months:
        bill = _bill(
            *(AccountTotal(account, NAMES[account], quantity, from_fen(fen)) for account, (quantity, fen) in own.items())
        )
        content = with_adjustments(bill, pending)
        used = {use.adjustment_id: use for use in content.uses}
        total = sum((account.amount for account in content.accounts), ZERO)
        left = [
            Pending(
                each.id,
                each.account_id,
                each.identifier,
                each.quantity - (used[each.id].quantity if each.id in used else 0),
                each.amount - (used[each.id].amount if each.id in used else ZERO),
            )
            for each in pending
        ]
        assert total == ZERO or all(each.amount == ZERO for each in left), "a credit waits only for a bill of nothing"
        pending = left
