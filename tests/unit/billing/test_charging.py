"""From what was sent and the prices to a bill, or to the reason why there is none (spec, billing.md, "Prices" and "Bills")."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.billing.domain.charging import Charged, Refused, charge_month, periods_of
from services.billing.domain.prices import Price, PriceRow, Tier
from services.kit.clock import Month
from tests.unit.billing.months import MARCH, Used, flat, priced, sent, used

TIERS = PriceRow(None, (Tier(100, Decimal(1)), Tier(None, Decimal("0.5"))))


def _charge(usage: Sequence[Used], prices: Sequence[Price], month: Month = MARCH, alike: Sequence[str] = ()) -> Charged | Refused:
    return charge_month(month, sent(usage, prices, month), prices, alike)


def _billed(usage: Sequence[Used], prices: Sequence[Price], month: Month = MARCH) -> Charged:
    charged = _charge(usage, prices, month)
    assert isinstance(charged, Charged)
    return charged


def test_operators_of_a_table_are_each_priced_for_themselves() -> None:
    price = priced(1, (flat("0.03", "CMCC"), flat("0.04", "CUCC")))
    charged = _billed([used(1, 100), used(2, 50, operator="CUCC")], [price])
    assert [(line.segment, line.charge.quantity, str(line.charge.amount)) for line in charged.lines] == [
        ("CMCC", 100, "3.00"),
        ("CUCC", 50, "2.00"),
    ]


def test_the_volume_that_decides_tiers_is_that_of_all_accounts_together() -> None:
    charged = _billed([used(1, 60), used(2, 60, account=2)], [priced(1, (TIERS,), "stage")])
    assert [(account.identifier, str(account.amount)) for account in charged.accounts] == [
        ("account1", "30.00"),
        ("account2", "30.00"),
    ]


def test_a_later_adjustment_starts_its_own_count() -> None:
    old, new = priced(1, (TIERS,), "tiered"), priced(2, (TIERS,), "tiered", first=date(2026, 3, 16))
    charged = _billed([used(15, 80), used(16, 80)], [old, new])
    assert [(line.price, line.charge.tier, line.charge.quantity) for line in charged.lines] == [(old, 1, 80), (new, 1, 80)]
    assert [(line.first_day.day, line.last_day.day) for line in charged.lines] == [(1, 15), (16, 31)]


def test_a_price_that_a_newer_one_interrupts_goes_on_counting_after_it() -> None:
    old = priced(1, (TIERS,), "tiered")
    new = priced(2, (flat("0.3"),), first=date(2026, 3, 10), last=date(2026, 3, 20))
    charged = _billed([used(9, 80), used(15, 1), used(21, 80)], [old, new])
    assert [(line.price, line.charge.tier, line.charge.quantity) for line in charged.lines] == [
        (old, 1, 100),
        (old, 2, 60),
        (new, 1, 1),
    ]
    assert [(line.first_day.day, line.last_day.day) for line in charged.lines] == [(1, 31), (1, 31), (10, 20)]


def test_prices_that_begin_on_the_same_day_stand_in_the_order_in_which_they_hold() -> None:
    old = priced(1, (flat("0.2", "CMCC"), flat("0.2", "CTCC")))
    new = priced(2, (flat("0.3", "CMCC"), flat("0.3", "CTCC")), last=date(2026, 3, 10))
    usage = [used(day, 1, operator=operator) for day in (1, 11) for operator in ("CTCC", "CMCC")]
    lines = [(line.price, line.segment) for line in _billed(usage, [old, new]).lines]
    assert lines == [(new, "CMCC"), (new, "CTCC"), (old, "CMCC"), (old, "CTCC")]


def test_a_price_for_one_day_counts_that_day_and_no_other() -> None:
    price = priced(1, (flat("0.05"),))
    day = priced(2, (flat("0.01"),), first=date(2026, 3, 8), last=date(2026, 3, 8))
    charged = _billed([used(7, 10), used(8, 100), used(9, 1000)], [price, day])
    assert [(line.price, line.charge.quantity) for line in charged.lines] == [(price, 1010), (day, 100)]


def test_the_months_first_and_last_day_are_of_it_and_their_neighbours_are_not() -> None:
    for month, last in ((Month(2024, 2), 29), (Month(2025, 2), 28), (Month(2026, 4), 30), (Month(2026, 12), 31)):
        price = priced(1, (flat("1"),), first=date(2020, 1, 1))
        days = [month.plus(-1).last_day, month.first_day, month.last_day, month.plus(1).first_day]
        charged = _billed([Used(day, 10**place) for place, day in enumerate(days)], [price], month)
        assert charged.quantity == 110
        assert [(line.first_day, line.last_day.day) for line in charged.lines] == [(month.first_day, last)]


def test_the_month_is_cut_where_the_price_in_force_changes_and_nowhere_else() -> None:
    old = priced(1, (flat("0.05"),), first=date(2026, 1, 1), last=date(2026, 3, 20))
    beaten = priced(0, (flat("0.06"),), first=date(2026, 3, 5), last=date(2026, 3, 7))
    failed = priced(3, (flat("0.07"),), first=date(2026, 3, 9), problem={"prices": ["required"]})
    new = priced(2, (flat("0.04"),), first=date(2026, 3, 31))
    cut = [(period.price, period.first_day.day, period.last_day.day) for period in periods_of([failed, new, old, beaten], MARCH)]
    assert cut == [(old, 1, 20), (None, 21, 30), (new, 31, 31)]
    assert [(period.first_day.day, period.last_day.day) for period in periods_of([], MARCH)] == [(1, 31)]


def test_nothing_sent_is_no_usage() -> None:
    price = priced(1, (flat("0.03", "CMCC"),))
    assert _charge([], [price]) == _charge([used(1, 0)], [price]) == _charge([], []) == Refused("no_usage")


def test_nothing_sent_but_under_a_name_that_is_alike_is_account_unknown() -> None:
    price = priced(1, (flat("0.03", "CMCC"),))
    assert _charge([], [price], alike=["acount1"]) == Refused("account_unknown", {"accounts": ["acount1"]})
    assert isinstance(_charge([used(1, 1)], [price], alike=["acount1"]), Charged), "what is known is billed all the same"


def test_no_price_names_the_days_and_half_of_a_month_is_not_billed() -> None:
    price = priced(1, (flat("0.03"),), last=date(2026, 3, 10))
    late = _charge([used(10, 1), used(11, 1), used(12, 1), used(20, 1), used(25, 0)], [price])
    assert late == Refused(
        "no_price",
        {
            "days": ["2026-03-11", "2026-03-12", "2026-03-20"],
            "ranges": [["2026-03-11", "2026-03-12"], ["2026-03-20", "2026-03-20"]],
        },
    )


def test_days_without_usage_need_no_price() -> None:
    price = priced(1, (flat("0.03"),), first=date(2026, 3, 10), last=date(2026, 3, 20))
    assert _billed([used(10, 1), used(20, 1), used(21, 0)], [price]).quantity == 2


def test_a_table_that_lacks_an_operator_that_was_used_is_invalid_and_the_others_are_not_billed_either() -> None:
    price = priced(1, (flat("0.03", "CMCC"),))
    lacking = _charge([used(1, 1), used(1, 1, operator="CTCC"), used(2, 0, operator="CUCC")], [price])
    assert lacking == Refused("price_table_invalid", {"process_id": str(UUID(int=101)), "missing": ["CTCC"]})


def test_of_two_tables_that_lack_an_operator_the_newer_ones_process_is_named() -> None:
    old = priced(1, (flat("0.03", "CMCC"),), last=date(2026, 3, 15))
    new = priced(2, (flat("0.03", "CMCC"),), first=date(2026, 3, 16))
    lacking = _charge([used(1, 1, operator="CTCC"), used(16, 1, operator="CUCC")], [new, old])
    assert lacking == Refused("price_table_invalid", {"process_id": str(UUID(int=102)), "missing": ["CTCC", "CUCC"]})


def test_the_latest_adjustment_that_failed_its_check_makes_the_table_invalid() -> None:
    wrong = {"prices.0.tiers": ["required"]}
    good, failed = priced(1, (flat("0.03"),)), priced(2, (), first=date(2026, 3, 20), problem=wrong)
    refused = Refused("price_table_invalid", {"process_id": str(UUID(int=102)), "errors": wrong})
    assert _charge([used(1, 1)], [failed, good]) == _charge([used(1, 1)], [failed]) == refused


def test_an_adjustment_that_failed_hinders_neither_after_a_newer_one_nor_in_a_month_that_it_was_not_for() -> None:
    wrong = {"prices.0.tiers": ["required"]}
    good, mended = priced(1, (flat("0.03"),)), priced(3, (flat("0.02"),))
    failed = priced(2, (), problem=wrong)
    for_april = priced(4, (), first=date(2026, 4, 1), problem=wrong)
    assert _billed([used(1, 100)], [good, failed, mended]).amount == Decimal("2.00")
    assert _billed([used(1, 100)], [good, for_april]).amount == Decimal("3.00")
