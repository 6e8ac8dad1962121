"""What a report's lines come to, and how reports are told apart by it (spec, billing.md, "Usage")."""

from collections import defaultdict
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.usage import (
    AccountMonth,
    DailySums,
    Fingerprint,
    GivenLines,
    UsageLine,
    months_between,
    months_of,
)
from services.kit.clock import Month

DAY, NEXT = date(2026, 3, 31), date(2026, 4, 1)
MARCH, APRIL = Month(2026, 3), Month(2026, 4)


def _sums(lines: list[UsageLine]) -> DailySums:
    given = GivenLines(lines)
    sums = DailySums(given.slots)
    for block in given.blocks():
        sums.add(block)
    return sums


def _fingerprint(lines: list[UsageLine]) -> int:
    fingerprint = Fingerprint()
    for text in _sums(lines).texts():
        fingerprint.add(text.encode())
    return fingerprint.value


def test_a_fingerprint_knows_what_lines_come_to_and_not_their_order() -> None:
    lines = [UsageLine("a", DAY, "CMCC", 1), UsageLine("b", DAY, "CMCC", 2), UsageLine("b", DAY, "CMCC", 2)]
    assert _fingerprint(lines) == _fingerprint(lines[::-1])
    assert _fingerprint(lines) == _fingerprint([lines[0], UsageLine("b", DAY, "CMCC", 1), UsageLine("b", DAY, "CMCC", 3)])
    others = [
        lines[:2],
        [UsageLine("a", DAY, "CMCC", 2), *lines[1:]],
        [UsageLine("a", NEXT, "CMCC", 1), *lines[1:]],
        [UsageLine("a", DAY, "CUCC", 1), *lines[1:]],
        [UsageLine("c", DAY, "CMCC", 1), *lines[1:]],
        [*lines, UsageLine("c", DAY, "CMCC", 0)],
    ]
    assert len({_fingerprint(lines), *map(_fingerprint, others)}) == 1 + len(others)


def test_a_fingerprint_is_the_same_in_every_version_of_this_program() -> None:
    """Stored ones must not make a repeat look different: whoever changes how they are made needs a migration."""
    assert _fingerprint([UsageLine("云帆\\\t01", DAY, "CMCC", 12), UsageLine("a", NEXT, "US", 0)]) == 7761753361378709478


_lines = st.lists(
    st.builds(
        UsageLine,
        st.sampled_from(["a", "b", "云帆", "A", "é", "𠀀", "a\\b"]),
        st.sampled_from([date(2026, 2, 28), DAY, NEXT]),
        st.sampled_from(["CMCC", "CTCC", "CUCC", "US"]),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=30,
)


@given(_lines)
def test_sums_are_those_of_the_lines_in_the_order_of_their_keys(lines: list[UsageLine]) -> None:
    expected: dict[tuple[str, str, str], int] = defaultdict(int)
    for line in lines:
        expected[line.account.replace("\\", "\\\\"), line.day.isoformat(), line.operator] += line.quantity
    rows = [tuple(row.split("\t")) for row in "".join(_sums(lines).texts()).splitlines()]
    assert rows == [(*key, str(expected[key])) for key in sorted(expected)]


@given(_lines)
def test_accounts_get_what_their_lines_come_to_by_month(lines: list[UsageLine]) -> None:
    by_account = list(_sums(lines).by_account())
    assert sum(each.quantity for each in by_account) == sum(line.quantity for line in lines)
    assert {(each.account, each.month) for each in by_account} == {(line.account, Month.of(line.day)) for line in lines}
    for each in by_account:
        days = [line.day for line in lines if (line.account, Month.of(line.day)) == each[:2] and line.quantity > 0]
        assert each.last_day == max(days, default=None)


def test_a_report_across_two_months_brings_to_each_its_own() -> None:
    lines = [UsageLine("a", DAY, "CMCC", 5), UsageLine("a", NEXT, "CMCC", 7), UsageLine("b", NEXT, "CMCC", 0)]
    assert list(_sums(lines).by_account()) == [
        AccountMonth("a", MARCH, DAY, 5),
        AccountMonth("a", APRIL, NEXT, 7),
        AccountMonth("b", APRIL, None, 0),
    ]
    assert months_of(GivenLines(lines).slots) == [MARCH, APRIL]


def test_months_between_two_days_hold_both() -> None:
    assert months_between(DAY, DAY) == [MARCH]
    assert months_between(date(2025, 12, 31), date(2026, 2, 1)) == [Month(2025, 12), Month(2026, 1), Month(2026, 2)]
