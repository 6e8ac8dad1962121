"""Due dates, bills' numbers, names that are alike, invoice fields, amounts in words, reports."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.due_dates import due_on
from services.billing.domain.identifiers import AlikeIndex, is_alike
from services.billing.domain.invoicing import (
    AskedAmount,
    check_amounts,
    complete_information,
    missing_information,
    set_oldest_first,
)
from services.billing.domain.money_words import in_words
from services.billing.domain.numbers import bill_number
from services.billing.domain.segments import COUNTRIES, OPERATORS
from services.billing.domain.usage import UsageLine, check_line
from services.contracts.segment_words import OPERATOR_NAMES
from services.kit.clock import Month


@pytest.mark.parametrize(
    ("month", "cycle", "due"),
    [
        (Month(2026, 3), 1, date(2026, 4, 30)),
        (Month(2026, 1), 1, date(2026, 2, 28)),
        (Month(2028, 1), 1, date(2028, 2, 29)),
        (Month(2026, 12), 1, date(2027, 1, 31)),
        (Month(2026, 3), 12, date(2027, 3, 31)),
    ],
    ids=["March, cycle 1", "into February", "into a leap February", "over the year's end", "cycle 12"],
)
def test_a_bill_is_due_at_the_end_of_the_month_that_lies_its_cycle_after_its_own(month: Month, cycle: int, due: date) -> None:
    assert due_on(month, cycle) == due


def test_a_bills_number_reads_as_the_handbook_writes_it() -> None:
    assert bill_number(Month(2020, 4), "上海云帆", "行业短信", 1) == "账单-2020-04-上海云帆-行业短信-001"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("yunfan01", "YunFan-01", True),
        ("yunfan01", "ｙｕｎｆａｎ０１", True),
        ("yunfan01", "yunfn01", True),
        ("yunfan01", "yunfaan01", True),
        ("yunfan01", "yunafn01", True),
        ("yunfan01", "yunfam01", True),
        ("yunfan01", "yunfan02", False),
        ("yunfan01", "yunfan1234", False),
        ("abc", "abd", False),
        ("", "", False),
    ],
    ids=[
        "case and separators",
        "width",
        "one too few",
        "one too many",
        "two swapped",
        "one wrong",
        "the next of a series",
        "another",
        "too short to tell",
        "nothing",
    ],
)
def test_accounts_are_alike_by_a_slip_not_by_their_series(one: str, other: str, alike: bool) -> None:
    assert is_alike(one, other) is is_alike(other, one) is alike


@given(st.lists(st.text("ab1-", max_size=6), max_size=8), st.text("ab1-", max_size=6))
def test_the_index_finds_what_comparing_all_with_all_finds(known: list[str], wanted: str) -> None:
    assert AlikeIndex(known).alike(wanted) == sorted({name for name in known if is_alike(name, wanted)})


def test_invoice_types_need_their_fields() -> None:
    known = {"company_name": "上海云帆", "tax_number": "91310115MA1K3XQ771", "bank": "工商银行"}
    assert missing_information("ordinary", complete_information({}, known)) == {}
    assert sorted(missing_information("special", complete_information({"address": "张江路"}, known))) == [
        "invoice_information.bank_account",
        "invoice_information.telephone",
    ]
    assert complete_information({"company_name": "新名"}, known)["company_name"] == "新名"


@pytest.mark.parametrize(
    ("amounts", "wrong"),
    [
        ([("54.00", "54.00")], {}),
        ([("54.00", "54.00"), ("1.00", "1.00")], {}),
        ([("53.00", "54.00")], {"bills": ["total_differs|53.00|54.00"]}),
        ([("55.00", "54.00"), ("1.00", "2.00")], {"bills.0.amount": ["over_what_bill_lacks|54.00"]}),
        ([("0.00", "0.00")], {"bills.0.amount": ["above|0"]}),
    ],
)
def test_entered_amounts_equal_what_the_bills_lack(amounts: list[tuple[str, str]], wrong: dict[str, list[str]]) -> None:
    assert check_amounts([AskedAmount(Decimal(entered), Decimal(lacking)) for entered, lacking in amounts]) == wrong


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.00", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1.05", "壹元零伍分"),
        ("10.00", "壹拾元整"),
        ("207.00", "贰佰零柒元整"),
        ("1234.50", "壹仟贰佰叁拾肆元伍角整"),
        ("10000.00", "壹万元整"),
        ("10010.01", "壹万零壹拾元零壹分"),
        ("100000000.00", "壹亿元整"),
        ("100010001.00", "壹亿零壹万零壹元整"),
        ("305000020.30", "叁亿零伍佰万零贰拾元叁角整"),
    ],
)
def test_an_amount_in_words(amount: str, words: str) -> None:
    assert in_words(Decimal(amount)) == words


@given(st.decimals(0, 999_999_999_999, places=2))
def test_amounts_in_words_are_never_two_zeros_in_a_row(amount: Decimal) -> None:
    words = in_words(amount)
    assert ("零", "零") not in pairwise(words)
    assert words[-1] in "整分"


TODAY = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (UsageLine("a", TODAY, "CMCC", 1), {}),
        (UsageLine("a", date(2026, 4, 2), "CMCC", 1), {}),
        (UsageLine("a", date(2026, 4, 3), "CMCC", 1), {"day": ["day_in_future"]}),
        (UsageLine("a", date(2023, 4, 1), "US", 1), {}),
        (UsageLine("a", date(2023, 3, 31), "US", 1), {"day": ["day_too_old|36"]}),
        (UsageLine("a", TODAY, "ZZ", 1), {"operator": ["segment_unknown|ZZ"]}),
    ],
)
def test_a_line_is_checked(line: UsageLine, wrong: dict[str, list[str]]) -> None:
    assert check_line(line, TODAY) == wrong


def test_countries_and_operators_never_meet() -> None:
    assert len(COUNTRIES) == 249
    assert not COUNTRIES & OPERATORS
    assert OPERATOR_NAMES.keys() == OPERATORS


_fen = st.lists(st.integers(0, 100_000).map(lambda count: Decimal(count) / 100), max_size=8)


@given(_fen, _fen)
def test_bills_are_set_against_advances_as_far_as_both_go_and_no_further(left: list[Decimal], lacking: list[Decimal]) -> None:
    pairs = set_oldest_first(left, lacking)
    assert all(amount > 0 for _, _, amount in pairs)
    assert sum(amount for _, _, amount in pairs) == min(sum(left), sum(lacking))
    for number, has in enumerate(left):
        assert sum(amount for of, _, amount in pairs if of == number) <= has
    for place, wants in enumerate(lacking):
        assert sum(amount for _, of, amount in pairs if of == place) <= wants
    assert [pair[:2] for pair in pairs] == sorted({pair[:2] for pair in pairs}), "the oldest of both first, each pair once"
