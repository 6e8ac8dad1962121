"""Days and months in Shanghai, instants in UTC."""

from datetime import UTC, date, datetime

import pytest

from services.kit.clock import Month, add_months, business_date, parse_instant, start_of_day


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        pytest.param("2026-01-31", 1, "2026-02-28", id="one month after 31 January is the last day of February"),
        pytest.param("2028-01-31", 1, "2028-02-29", id="and of a leap February"),
        pytest.param("2026-03-10", 1, "2026-04-10", id="a log on 10 March covers up to 9 April"),
        pytest.param("2026-05-31", -3, "2026-02-28", id="backwards it clips too"),
    ],
)
def test_month_arithmetic_clips(day: str, months: int, later: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(later)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        pytest.param("2026-03-31T15:59:59Z", "2026-03-31", id="the last second of March in Shanghai"),
        pytest.param("2026-03-31T16:00:00Z", "2026-04-01", id="the first of April in Shanghai is still March in UTC"),
    ],
)
def test_the_business_day_is_shanghais(instant: str, day: str) -> None:
    assert business_date(parse_instant(instant)) == date.fromisoformat(day)


def test_a_shanghai_day_begins_at_sixteen_hours_utc_of_the_day_before() -> None:
    assert start_of_day(date(2026, 4, 1)) == datetime(2026, 3, 31, 16, tzinfo=UTC)


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        parse_instant("2026-03-31T16:00:00")


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00", "9999-12-31T23:00:00Z"])
def test_an_instant_that_is_no_day_here_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_instant(text)


def test_months_are_counted_over_the_years_end() -> None:
    assert str(Month.parse("2026-11").plus(3)) == "2027-02"
    assert str(Month.parse("2026-01").plus(-1)) == "2025-12"


def test_a_month_knows_its_first_and_last_day() -> None:
    assert (Month(2028, 2).first_day, Month(2028, 2).last_day) == (date(2028, 2, 1), date(2028, 2, 29))


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-1", "26-01", "2026", "2026-01-01", "", "0000-05", "9999-12"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Month.parse(text)
