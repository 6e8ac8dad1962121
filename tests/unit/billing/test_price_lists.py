"""Price lists: country code or name, unit price, from, to; refused whole with a report by row (spec, billing.md, "Prices")."""

from datetime import date
from decimal import Decimal

import pytest

from services.billing.documents.country_names import segment_called
from services.billing.domain.price_lists import ListedPrice, read_price_list
from services.billing.domain.prices import PriceRow, Tier
from services.billing.domain.segments import COUNTRIES


def listed(row: int = 2, name: str = "US", price: str = "0.05", first: str = "", last: str = "") -> ListedPrice:
    return ListedPrice(row, name, segment_called(name), price, first, last)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("US", "US", id="code"),
        pytest.param("us", "US", id="code in small letters"),
        pytest.param("美国", "US", id="Chinese"),
        pytest.param("United States", "US", id="English"),
        pytest.param(" ｕｎｉｔｅｄ　states ", "US", id="full width and white space"),
        pytest.param("香港", "HK", id="as everybody says"),
        pytest.param("中国香港特别行政区", "HK", id="as it is officially called"),
        pytest.param("阿联酋", "AE", id="short"),
        pytest.param("南韓", "KR", id="traditional"),
        pytest.param("联通", "CUCC", id="an operator"),
        pytest.param("CMCC", "CMCC", id="an operator's code"),
        pytest.param("亚特兰蒂斯", None, id="none"),
        pytest.param("", None, id="empty"),
    ],
)
def test_what_a_country_or_operator_is_called(name: str, code: str | None) -> None:
    assert segment_called(name) == code


def test_every_country_has_its_code_and_names_in_both_languages() -> None:
    assert {segment_called(code) for code in COUNTRIES} == COUNTRIES


def test_a_right_list_is_a_unified_price_for_each_country_over_one_range() -> None:
    found, wrong = read_price_list(
        [
            listed(2, "美国", "0.05", "2026-05-01", "2026/12/31"),
            listed(3, "GB", "0.123456", "2026年5月1日", "2026-12-31 00:00:00"),
        ]
    )
    assert wrong == {}
    assert (found.valid_from, found.valid_to) == (date(2026, 5, 1), date(2026, 12, 31))
    assert found.rows == (
        PriceRow("US", (Tier(None, Decimal("0.05")),)),
        PriceRow("GB", (Tier(None, Decimal("0.123456")),)),
    )


def test_days_may_be_left_out() -> None:
    found, wrong = read_price_list([listed()])
    assert (wrong, found.valid_from, found.valid_to) == ({}, None, None)


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        pytest.param([listed(name="")], {"rows.2.segment": ["required"]}, id="no country"),
        pytest.param([listed(name="火星")], {"rows.2.segment": ["segment_unknown|火星"]}, id="no such country"),
        pytest.param(
            [listed(), listed(3, "美国")], {"rows.3.segment": ["segment_repeated_from|2"]}, id="the same by code and by name"
        ),
        pytest.param([listed(price="")], {"rows.2.unit_price": ["required"]}, id="no price"),
        pytest.param([listed(price="免费")], {"rows.2.unit_price": ["not_a_price"]}, id="a word"),
        pytest.param([listed(price="NaN")], {"rows.2.unit_price": ["not_a_price"]}, id="not a number"),
        pytest.param([listed(price="Infinity")], {"rows.2.unit_price": ["not_a_price"]}, id="no end"),
        pytest.param([listed(price="-0.01")], {"rows.2.unit_price": ["range|0|10000"]}, id="below zero"),
        pytest.param([listed(price="10000.01")], {"rows.2.unit_price": ["range|0|10000"]}, id="too dear"),
        pytest.param([listed(price="0.1234567")], {"rows.2.unit_price": ["too_many_places|6"]}, id="seven decimals"),
        pytest.param([listed(first="五月")], {"rows.2.valid_from": ["not_a_day"]}, id="no day"),
        pytest.param([listed(last="9999-12-31")], {"rows.2.valid_to": ["range|1900-01-01|2999-12-31"]}, id="the end of days"),
        pytest.param([listed(last="2026-02-30")], {"rows.2.valid_to": ["not_a_day"]}, id="no such day"),
        pytest.param(
            [listed(first="2026-05-02", last="2026-05-01")], {"rows.2.valid_to": ["before|2026-05-02"]}, id="ends before"
        ),
        pytest.param([listed(first="2026-05-01"), listed(3, "GB")], {"rows.3.valid_from": ["days_differ|2"]}, id="another range"),
        pytest.param(
            [listed(last="2026-06-30"), listed(3, "US", "0.06", "2026-07-01", "2026-12-31"), listed(4, "GB", last="2026-06-30")],
            {"rows.3.valid_from": ["days_differ|2"]},
            id="a country again for the days that follow",
        ),
        pytest.param(
            [listed(name="火星", price="x"), listed(3, "GB"), listed(4, "FR", "-1")],
            {
                "rows.2.segment": ["segment_unknown|火星"],
                "rows.2.unit_price": ["not_a_price"],
                "rows.4.unit_price": ["range|0|10000"],
            },
            id="every wrong row at once",
        ),
    ],
)
def test_every_wrong_row_is_named(rows: list[ListedPrice], wrong: dict[str, list[str]]) -> None:
    assert read_price_list(rows)[1] == wrong
