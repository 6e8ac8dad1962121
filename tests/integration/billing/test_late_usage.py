"""Usage that comes late (spec, billing.md, "Bills")."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.kit.ids import new_id
from tests.integration.billing.late import APRIL, MAY, amounts, bill_id, next_month, priced_product, reconcile, sent, shown
from tests.integration.billing.office import Office, fields_of, selected, unified


def test_usage_that_comes_late_re_rates_an_open_bill_and_keeps_what_it_was_before(office: Office) -> None:
    priced_product(office)
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    march = bill_id(office)
    sent(office, ("yunfan-1", "2026-03-31", 200), ("yunfan-2", "2026-03-01", 40))

    assert office.rerate() == {"replaced": 1}

    bill = shown(office, march)
    assert (bill["amount"], bill["quantity"], bill["state"], bill["version"]) == ("62.00", 1_240, "open", 2)
    assert [(line["quantity"], line["amount"]) for line in bill["lines"]] == [(1_240, "62.00")]
    assert [(share["quantity"], share["amount"]) for share in bill["lines"][0]["shares"]] == [(1_200, "60.00"), (40, "2.00")]
    assert [(account["identifier"], account["amount"]) for account in bill["accounts"]] == [
        ("yunfan-1", "60.00"),
        ("yunfan-2", "2.00"),
    ]
    (rerating,) = bill["reratings"]
    assert (rerating["outcome"], rerating["amount_before"], rerating["amount_after"]) == ("replaced", "50.00", "62.00")
    assert [(line["quantity"], line["amount"]) for line in rerating["content"]["lines"]] == [(1_000, "50.00")]
    assert rerating["content"]["accounts"][0]["identifier"] == "yunfan-1"
    (told,) = office.events("bill_rerated")
    assert (told["outcome"], told["quantity"], told["amount"]) == ("replaced", 240, "12.00")
    assert office.events("bill_changed")[-1]["amount"] == "62.00"


def test_a_correction_may_take_a_bill_down_to_nothing(office: Office) -> None:
    priced_product(office)
    office.report([("yunfan-1", date(2026, 3, 10), "CMCC", 1_000)], "r-first")
    office.run_billing()
    office.report([("yunfan-1", date(2026, 4, 1), "CMCC", 1_000)], "r-second", replaces="r-first")
    assert office.rerate() == {"replaced": 1}
    bill = shown(office, bill_id(office))
    assert (bill["amount"], bill["quantity"], bill["lines"], bill["accounts"]) == ("0.00", 0, [], [])


def test_usage_in_time_is_not_late_and_a_bill_that_has_it_stays_as_it_is(office: Office) -> None:
    priced_product(office)
    office.now = datetime(2026, 3, 31, 14, 59, tzinfo=UTC)  # an hour and a minute before April in Shanghai
    sent(office, ("yunfan-1", "2026-03-31", 1_000))
    assert office.rows("SELECT * FROM late_usage") == []
    office.now = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
    sent(office, ("yunfan-1", "2026-03-31", 500), ("yunfan-1", "2026-04-01", 9))
    assert [row.month for row in office.rows("SELECT month FROM late_usage")] == [date(2026, 3, 1)]
    office.run_billing()
    assert office.rows("SELECT * FROM late_usage") == [], "the run has it"
    assert office.rerate() == {}
    assert shown(office, bill_id(office))["quantity"] == 1_500


def test_late_usage_of_a_product_without_a_bill_makes_it_or_says_why_not(office: Office) -> None:
    customer_id, _ = priced_product(office)
    bare = office.product(customer_id, "营销短信", "marketing_sms")
    office.account(bare, customer_id, "yunfan-9")
    office.run_billing()
    sent(office, ("yunfan-1", "2026-03-10", 1_000), ("yunfan-9", "2026-03-11", 10))
    assert office.rerate() == {"made": 1, "refused": 1}
    assert amounts(office) == {"2026-03": "50.00"}
    reasons = {
        row.subject: row.reason for row in office.rows("SELECT subject, reason FROM bill_refusals WHERE resolved_at IS NULL")
    }
    assert reasons == {bare: "no_price"}


def test_on_a_reconciled_bill_late_usage_makes_an_adjustment_line_on_the_next_bill(office: Office) -> None:
    customer_id, _ = priced_product(office)
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    march = bill_id(office)
    reconcile(office, customer_id, march)
    sent(office, ("yunfan-2", "2026-03-31", 200))

    assert office.rerate() == {"adjusted": 1}

    bill = shown(office, march)
    assert (bill["amount"], bill["quantity"], bill["state"]) == ("50.00", 1_000, "reconciled")
    (late,) = bill["late_usage"]
    assert (late["identifier"], late["quantity"], late["amount"], late["carried"]) == ("yunfan-2", 200, "10.00", "0.00")
    assert bill["reratings"][0]["content"]["lines"][0]["amount"] == "60.00"

    next_month(office)
    sent(office, ("yunfan-1", "2026-04-10", 100))
    office.run_billing(APRIL)
    april = shown(office, bill_id(office, APRIL))
    assert (april["amount"], april["adjusted"], april["quantity"]) == ("15.00", "10.00", 300)
    assert april["adjustments"] == [
        {"of_bill_id": str(march), "of_number": bill["number"], "of_month": "2026-03", "quantity": 200, "amount": "10.00"}
    ]
    assert [(account["identifier"], account["amount"], account["adjusted_amount"]) for account in april["accounts"]] == [
        ("yunfan-1", "5.00", "0.00"),
        ("yunfan-2", "10.00", "10.00"),
    ]
    (late,) = shown(office, march)["late_usage"]
    assert (late["carried"], late["carried_by"]) == ("10.00", april["number"])
    reconcile(office, customer_id, UUID(april["id"]))
    (receivable,) = office.events("bills_reconciled")[-1]["bills"]
    assert (receivable["amount"], receivable["quantity"]) == ("15.00", 300)
    assert [(share["quantity"], share["amount"]) for share in receivable["shares"]] == [(100, "5.00"), (200, "10.00")]


def test_an_adjustment_makes_the_next_bill_by_itself_where_nothing_was_sent(office: Office) -> None:
    customer_id, _ = priced_product(office)
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    reconcile(office, customer_id, bill_id(office))
    sent(office, ("yunfan-1", "2026-03-31", 20))
    office.rerate()
    next_month(office)
    office.run_billing(APRIL)
    assert amounts(office) == {"2026-03": "50.00", "2026-04": "1.00"}
    assert office.rows("SELECT * FROM bill_refusals WHERE resolved_at IS NULL") == []


def test_a_credit_goes_as_far_as_the_next_bills_do_and_no_bill_falls_below_zero(office: Office) -> None:
    customer_id, _ = priced_product(office)
    office.report([("yunfan-1", date(2026, 3, 10), "CMCC", 1_000)], "wrong")
    office.run_billing()
    reconcile(office, customer_id, bill_id(office))
    office.report([("yunfan-1", date(2026, 3, 10), "CMCC", 100)], "right", replaces="wrong")
    assert office.rerate() == {"adjusted": 1}  # 45.00 too much was billed
    next_month(office, APRIL)
    sent(office, ("yunfan-1", "2026-04-10", 600))
    office.run_billing(APRIL)
    next_month(office, MAY)
    sent(office, ("yunfan-2", "2026-05-10", 400))
    office.run_billing(MAY)
    assert amounts(office) == {"2026-03": "50.00", "2026-04": "0.00", "2026-05": "5.00"}
    (late,) = shown(office, bill_id(office))["late_usage"]
    assert (late["quantity"], late["amount"], late["carried"]) == (-900, "-45.00", "-45.00")


def test_usage_that_comes_later_still_is_adjusted_by_what_is_more_than_before(office: Office) -> None:
    customer_id, _ = priced_product(office)
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    reconcile(office, customer_id, bill_id(office))
    for quantity in (10, 30):
        sent(office, ("yunfan-1", "2026-03-31", quantity))
        assert office.rerate() == {"adjusted": 1}
        assert office.rerate() == {}
    adjustments = office.rows("SELECT quantity, amount FROM bill_adjustments ORDER BY rerating")
    assert [(row.quantity, row.amount) for row in adjustments] == [(10, Decimal("0.50")), (30, Decimal("1.50"))]


def test_late_usage_that_reaches_another_tier_reprices_the_whole_month(office: Office) -> None:
    customer_id = office.customer()
    product_id = office.product(customer_id)
    office.account(product_id, customer_id, "yunfan-1")
    tiers = [{"up_to": 1_000, "unit_price": "0.05"}, {"up_to": None, "unit_price": "0.04"}]
    office.price(product_id, [{"segment": None, "tiers": tiers}], kind="stage")
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    reconcile(office, customer_id, bill_id(office))
    sent(office, ("yunfan-1", "2026-03-31", 1))
    office.rerate()
    assert office.value("SELECT amount FROM bill_adjustments") == Decimal("-9.96")  # 1,001 at 0.04 less 50.00


def test_a_bill_in_a_process_waits_for_its_end(office: Office) -> None:
    customer_id, _ = priced_product(office)
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    march, process_id = bill_id(office), new_id()
    office.prepare("reconciliation", process_id, customer_id, selected(march))
    sent(office, ("yunfan-1", "2026-03-31", 200))
    assert office.rerate() == {"waiting": 1}
    assert amounts(office) == {"2026-03": "50.00"}
    office.reject("reconciliation", process_id)
    assert office.rerate() == {"replaced": 1}
    assert amounts(office) == {"2026-03": "60.00"}


def test_late_usage_that_cannot_be_priced_leaves_the_bill_and_says_why_until_it_can(office: Office) -> None:
    customer_id = office.customer()
    product_id = office.product(customer_id)
    office.account(product_id, customer_id, "yunfan-1")
    office.price(product_id, unified("0.05"), kind="unified", valid_from="2026-03-10")
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    sent(office, ("yunfan-1", "2026-03-02", 200))
    assert office.rerate() == {"refused": 1}
    office.run_billing(attempt=2)
    open_refusals = "SELECT reason, details FROM bill_refusals WHERE resolved_at IS NULL"
    (refusal,) = office.rows(open_refusals)
    assert refusal.reason == "no_price"
    assert refusal.details["days"] == ["2026-03-02"]
    assert amounts(office) == {"2026-03": "50.00"}
    office.now += timedelta(days=1)
    days: dict[str, Any] = {"valid_from": "2026-03-01", "valid_to": "2026-03-09"}
    form = {"product_id": str(product_id), "kind": "unified", "prices": unified("0.04"), **days}
    too_long = {**form, "valid_to": "2026-03-10"}
    assert "valid_from" in fields_of(lambda: office.prepare("price_adjustment", new_id(), product_id, too_long))
    office.prepare("price_adjustment", new_id(), product_id, form)
    office.archive("price_adjustment", new_id(), form)
    assert office.rerate() == {"replaced": 1}
    assert office.rows(open_refusals) == []
    assert amounts(office) == {"2026-03": "58.00"}


def test_what_was_billed_keeps_its_price_when_it_is_rated_anew(office: Office) -> None:
    _, product_id = priced_product(office)
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    office.now += timedelta(days=1)
    office.price(product_id, unified("0.07"), kind="unified", valid_from="2026-03-01")  # archived while the run was under way
    sent(office, ("yunfan-1", "2026-03-31", 100))
    assert office.rerate() == {"replaced": 1}
    assert amounts(office) == {"2026-03": "55.00"}


def test_usage_of_an_account_that_turns_up_late_is_late_usage_of_its_product(office: Office) -> None:
    customer_id, product_id = priced_product(office)
    sent(office, ("yunfan-1", "2026-03-10", 1_000), ("yunfan-3", "2026-03-10", 100))
    office.run_billing()
    assert office.rerate() == {}
    office.account(product_id, customer_id, "yunfan-3")
    assert office.rerate() == {"replaced": 1}
    assert amounts(office) == {"2026-03": "55.00"}


def test_whoever_asks_for_one_customers_bills_has_late_usage_rated_at_once(office: Office) -> None:
    customer_id, _ = priced_product(office)
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    sent(office, ("yunfan-1", "2026-03-31", 200))
    office.run_billing(attempt=2)
    assert amounts(office) == {"2026-03": "50.00"}, "a run of all leaves it to the daily job"
    office.run_billing(customer_id=customer_id)
    assert amounts(office) == {"2026-03": "60.00"}


def test_a_correction_in_the_middle_of_a_chain_that_comes_last_is_late_usage_too(office: Office) -> None:
    priced_product(office)
    office.report([("yunfan-1", date(2026, 3, 10), "CMCC", 1_000)], "first")
    office.report([("yunfan-2", date(2026, 3, 10), "CMCC", 10)], "third", replaces="second")
    office.run_billing()
    assert amounts(office) == {"2026-03": "50.50"}
    office.report([("yunfan-1", date(2026, 3, 10), "CMCC", 5)], "second", replaces="first")
    assert office.rerate() == {"replaced": 1}
    assert amounts(office) == {"2026-03": "0.50"}
