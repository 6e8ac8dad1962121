"""A price comes into force by an archived 销售调价, and holds as agreed (spec, billing.md, "Prices")."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.kit.errors import Conflict
from services.kit.ids import new_id
from tests.integration.billing.office import MARCH, OTHER_SALES, YUNFAN, Office, fields_of, unified

NUMBER = f"账单-2026-03-{YUNFAN}-行业短信-001"
PRICE = {"valid_from": "2026-03-01", "valid_to": None, "kind": "unified", "prices": unified("0.034500")}


def tiered(*bounds: int | None) -> dict[str, Any]:
    return {"kind": "tiered", "prices": [{"segment": None, "tiers": [{"up_to": each, "unit_price": "0.05"} for each in bounds]}]}


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
        (tiered(200, 200, None), {"prices.0.tiers.1.up_to": ["tier_not_rising|200"]}),
        (tiered(200, 300), {"prices.0.tiers.1.up_to": ["last_tier_unbounded"]}),
        ({"quantity": 1}, {"quantity": ["only_of_one_off"]}),
    ],
    ids=[
        "seven decimals",
        "negative",
        "ends before it begins",
        "a country for a domestic product",
        "bounds that do not rise",
        "a last tier with a bound",
        "a quantity",
    ],
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
        "valid_from": [f"month_billed|2026-03|{NUMBER}"]
    }
    office.prepare("price_adjustment", new_id(), product, {**PRICE, "valid_from": "2026-04-01"})


def test_an_archived_adjustment_counts_once(office: Office, customer: UUID) -> None:
    product, process = office.product(customer), new_id()
    form = {**PRICE, "product_id": str(product)}
    office.archive("price_adjustment", process, form)
    office.archive("price_adjustment", process, form, version=10)
    assert len(office.events("price_in_force")) == len(office.events("process_applied")) == 1


def test_what_was_archived_is_never_edited_even_by_hand(office: Office, customer: UUID) -> None:
    office.price(office.product(customer), unified("0.0345"), kind="unified")
    for change in ("UPDATE prices SET rows = '[]'", "UPDATE prices SET valid_to = '2026-03-31'", "DELETE FROM prices"):
        with pytest.raises(Exception, match="never changed or deleted"):
            office.rows(f"{change} RETURNING 1")


def test_a_month_that_is_billed_while_the_process_runs_keeps_its_bill_and_the_effect_says_so(
    office: Office, bills: list[UUID]
) -> None:
    product = office.value("SELECT product_id FROM bills ORDER BY amount LIMIT 1")
    office.price(product, unified("0.03"), kind="unified")
    effect = office.applied("price_adjustment")[-1]
    assert effect["summary_zh"] == (
        f"行业短信 的新价格生效：2026-03-01 起；已出的账单不变：{NUMBER}，如需按新价格计费，请先冲销该账单再重新出账"
    )
    assert effect["summary_en"].endswith(f"bills made already stay as they are: {NUMBER}; to bill anew, have them voided first")
    assert office.value("SELECT amount::text FROM bills WHERE id = :id", id=bills[0]) == "300.00"
    office.report([("account0", date(2026, 4, 1), "CMCC", 1000)])
    office.run_billing(MARCH.plus(1), shards=1)
    assert office.value("SELECT amount::text FROM bills WHERE month = '2026-04-01'") == "30.00", "it holds for every other day"


def test_a_bill_that_is_voided_and_made_again_takes_the_price_that_came_meanwhile(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    product = office.value("SELECT product_id FROM bills ORDER BY amount LIMIT 1")
    office.price(product, unified("0.03"), kind="unified")
    reversal = {"kind": "bill", "target_id": str(bills[0]), "reason": "价格已调整"}
    process = new_id()
    office.prepare("reversal", process, customer, reversal)
    office.archive("reversal", process, reversal)
    office.run_billing(shards=1, attempt=2)
    sql = "SELECT amount::text FROM bills WHERE product_id = :product AND state <> 'void'"
    assert office.value(sql, product=product) == "180.00"


def test_of_many_bills_that_stay_the_first_are_named(office: Office, customer: UUID) -> None:
    product = office.product(customer)
    office.account(product, customer, "yunfan01")
    office.price(product, unified("0.05"), kind="unified", valid_from="2025-10-01")
    for back in range(5):
        month = MARCH.plus(-back)
        office.report([("yunfan01", month.first_day, "CMCC", 100)])
        office.run_billing(month, shards=1)
    office.price(product, unified("0.03"), kind="unified", valid_from="2025-10-01")
    summary = office.applied("price_adjustment")[-1]["summary_zh"]
    assert summary.count("账单-") == 3
    assert "2025-11" in summary
    assert " 等 5 张" in summary


def test_a_price_waits_for_its_product_to_be_known(office: Office, customer: UUID) -> None:
    product, process = new_id(), new_id()
    form = {**PRICE, "product_id": str(product)}
    with pytest.raises(Conflict, match="product_not_known_yet"):
        office.archive("price_adjustment", process, form)
    office.product(customer, id=product)
    office.archive("price_adjustment", process, form)
    assert len(office.events("price_in_force")) == 1
