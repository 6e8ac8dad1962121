"""A price comes into force by an archived 销售调价, and is shown and quoted as agreed."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.billing.usecases.list_product_prices import list_product_prices
from services.billing.usecases.quote_price import quote_price
from services.kit.errors import Conflict, NotFound
from services.kit.ids import new_id
from tests.integration.billing.office import (
    OTHER_SALES,
    SALES,
    Office,
    fields_of,
    unified,
)

PRICE = {"valid_from": "2026-03-01", "valid_to": None, "kind": "unified", "prices": unified("0.034500")}


def test_a_price_adjustment_is_completed_and_told_from_the_floor(office: Office, customer: UUID) -> None:
    product = office.product(customer)
    prepared = office.prepare("price_adjustment", new_id(), product, PRICE)
    assert prepared["facts"] == {"below_floor": False}
    assert (prepared["subject"]["id"], prepared["customer_id"]) == (str(product), str(customer))
    assert prepared["form"]["prices"] == unified("0.034500")
    cheap = office.prepare("price_adjustment", new_id(), product, {**PRICE, "prices": unified("0.029999")})
    assert cheap["facts"] == {"below_floor": True}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"prices": unified("0.0345001")}, {"prices.0.tiers.0.unit_price": ["too_many_places|6"]}),
        ({"prices": unified("-0.03")}, {"prices.0.tiers.0.unit_price": ["range|0|"]}),
        ({"valid_to": "2026-02-28"}, {"valid_to": ["before|2026-03-01"]}),
        ({"prices": [{"segment": "US", "tiers": unified("1")[0]["tiers"]}]}, {"prices.0.segment": ["segment_unknown|US"]}),
    ],
    ids=["seven decimals", "negative", "ends before it begins", "a country for a domestic product"],
)
def test_a_wrong_price_is_refused_by_field(office: Office, customer: UUID, change: Any, fields: Any) -> None:
    product = office.product(customer)
    assert fields_of(lambda: office.prepare("price_adjustment", new_id(), product, {**PRICE, **change})) == fields


def test_nobody_prices_anothers_product(office: Office, customer: UUID) -> None:
    product = office.product(customer)
    fields = fields_of(lambda: office.prepare("price_adjustment", new_id(), product, PRICE, OTHER_SALES))
    assert fields == {"product_id": ["product_not_found"]}


def test_the_price_of_a_month_that_is_billed_stays(office: Office, bills: list[UUID]) -> None:
    product = office.value("SELECT product_id FROM bills ORDER BY amount LIMIT 1")
    assert fields_of(lambda: office.prepare("price_adjustment", new_id(), product, PRICE)) == {
        "valid_from": ["month_billed|2026-03"]
    }
    office.prepare("price_adjustment", new_id(), product, {**PRICE, "valid_from": "2026-04-01"})


def test_an_archived_adjustment_counts_once_and_the_time_line_shows_which_price_holds_when(
    office: Office, customer: UUID
) -> None:
    product = office.product(customer)
    old = office.price(product, unified("0.034500"), kind="unified", time=datetime(2026, 2, 1, tzinfo=UTC))
    new = new_id()
    form = {**PRICE, "product_id": str(product), "valid_from": "2026-03-10", "valid_to": "2026-03-20"}
    office.archive("price_adjustment", new, form)
    office.archive("price_adjustment", new, form, version=10)
    shown = list_product_prices(office.begin(SALES), product)
    ranges = {item["process_id"]: [tuple(map(str, held.values())) for held in item["in_force"]] for item in shown["items"]}
    assert ranges == {new: [("2026-03-10", "2026-03-20")], old: [("2026-03-01", "2026-03-09"), ("2026-03-21", "None")]}
    assert len(office.events("price_in_force")) == len(office.events("process_applied")) == 2


def test_a_price_waits_for_its_product_to_be_known(office: Office, customer: UUID) -> None:
    product, process = new_id(), new_id()
    form = {**PRICE, "product_id": str(product)}
    with pytest.raises(Conflict, match="product_not_known_yet"):
        office.archive("price_adjustment", process, form)
    office.product(customer, id=product)
    office.archive("price_adjustment", process, form)
    assert len(office.events("price_in_force")) == 1


def test_a_quote_says_line_by_line_what_a_volume_would_cost(office: Office, customer: UUID) -> None:
    product = office.product(customer)
    tiers = [{"up_to": 100, "unit_price": Decimal("0.05")}, {"up_to": None, "unit_price": Decimal("0.029999")}]
    volumes = [{"segment": None, "quantity": 101}]
    asked: dict[str, Any] = {"product_id": product, "day": None, "kind": None, "prices": None, "volumes": volumes}
    with pytest.raises(NotFound, match="price_not_found"):
        quote_price(office.begin(SALES), **asked)
    proposed = quote_price(office.begin(SALES), **{**asked, "kind": "tiered", "prices": [{"segment": None, "tiers": tiers}]})
    assert [(line["quantity"], line["amount"]) for line in proposed["lines"]] == [(100, Decimal("5.00")), (1, Decimal("0.03"))]
    assert (proposed["amount"], proposed["below_floor"]) == (Decimal("5.03"), True)
    office.price(product, unified("0.1"), kind="unified")
    assert quote_price(office.begin(SALES), **asked)["amount"] == Decimal("10.10")
