"""A calculator says what a volume would cost, line by line, under today's or a proposed price (spec, billing.md, "Prices")."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.billing.usecases.quote_price import quote_price
from services.contracts.billing_price_calls import PriceQuote, PriceQuoteRequest
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.schema import dump, load
from tests.integration.billing.office import OTHER_SALES, SALES, Office, fields_of, unified

TIERS = [{"up_to": 100, "unit_price": "0.05"}, {"up_to": None, "unit_price": "0.029999"}]
TIERED: dict[str, Any] = {"kind": "tiered", "prices": [{"segment": None, "tiers": TIERS}]}


def by_operator(**prices: str) -> list[dict[str, Any]]:
    return [{"segment": name, "tiers": unified(price)[0]["tiers"]} for name, price in prices.items()]


def volumes(total: int | None = None, **operators: int) -> list[dict[str, Any]]:
    named = [{"segment": name, "quantity": quantity} for name, quantity in operators.items()]
    return named if total is None else [*named, {"segment": None, "quantity": total}]


def quoted(office: Office, product: UUID, asked: list[dict[str, Any]], caller: Caller = SALES, **proposed: Any) -> Any:
    request = load(PriceQuoteRequest, {"product_id": str(product), "volumes": asked, **proposed})
    return dump(PriceQuote, quote_price(office.begin(caller), **request))


@pytest.fixture
def product(office: Office, customer: UUID) -> UUID:
    return office.product(customer)


def test_a_proposed_price_is_quoted_line_by_line_with_a_warning_below_the_floor(office: Office, product: UUID) -> None:
    found = quoted(office, product, volumes(101), **TIERED)
    assert [(line["tier"], line["above"], line["quantity"], line["amount"]) for line in found["lines"]] == [
        (1, 0, 100, "5.00"),
        (2, 100, 1, "0.03"),
    ]
    assert (found["amount"], found["below_floor"], found["price_id"]) == ("5.03", True, None)
    assert (found["in_force"], found["difference"]) == (None, None), "no price holds today"


def test_without_a_proposal_the_price_that_holds_on_the_day_is_quoted(office: Office, product: UUID) -> None:
    with pytest.raises(NotFound, match="price_not_found"):
        quoted(office, product, volumes(101))
    office.price(product, unified("0.1"), kind="unified", valid_to="2026-04-30")
    found = quoted(office, product, volumes(101))
    assert (found["amount"], found["day"], found["in_force"]) == ("10.10", "2026-04-01", None)
    assert found["price_id"] == str(office.value("SELECT id FROM prices"))
    with pytest.raises(NotFound, match="price_not_found"):
        quoted(office, product, volumes(101), day=date(2026, 5, 1).isoformat())


def test_beside_a_proposal_stands_the_price_that_it_would_follow_and_what_the_difference_is(
    office: Office, product: UUID
) -> None:
    office.price(product, unified("0.1"), kind="unified")
    found = quoted(office, product, volumes(101), **TIERED)
    assert (found["amount"], found["in_force"]["amount"], found["difference"]) == ("5.03", "10.10", "-5.07")
    assert found["in_force"]["price_id"] == str(office.value("SELECT id FROM prices"))
    assert [line["quantity"] for line in found["in_force"]["lines"]] == [101]
    before = quoted(office, product, volumes(101), **TIERED, day="2026-02-28")
    assert (before["in_force"], before["difference"]) == (None, None), "the day asked for counts"


def test_operators_count_together_where_the_price_makes_no_difference_and_apart_where_it_does(
    office: Office, product: UUID
) -> None:
    office.price(product, [{"segment": None, "tiers": TIERS}])
    found = quoted(office, product, volumes(CMCC=80, CUCC=80), kind="unified", prices=by_operator(CMCC="0.05", CUCC="0.04"))
    assert [(line["segment"], line["quantity"], line["amount"]) for line in found["lines"]] == [
        ("CMCC", 80, "4.00"),
        ("CUCC", 80, "3.20"),
    ]
    assert [(line["segment"], line["quantity"], line["amount"]) for line in found["in_force"]["lines"]] == [
        (None, 100, "5.00"),
        (None, 60, "1.80"),
    ]
    assert found["difference"] == "0.40"


def test_every_operator_with_a_volume_must_be_in_the_table(office: Office, product: UUID) -> None:
    office.price(product, by_operator(CMCC="0.05"), kind="unified")
    assert fields_of(lambda: quoted(office, product, volumes(CMCC=1, CTCC=1))) == {"volumes.1.segment": ["segment_unknown|CTCC"]}
    assert fields_of(lambda: quoted(office, product, volumes(5))) == {"volumes.0.segment": ["segment_mixed"]}
    found = quoted(office, product, volumes(CMCC=1, CTCC=1), **TIERED)
    assert (found["in_force"]["lacking"], found["in_force"]["amount"], found["difference"]) == (["CTCC"], None, None)


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        pytest.param({"asked": volumes(US=1)}, {"volumes.0.segment": ["segment_unknown|US"]}, id="a country"),
        pytest.param({"asked": volumes(-1)}, {"volumes.0.quantity": ["range|0|1000000000000"]}, id="less than nothing"),
        pytest.param({"kind": "unified"}, {"prices": ["required"]}, id="a kind alone"),
        pytest.param({"prices": unified("0.05")}, {"kind": ["required"]}, id="prices alone"),
        pytest.param(
            {"kind": "unified", "prices": unified("0.0500001")},
            {"prices.0.tiers.0.unit_price": ["too_many_places|6"]},
            id="seven decimals",
        ),
        pytest.param(
            {"kind": "stage", "prices": [{"segment": None, "tiers": TIERS[:1]}]},
            {"prices.0.tiers.0.up_to": ["last_tier_unbounded"]},
            id="a last tier with a bound",
        ),
    ],
)
def test_what_cannot_be_quoted_is_named_by_field(
    office: Office, product: UUID, asked: dict[str, Any], fields: dict[str, list[str]]
) -> None:
    office.price(product, unified("0.05"), kind="unified")
    assert fields_of(lambda: quoted(office, product, **{"asked": volumes(1), **asked})) == fields


def test_software_is_quoted_by_its_quantity(office: Office, customer: UUID) -> None:
    software = office.product(customer, "短信管理平台", "software")
    found = quoted(office, software, volumes(3), kind="unified", prices=unified("380000.5"))
    assert (found["amount"], found["below_floor"]) == ("1140001.50", False)


def test_nobody_quotes_anothers_product(office: Office, product: UUID) -> None:
    with pytest.raises(NotFound, match="product_not_found"):
        quoted(office, product, volumes(1), caller=OTHER_SALES, **TIERED)
