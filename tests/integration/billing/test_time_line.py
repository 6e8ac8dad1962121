"""A product's page shows its prices on a time line (spec, billing.md, "Prices")."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.billing.usecases.list_product_prices import list_product_prices
from services.contracts.billing_price_calls import ProductPrices
from services.kit.errors import NotFound
from services.kit.schema import dump
from tests.integration.billing.office import OTHER_SALES, SALES, Office, unified


def shown(office: Office, product: UUID, year: int | None = None) -> Any:
    return dump(ProductPrices, list_product_prices(office.begin(SALES), product, year=year))


@pytest.fixture
def product(office: Office, customer: UUID) -> UUID:
    return office.product(customer)


@pytest.fixture
def processes(office: Office, product: UUID) -> list[UUID]:
    """Three adjustments: one to the end of 2026, one that wins over it from 10 to 20 March, one of February to October 2027."""
    ranges = (("2026-03-01", "2026-12-31"), ("2026-03-10", "2026-03-20"), ("2027-02-01", "2027-10-31"))
    return [
        office.price(
            product,
            unified(f"0.03{number}"),
            kind="unified",
            valid_from=first,
            valid_to=last,
            time=datetime(2026, 2, 1 + number, tzinfo=UTC),
        )
        for number, (first, last) in enumerate(ranges)
    ]


def test_a_newer_adjustment_wins_from_its_first_day_and_the_time_line_shows_it(
    office: Office, product: UUID, processes: list[UUID]
) -> None:
    found = shown(office, product)
    names = {item["id"]: processes.index(UUID(item["process_id"])) for item in found["items"]}
    assert [(each["first_day"], each["last_day"], names.get(each["price_id"])) for each in found["timeline"]] == [
        ("2026-03-01", "2026-03-09", 0),
        ("2026-03-10", "2026-03-20", 1),
        ("2026-03-21", "2026-12-31", 0),
        ("2027-01-01", "2027-01-31", None),
        ("2027-02-01", "2027-10-31", 2),
        ("2027-11-01", None, None),
    ]
    assert list(names.values()) == [2, 1, 0], "the newest first"
    assert found["items"][2]["in_force"] == [
        {"first_day": "2026-03-01", "last_day": "2026-03-09"},
        {"first_day": "2026-03-21", "last_day": "2026-12-31"},
    ]


def test_a_year_is_shown_from_its_first_day_to_its_last_with_its_own_prices(
    office: Office, product: UUID, processes: list[UUID]
) -> None:
    found = shown(office, product, 2027)
    assert [item["process_id"] for item in found["items"]] == [str(processes[2])]
    assert [(each["first_day"], each["last_day"], each["price_id"] is None) for each in found["timeline"]] == [
        ("2027-01-01", "2027-01-31", True),
        ("2027-02-01", "2027-10-31", False),
        ("2027-11-01", "2027-12-31", True),
    ]
    assert shown(office, product, 2025)["timeline"] == [{"first_day": "2025-01-01", "last_day": "2025-12-31", "price_id": None}]


def test_a_price_says_who_asked_for_it_and_by_which_process(office: Office, product: UUID, processes: list[UUID]) -> None:
    newest = shown(office, product)["items"][0]
    assert (newest["initiated_by"], newest["process_id"]) == ("张伟", str(processes[2]))
    assert newest["archived_at"] == "2026-02-03T00:00:00Z"
    assert newest["sold_once"] is None


def test_one_that_failed_its_check_is_shown_with_its_problem_and_never_holds(office: Office, product: UUID) -> None:
    office.price(product, [{"segment": "US", "tiers": unified("1")[0]["tiers"]}])
    found = shown(office, product)
    assert found["items"][0]["problem"] == {"prices.0.segment": ["segment_unknown|US"]}
    assert (found["items"][0]["in_force"], found["timeline"]) == ([], [])


def test_anothers_prices_are_like_those_of_a_product_that_does_not_exist(office: Office, product: UUID) -> None:
    with pytest.raises(NotFound, match="product_not_found"):
        list_product_prices(office.begin(OTHER_SALES), product, year=None)
