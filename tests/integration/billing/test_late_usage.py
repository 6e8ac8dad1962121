"""Usage that comes late (spec, billing.md, "Bills")."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.billing.usecases.show_bill import show_bill
from services.contracts import billing_calls as calls
from services.kit.clock import Month
from services.kit.ids import new_id
from services.kit.schema import dump
from tests.integration.at_once import at_once
from tests.integration.billing.office import FINANCE, MARCH, Office, fields_of, selected, unified
from tests.integration.billing.prepaid import Prepaid

APRIL, MAY = Month(2026, 4), Month(2026, 5)


def _product(office: Office, price: str = "0.05") -> tuple[UUID, UUID]:
    """A customer's product with the accounts yunfan-1 and yunfan-2, and a price.

    :returns: the customer's and the product's id.
    """
    customer_id = office.customer()
    product_id = office.product(customer_id)
    for name in ("yunfan-1", "yunfan-2"):
        office.account(product_id, customer_id, name)
    office.price(product_id, unified(price), kind="unified", valid_from="2026-01-01")
    return customer_id, product_id


def _sent(office: Office, *lines: tuple[str, str, int]) -> None:
    office.report([(account, date.fromisoformat(day), "CMCC", quantity) for account, day, quantity in lines])


def _bill_id(office: Office, month: Month = MARCH) -> UUID:
    found: UUID = office.value("SELECT id FROM bills WHERE month = :month AND state <> 'void'", month=month.first_day)
    return found


def _shown(office: Office, bill_id: UUID) -> dict[str, Any]:
    shown: dict[str, Any] = dump(calls.BillDetail, show_bill(office.begin(FINANCE), bill_id))
    return shown


def _reconcile(office: Office, customer_id: UUID, bill_id: UUID) -> UUID:
    process_id = new_id()
    office.prepare("reconciliation", process_id, customer_id, selected(bill_id))
    office.archive("reconciliation", process_id, selected(bill_id), customer_id)
    return process_id


def _amounts(office: Office) -> dict[str, str]:
    rows = office.rows("SELECT month, amount FROM bills WHERE state <> 'void' ORDER BY month")
    return {str(Month.of(row.month)): str(row.amount) for row in rows}


def _next_month(office: Office, month: Month = APRIL) -> None:
    office.now = datetime(month.plus(1).year, month.plus(1).number, 1, 2, tzinfo=UTC)


def test_usage_that_comes_late_re_rates_an_open_bill_and_keeps_what_it_was_before(office: Office) -> None:
    _product(office)
    _sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    bill_id = _bill_id(office)
    _sent(office, ("yunfan-1", "2026-03-31", 200), ("yunfan-2", "2026-03-01", 40))

    assert office.rerate() == {"replaced": 1}

    bill = _shown(office, bill_id)
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
    _product(office)
    office.report([("yunfan-1", date(2026, 3, 10), "CMCC", 1_000)], "r-first")
    office.run_billing()
    office.report([("yunfan-1", date(2026, 4, 1), "CMCC", 1_000)], "r-second", replaces="r-first")
    assert office.rerate() == {"replaced": 1}
    bill = _shown(office, _bill_id(office))
    assert (bill["amount"], bill["quantity"], bill["lines"], bill["accounts"]) == ("0.00", 0, [], [])


def test_usage_in_time_is_not_late_and_a_bill_that_has_it_stays_as_it_is(office: Office) -> None:
    _product(office)
    office.now = datetime(2026, 3, 31, 15, 59, tzinfo=UTC)  # a minute before April in Shanghai
    _sent(office, ("yunfan-1", "2026-03-31", 1_000))
    assert office.rows("SELECT * FROM late_usage") == []
    office.now = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
    _sent(office, ("yunfan-1", "2026-03-31", 500), ("yunfan-1", "2026-04-01", 9))
    assert [row.month for row in office.rows("SELECT month FROM late_usage")] == [date(2026, 3, 1)]
    office.run_billing()
    assert office.rerate() == {"unchanged": 1}
    assert _shown(office, _bill_id(office))["version"] == 1
    assert office.rerate() == {}


def test_late_usage_of_a_product_without_a_bill_makes_it_or_says_why_not(office: Office) -> None:
    customer_id, _ = _product(office)
    bare = office.product(customer_id, "营销短信", "marketing_sms")
    office.account(bare, customer_id, "yunfan-9")
    office.run_billing()
    _sent(office, ("yunfan-1", "2026-03-10", 1_000), ("yunfan-9", "2026-03-11", 10))
    assert office.rerate() == {"made": 1, "refused": 1}
    assert _amounts(office) == {"2026-03": "50.00"}
    reasons = {
        row.subject: row.reason for row in office.rows("SELECT subject, reason FROM bill_refusals WHERE resolved_at IS NULL")
    }
    assert reasons == {bare: "no_price"}


def test_on_a_reconciled_bill_late_usage_makes_an_adjustment_line_on_the_next_bill(office: Office) -> None:
    customer_id, _ = _product(office)
    _sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    march = _bill_id(office)
    _reconcile(office, customer_id, march)
    _sent(office, ("yunfan-2", "2026-03-31", 200))

    assert office.rerate() == {"adjusted": 1}

    bill = _shown(office, march)
    assert (bill["amount"], bill["quantity"], bill["state"]) == ("50.00", 1_000, "reconciled")
    (late,) = bill["late_usage"]
    assert (late["identifier"], late["quantity"], late["amount"], late["carried"]) == ("yunfan-2", 200, "10.00", "0.00")
    assert bill["reratings"][0]["content"]["lines"][0]["amount"] == "60.00"

    _next_month(office)
    _sent(office, ("yunfan-1", "2026-04-10", 100))
    office.run_billing(APRIL)
    april = _shown(office, _bill_id(office, APRIL))
    assert (april["amount"], april["adjusted"], april["quantity"]) == ("15.00", "10.00", 300)
    assert april["adjustments"] == [
        {"of_bill_id": str(march), "of_number": bill["number"], "of_month": "2026-03", "quantity": 200, "amount": "10.00"}
    ]
    assert [(account["identifier"], account["amount"], account["adjusted_amount"]) for account in april["accounts"]] == [
        ("yunfan-1", "5.00", "0.00"),
        ("yunfan-2", "10.00", "10.00"),
    ]
    (late,) = _shown(office, march)["late_usage"]
    assert (late["carried"], late["carried_by"]) == ("10.00", april["number"])
    _reconcile(office, customer_id, UUID(april["id"]))
    (receivable,) = office.events("bills_reconciled")[-1]["bills"]
    assert (receivable["amount"], receivable["quantity"]) == ("15.00", 300)
    assert [(share["quantity"], share["amount"]) for share in receivable["shares"]] == [(100, "5.00"), (200, "10.00")]


def test_an_adjustment_makes_the_next_bill_by_itself_where_nothing_was_sent(office: Office) -> None:
    customer_id, _ = _product(office)
    _sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    _reconcile(office, customer_id, _bill_id(office))
    _sent(office, ("yunfan-1", "2026-03-31", 20))
    office.rerate()
    _next_month(office)
    office.run_billing(APRIL)
    assert _amounts(office) == {"2026-03": "50.00", "2026-04": "1.00"}
    assert office.rows("SELECT * FROM bill_refusals WHERE resolved_at IS NULL") == []


def test_a_credit_goes_as_far_as_the_next_bills_do_and_no_bill_falls_below_zero(office: Office) -> None:
    customer_id, _ = _product(office)
    office.report([("yunfan-1", date(2026, 3, 10), "CMCC", 1_000)], "wrong")
    office.run_billing()
    _reconcile(office, customer_id, _bill_id(office))
    office.report([("yunfan-1", date(2026, 3, 10), "CMCC", 100)], "right", replaces="wrong")
    assert office.rerate() == {"adjusted": 1}  # 45.00 too much was billed
    _next_month(office, APRIL)
    _sent(office, ("yunfan-1", "2026-04-10", 600))
    office.run_billing(APRIL)
    _next_month(office, MAY)
    _sent(office, ("yunfan-2", "2026-05-10", 400))
    office.run_billing(MAY)
    assert _amounts(office) == {"2026-03": "50.00", "2026-04": "0.00", "2026-05": "5.00"}
    (late,) = _shown(office, _bill_id(office))["late_usage"]
    assert (late["quantity"], late["amount"], late["carried"]) == (-900, "-45.00", "-45.00")


def test_usage_that_comes_later_still_is_adjusted_by_what_is_more_than_before(office: Office) -> None:
    customer_id, _ = _product(office)
    _sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    _reconcile(office, customer_id, _bill_id(office))
    for quantity in (10, 30):
        _sent(office, ("yunfan-1", "2026-03-31", quantity))
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
    _sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    _reconcile(office, customer_id, _bill_id(office))
    _sent(office, ("yunfan-1", "2026-03-31", 1))
    office.rerate()
    assert office.value("SELECT amount FROM bill_adjustments") == Decimal("-9.96")  # 1,001 at 0.04 less 50.00


def test_a_bill_in_a_process_waits_for_its_end(office: Office) -> None:
    customer_id, _ = _product(office)
    _sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    bill_id, process_id = _bill_id(office), new_id()
    office.prepare("reconciliation", process_id, customer_id, selected(bill_id))
    _sent(office, ("yunfan-1", "2026-03-31", 200))
    assert office.rerate() == {"waiting": 1}
    assert _amounts(office) == {"2026-03": "50.00"}
    office.reject("reconciliation", process_id)
    assert office.rerate() == {"replaced": 1}
    assert _amounts(office) == {"2026-03": "60.00"}


def test_late_usage_that_cannot_be_priced_leaves_the_bill_and_says_why_until_it_can(office: Office) -> None:
    customer_id = office.customer()
    product_id = office.product(customer_id)
    office.account(product_id, customer_id, "yunfan-1")
    office.price(product_id, unified("0.05"), kind="unified", valid_from="2026-03-10")
    _sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    _sent(office, ("yunfan-1", "2026-03-02", 200))
    assert office.rerate() == {"refused": 1}
    office.run_billing(attempt=2)
    open_refusals = "SELECT reason, details FROM bill_refusals WHERE resolved_at IS NULL"
    (refusal,) = office.rows(open_refusals)
    assert refusal.reason == "no_price"
    assert refusal.details["days"] == ["2026-03-02"]
    assert _amounts(office) == {"2026-03": "50.00"}
    office.price(product_id, unified("0.04"), kind="unified", valid_from="2026-03-01", valid_to="2026-03-09")
    assert office.rerate() == {"replaced": 1}
    assert office.rows(open_refusals) == []
    assert _amounts(office) == {"2026-03": "58.00"}


def test_usage_of_an_account_that_turns_up_late_is_late_usage_of_its_product(office: Office) -> None:
    customer_id, product_id = _product(office)
    _sent(office, ("yunfan-1", "2026-03-10", 1_000), ("yunfan-3", "2026-03-10", 100))
    office.run_billing()
    assert office.rerate() == {"unchanged": 1}
    office.account(product_id, customer_id, "yunfan-3")
    assert office.rerate() == {"replaced": 1}
    assert _amounts(office) == {"2026-03": "55.00"}


def test_an_open_bill_that_carries_an_adjustment_carries_it_still_when_it_is_re_rated(office: Office) -> None:
    customer_id, _ = _product(office)
    _sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    _reconcile(office, customer_id, _bill_id(office))
    _next_month(office)
    _sent(office, ("yunfan-1", "2026-03-31", 200), ("yunfan-1", "2026-04-10", 100))
    office.rerate()
    office.run_billing(APRIL)
    _sent(office, ("yunfan-1", "2026-04-11", 100))
    assert office.rerate() == {"replaced": 1}
    assert _amounts(office)["2026-04"] == "20.00"
    assert _shown(office, _bill_id(office, APRIL))["adjusted"] == "10.00"


def test_a_voided_bill_gives_its_adjustments_to_the_bill_after(office: Office) -> None:
    customer_id, _ = _product(office)
    _sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    march = _bill_id(office)
    _reconcile(office, customer_id, march)
    _next_month(office)
    _sent(office, ("yunfan-1", "2026-03-31", 200), ("yunfan-1", "2026-04-10", 100))
    office.rerate()
    office.run_billing(APRIL)
    april, process_id = _bill_id(office, APRIL), new_id()
    form = {"kind": "bill", "target_id": str(april), "reason": "名称有误"}
    office.prepare("reversal", process_id, customer_id, form)
    office.archive("reversal", process_id, form, customer_id)
    office.run_billing(APRIL, attempt=2)
    assert _amounts(office)["2026-04"] == "15.00"
    assert _shown(office, _bill_id(office, APRIL))["adjusted"] == "10.00"


def test_a_bill_whose_late_usage_a_later_bill_carries_is_voided_after_that_one(office: Office) -> None:
    customer_id, _ = _product(office)
    _sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    march = _bill_id(office)
    _reconcile(office, customer_id, march)
    _sent(office, ("yunfan-1", "2026-03-31", 200))
    office.rerate()
    _next_month(office)
    office.run_billing(APRIL)
    form = {"kind": "bill", "target_id": str(march), "reason": "名称有误"}
    refused = fields_of(lambda: office.prepare("reversal", new_id(), customer_id, form))
    numbers = [row.number for row in office.rows("SELECT number FROM bills ORDER BY month")]
    assert refused == {"target_id": [f"bill_adjusted|{numbers[0]}|{numbers[1]}"]}


def test_late_usage_is_rated_once_however_many_do_it_at_once(office: Office) -> None:
    customer_id, _ = _product(office)
    _sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    _reconcile(office, customer_id, _bill_id(office))
    _sent(office, ("yunfan-1", "2026-03-31", 200))
    counts: list[dict[str, int]] = []
    at_once(6, lambda number: counts.append(_rerate_as(office, number)))
    assert sorted(counts, key=len) == [{}, {}, {}, {}, {}, {"adjusted": 1}]
    assert office.value("SELECT sum(amount) FROM bill_adjustments") == Decimal("10.00")


def _rerate_as(office: Office, number: int) -> dict[str, int]:
    return Office(office.database, office.folder, office.now, reratings=100 * number).rerate()


def test_hand_written_sql_cannot_carry_an_adjustment_twice_nor_change_it(office: Office) -> None:
    customer_id, _ = _product(office)
    _sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    march = _bill_id(office)
    _reconcile(office, customer_id, march)
    _sent(office, ("yunfan-1", "2026-03-31", 200))
    office.rerate()
    _next_month(office)
    office.run_billing(APRIL)
    for statement in (
        "INSERT INTO bill_adjustment_uses SELECT :march, id, 1, 0.05 FROM bill_adjustments",
        "UPDATE bill_adjustment_uses SET amount = amount + 0.01",
        "UPDATE bill_adjustment_uses SET quantity = -1",
        "UPDATE bill_adjustments SET amount = 11",
        "DELETE FROM bill_reratings",
    ):
        with pytest.raises(IntegrityError):
            _by_hand(office, statement.replace(":march", f"'{march}'"))


def _by_hand(office: Office, statement: str) -> None:
    with office.begin()() as work:
        work.session.execute(text(statement))


def test_a_prepaid_bill_that_is_re_rated_takes_what_came_in_addition_and_gives_back_what_was_too_much(office: Office) -> None:
    account = Prepaid(office, office.customer())
    account.recharge("100.00")
    office.report([(account.name, date(2026, 3, 10), "CMCC", 5_000)], "first")
    office.run_billing()
    office.report([(account.name, date(2026, 3, 31), "CMCC", 1_000)], "second")
    assert office.rerate() == {"replaced": 1}
    assert _covered(office) == (Decimal("60.00"), Decimal("60.00"))
    assert account.balance == "40.00"
    office.report([(account.name, date(2026, 3, 10), "CMCC", 2_000)], "third", replaces="first")
    assert office.rerate() == {"replaced": 1}
    assert _covered(office) == (Decimal("30.00"), Decimal("30.00"))
    assert account.balance == "70.00"


def test_a_prepaid_product_pays_for_late_usage_of_an_agreed_month_when_its_next_bill_is_made(office: Office) -> None:
    customer_id = office.customer()
    account = Prepaid(office, customer_id)
    account.recharge("100.00")
    office.report([(account.name, date(2026, 3, 10), "CMCC", 5_000)])
    office.run_billing()
    _reconcile(office, customer_id, _bill_id(office))
    office.report([(account.name, date(2026, 3, 31), "CMCC", 1_000)])
    office.rerate()
    assert account.balance == "50.00"
    _next_month(office)
    office.run_billing(APRIL)
    assert account.balance == "40.00"


def _covered(office: Office) -> tuple[Decimal, Decimal]:
    (row,) = office.rows("SELECT amount, covered FROM bills WHERE state = 'open'")
    return row.amount, row.covered
