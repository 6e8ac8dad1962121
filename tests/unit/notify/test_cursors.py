"""Where a reader of the stream stands, written and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.cursors import LENGTH_MAX, UNDER_WAY_MAX, Cursor

EPOCH = "66a1c2f0a1b2c3d4.1"


@given(st.lists(st.integers(1, 2**62), min_size=2, max_size=20, unique=True).map(sorted))
def test_what_was_written_is_read_again(line: list[int]) -> None:
    lowest, *under_way, beyond = line
    cursor = Cursor(EPOCH, lowest, beyond, tuple(under_way))
    assert Cursor.parse(str(cursor)) == cursor


@pytest.mark.parametrize(
    "text",
    [
        "",
        "812",
        "812:815:",
        f"{EPOCH}/815:812:",
        f"{EPOCH}/812:815:815",
        f"{EPOCH}/812:815:811",
        f"{EPOCH}/812:815:813,812",
        f"{EPOCH}/812:815:813,813",
        f"{EPOCH}/812:815:x",
        f"{EPOCH}/0:1:",
        f"{EPOCH}/-1:1:",
        f"{EPOCH}/1:{2**64}:",
        f"{EPOCH}/812:815:\n",
        "'; DROP TABLE messages; --",
        EPOCH + "/" + "1" * 5000,
    ],
)
def test_what_nobody_wrote_is_no_cursor(text: str) -> None:
    assert Cursor.parse(text) is None


def test_a_cursor_stays_short_however_many_transactions_are_under_way() -> None:
    under_way = ",".join(str(number) for number in range(10**18, 10**18 + UNDER_WAY_MAX + 1))
    cursor = Cursor.of_snapshot(EPOCH, f"{10**18}:{10**18 + 5000}:{under_way}")
    assert cursor == Cursor(EPOCH, 10**18, 10**18), "everything from the first of them on counts as not seen"
    longest = ",".join(str(number) for number in range(10**18, 10**18 + UNDER_WAY_MAX))
    assert len(str(Cursor.of_snapshot(EPOCH, f"{10**18}:{10**18 + 5000}:{longest}"))) <= LENGTH_MAX


def test_a_count_that_went_back_follows_nothing() -> None:
    assert Cursor(EPOCH, 10, 20).may_follow(Cursor(EPOCH, 10, 20))
    assert not Cursor(EPOCH, 10, 19).may_follow(Cursor(EPOCH, 10, 20)), "a server restored to an earlier day"
    assert not Cursor("66a1c2f0a1b2c3d4.2", 10, 20).may_follow(Cursor(EPOCH, 10, 20)), "one that was restored and has caught up"
