"""What sales earns: statements with every entry's origin, what is missing, and the dashboard's days."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from services.contracts import payments_commission_calls as commission_calls
from services.kit.caller import Caller
from services.kit.clock import Month, business_date
from services.payments.usecases.show_commission_statement import show_commission_statement
from services.payments.usecases.show_profit_and_commission import show_profit_and_commission
from tests.integration.payments.story import FINANCE, LEAD, OTHER_SALES, SALES, Story

APRIL = Month(2026, 4)


def statement(story: Story, caller: Caller = SALES, *, page_size: int = 50, cursor: str = "", month: Month = APRIL) -> Any:
    shown = show_commission_statement(story.begin(caller), month=month, owner_id=None, page_size=page_size, cursor=cursor)
    return commission_calls.CommissionStatement().dump(shown)


def by_day(story: Story, caller: Caller = SALES, month: Month | None = None) -> Any:
    return commission_calls.ProfitAndCommission().dump(show_profit_and_commission(story.begin(caller), month=month))


def settled(story: Story, amount: str = "3500.00", *, payer: str = "甲", quantity: int = 100_000) -> None:
    """A customer of the payer's name pays a bill, and sales confirms."""
    with story.database.engine.connect() as connection:
        customer_id = connection.scalar(text("SELECT id FROM customers WHERE name = :name"), {"name": payer})
    bill_id = story.bill(customer_id, amount, quantity=quantity)
    story.receipt(amount, payer=payer, on=business_date(story.now))
    held = [one for one in story.told("write_off_started") if one["pairs"][0]["bill_id"] == str(bill_id)]
    story.turn("archived", held[0]["write_off_id"])


def test_every_entry_says_where_it_comes_from(story: Story) -> None:
    story.customer("甲")
    settled(story)
    shown = statement(story)
    assert shown["totals"] == {
        "entries": 1,
        "written_off": "3500.00",
        "cost": "2800.00",
        "profit": "700.00",
        "earned": "70.00",
        "reversed": "0.00",
        "commission": "70.00",
    }
    (entry,) = shown["entries"]
    assert (entry["unit_cost"], entry["rate"], entry["customer_name"], entry["earned_on"]) == ("0.028", "0.1", "甲", "2026-04-10")
    assert (entry["written_off"], entry["cost"], entry["amount"]) == ("3500.00", "2800.00", "70.00")
    assert shown["missing"] == []


def test_what_is_sold_once_costs_no_messages_and_earns_at_its_own_rate(story: Story) -> None:
    """Software's bill has no accounts, and its quantity is licences (spec, billing.md, "Prices")."""
    customer_id = story.customer("甲")
    bill_id, _ = story.bill(customer_id, "116000.00", quantity=2, kind="software"), story.receipt("116000.00", payer="甲")
    assert story.shown_receivable(bill_id)["amount"] == "116000.00"
    story.turn("archived", story.started()[0])
    (entry,) = statement(story)["entries"]
    assert (entry["product_type"], entry["cost"], entry["rate"], entry["amount"]) == ("software", "0.00", "0.15", "17400.00")


def test_what_is_still_missing_is_said_bill_by_bill(story: Story) -> None:
    waiting, unpaid, manual = (story.customer(name) for name in ("等确认", "没到款", "手动"))
    story.bill(waiting, "100.00")
    story.receipt("100.00", payer="等确认")
    story.bill(unpaid, "200.00", number="B-2")
    bill_id, receipt_id = story.bill(manual, "300.00"), story.receipt("50.00", payer="手动")
    story.prepare(manual, [(receipt_id, bill_id, "50.00")])
    shown = statement(story)
    assert {one["customer_name"]: one["reason"]["code"] for one in shown["missing"]} == {
        "等确认": "waiting_for_confirmation",
        "没到款": "no_receipt",
        "手动": "in_approval",
    }
    (no_receipt,) = [one for one in shown["missing"] if one["bill_number"] == "B-2"]
    assert (no_receipt["not_written_off"], no_receipt["reason"]["zh"]) == ("200.00", "没有可用的到款。")
    assert shown["missing_count"] == 3


def test_partial_write_offs_bear_the_whole_cost_between_them(story: Story) -> None:
    customer_id = story.customer("甲")
    bill_id = story.bill(customer_id, "100.00", quantity=1000)
    for amount in ("33.33", "33.33"):
        write_off_id, _ = story.prepare(customer_id, [(story.receipt(amount, payer="甲"), bill_id, amount)])
        story.turn("archived", write_off_id)
    story.receipt("33.34", payer="甲")  # covers what is left of it, and so starts by itself
    story.turn("archived", story.started()[0])
    assert statement(story)["totals"]["cost"] == "28.00"


def test_what_one_write_off_takes_from_several_receipts_for_one_bill_is_one_entry(story: Story) -> None:
    customer_id = story.customer("甲")
    bill_id = story.bill(customer_id, "100.00")
    receipts = [story.receipt("40.00", payer="甲"), story.receipt("60.00", payer="甲")]
    write_off_id, _ = story.prepare(customer_id, [(receipts[0], bill_id, "40.00"), (receipts[1], bill_id, "60.00")])
    story.turn("archived", write_off_id)
    (entry,) = statement(story)["entries"]
    assert entry["written_off"] == "100.00"


def test_the_owner_at_that_time_earns(story: Story) -> None:
    customer_id = story.customer("甲")
    story.bill(customer_id, "100.00")
    story.receipt("100.00", payer="甲")
    story.customer("甲", owner=OTHER_SALES, known=customer_id, version=2)
    story.turn("archived", story.started()[0])
    assert statement(story, SALES)["totals"]["entries"] == 0
    assert statement(story, OTHER_SALES)["totals"]["entries"] == 1


def test_nobody_earns_on_a_customer_of_the_pool(story: Story) -> None:
    customer_id = story.customer("甲")
    story.bill(customer_id, "100.00")
    story.receipt("100.00", payer="甲")
    story.customer("甲", owner=None, known=customer_id, version=2)
    story.turn("archived", story.started()[0])
    assert statement(story, FINANCE)["totals"]["entries"] == 0


def test_a_new_cost_counts_from_its_day(story: Story) -> None:
    with story.database.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO unit_costs VALUES ('industry_sms', '2026-04-10', 0.03), ('industry_sms', '2026-04-11', 9)")
        )
    try:
        story.customer("甲")
        settled(story)
        assert statement(story)["totals"]["cost"] == "3000.00"
    finally:
        with story.database.engine.begin() as connection:
            connection.execute(text("DELETE FROM unit_costs WHERE valid_from > '2026-01-01'"))


@pytest.mark.parametrize(
    ("caller", "entries"),
    [
        pytest.param(SALES, 1, id="sales: their own"),
        pytest.param(OTHER_SALES, 1, id="other sales: theirs"),
        pytest.param(LEAD, 1, id="a lead: the department's"),
        pytest.param(FINANCE, 2, id="finance: all"),
    ],
)
def test_commission_is_seen_by_owner(story: Story, caller: Caller, entries: int) -> None:
    story.customer("甲")
    story.customer("乙", owner=OTHER_SALES)
    settled(story, payer="甲")
    settled(story, payer="乙")
    assert statement(story, caller)["totals"]["entries"] == entries
    assert by_day(story, caller)["month"]["commission"] == f"{entries * 70}.00"


def test_a_long_statement_comes_in_pages(story: Story) -> None:
    story.customer("甲")
    for _ in range(5):
        settled(story)
    first = statement(story, page_size=3)
    second = statement(story, page_size=3, cursor=first["next_cursor"])
    assert [len(first["entries"]), len(second["entries"])] == [3, 2]
    assert second["next_cursor"] is None
    assert len({entry["id"] for entry in first["entries"] + second["entries"]}) == 5
    assert first["totals"] == second["totals"]


def test_the_dashboard_draws_the_month_to_date_against_the_last(story: Story) -> None:
    story.customer("甲")
    story.now = datetime(2026, 3, 31, 15, 59, tzinfo=UTC)  # still March in Shanghai
    settled(story, "2900.00")
    story.now = datetime(2026, 4, 2, 2, tzinfo=UTC)
    settled(story)
    story.now = datetime(2026, 4, 4, 2, tzinfo=UTC)
    settled(story)
    shown = by_day(story)
    assert (shown["month"]["month"], shown["last_month"]["month"]) == ("2026-04", "2026-03")
    assert [(day["day"], day["profit"], day["profit_to_date"]) for day in shown["month"]["days"]] == [
        ("2026-04-01", "0.00", "0.00"),
        ("2026-04-02", "700.00", "700.00"),
        ("2026-04-03", "0.00", "700.00"),
        ("2026-04-04", "700.00", "1400.00"),
    ]
    assert (shown["last_month"]["profit"], len(shown["last_month"]["days"])) == ("100.00", 31)
    assert Decimal(shown["month"]["commission"]) == Decimal("140.00")
    assert by_day(story, month=Month(2026, 6))["month"]["days"] == []
