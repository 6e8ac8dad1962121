"""What sales earns: statements with every entry's origin, what is missing, and the dashboard's days."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from services.kit.caller import Caller
from services.kit.clock import Month
from tests.integration.payments.accruals import Accruals
from tests.integration.payments.commission import (
    all_entries,
    by_day,
    by_owner,
    interest,
    reversed_,
    settled,
    statement,
)
from tests.integration.payments.story import EAST, FINANCE, LEAD, LI_NA, OTHER_SALES, SALES, ZHANG_WEI, Story


def test_every_entry_says_where_it_comes_from(story: Story) -> None:
    story.customer("甲")
    settled(story)
    shown = statement(story)
    assert shown["totals"] == {
        "entries": 1,
        "written_off": "3500.00",
        "cost": "2800.00",
        "profit": "700.00",
        "by_write_offs": "70.00",
        "by_balances": "0.00",
        "earned": "70.00",
        "interest_credits": "0.00",
        "penalties": "0.00",
        "reversed": "0.00",
        "commission": "70.00",
    }
    (entry,) = shown["entries"]
    assert (entry["unit_cost"], entry["rate"], entry["customer_name"], entry["earned_on"]) == ("0.028", "0.1", "甲", "2026-04-10")
    assert (entry["kind"], entry["written_off"], entry["cost"], entry["amount"]) == ("write_off", "3500.00", "2800.00", "70.00")
    source = entry["source"]
    assert (entry["write_off_id"], source["process_id"]) == (str(story.started()[0]), str(story.started()[0]))
    assert (source["automatic"], source["takes_back"], source["reason"], source["month"]) == (True, None, None, None)
    (receipt,) = source["receipts"]
    assert (receipt["payer_name"], receipt["received_on"], receipt["amount"]) == ("甲", "2026-04-10", "3500.00")
    assert (shown["missing"], shown["missing_count"], shown["missing_amount"]) == ([], 0, "0.00")


def test_what_is_sold_once_costs_no_messages_and_earns_at_its_own_rate(story: Story) -> None:
    """Software's bill has no accounts, and its quantity is licences (spec, billing.md, "Prices")."""
    customer_id = story.customer("甲")
    bill_id, _ = story.bill(customer_id, "116000.00", quantity=2, kind="software"), story.receipt("116000.00", payer="甲")
    assert story.shown_receivable(bill_id)["amount"] == "116000.00"
    story.turn("archived", story.started()[0])
    (entry,) = statement(story)["entries"]
    assert (entry["product_type"], entry["cost"], entry["rate"], entry["amount"]) == ("software", "0.00", "0.15", "17400.00")


def test_partial_write_offs_bear_the_whole_cost_between_them_also_where_one_was_reversed(story: Story) -> None:
    """A third of 28.00 is 9.33, three times that 27.99: the last makes up for what rounding took from the others."""
    customer_id = story.customer("甲")
    bill_id = story.bill(customer_id, "300.00", quantity=1000)
    write_offs = []
    for _ in range(2):
        write_off_id, _ = story.prepare(customer_id, [(story.receipt("100.00", payer="甲"), bill_id, "100.00")])
        story.turn("archived", write_off_id)
        write_offs.append(write_off_id)
    assert [entry["cost"] for entry in statement(story)["entries"]] == ["9.33", "9.34"]
    reversed_(story, customer_id, write_offs[0])
    receipts = [story.receipt("50.00", payer="甲"), story.receipt("50.00", payer="甲")]
    write_off_id, _ = story.prepare(customer_id, [(receipt_id, bill_id, "50.00") for receipt_id in receipts])
    story.turn("archived", write_off_id)
    story.receipt("100.00", payer="甲")  # covers what is left of it, and so starts by itself
    story.turn("archived", story.started()[0])
    assert statement(story)["totals"]["cost"] == "28.00"
    assert statement(story)["missing"] == []


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
    bill_id, receipt_id = story.bill(customer_id, "200.00"), story.receipt("100.00", payer="甲")
    by_hand, _ = story.prepare(customer_id, [(receipt_id, bill_id, "100.00")])
    story.customer("甲", owner=OTHER_SALES, known=customer_id, version=2)
    story.turn("archived", by_hand)
    assert statement(story, SALES)["totals"]["entries"] == 0
    assert statement(story, OTHER_SALES)["totals"]["entries"] == 1


def test_nobody_earns_on_a_customer_of_the_pool(story: Story) -> None:
    customer_id = story.customer("甲")
    bill_id, receipt_id = story.bill(customer_id, "200.00"), story.receipt("100.00", payer="甲")
    by_hand, _ = story.prepare(customer_id, [(receipt_id, bill_id, "100.00")])
    story.customer("甲", owner=None, known=customer_id, version=2)
    story.turn("archived", by_hand)
    assert statement(story, FINANCE)["totals"]["entries"] == 0


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


# Interest, penalties and reversals on the statement


def test_a_months_commission_is_what_was_earned_plus_interest_less_penalties_less_reversals(story: Story) -> None:
    """Spec, payments.md, "Commission": "earned, plus interest credits, less penalties, less reversals"."""
    customer_id = story.customer("甲")
    settled(story)
    taken_back = settled(story, "2900.00")
    reversal_id = reversed_(story, customer_id, taken_back)
    interest(story, "12.00")
    interest(story, "-2.00")  # a correction
    interest(story, "5.50", kind="penalty")
    shown = statement(story)
    totals = shown["totals"]
    assert (totals["by_write_offs"], totals["interest_credits"], totals["penalties"]) == ("80.00", "10.00", "5.50")
    assert (totals["reversed"], totals["commission"], totals["entries"]) == ("10.00", "74.50", 6)
    assert (totals["written_off"], totals["profit"]) == ("3500.00", "700.00")
    kinds = {entry["kind"]: entry for entry in shown["entries"]}
    assert kinds.keys() == {"write_off", "reversal", "interest_credit", "penalty"}
    assert (kinds["penalty"]["amount"], kinds["reversal"]["amount"]) == ("-5.50", "-10.00")
    assert sum(Decimal(entry["amount"]) for entry in shown["entries"]) == Decimal(totals["commission"])
    source = kinds["reversal"]["source"]
    assert (source["process_id"], source["takes_back"]["write_off_id"]) == (str(reversal_id), str(taken_back))
    assert (source["reason"], source["takes_back"]["earned_on"]) == ("认错了客户", "2026-04-10")
    assert [receipt["amount"] for receipt in source["receipts"]] == ["-2900.00"]


def test_interest_says_month_base_rate_and_what_it_was_computed_from(story: Story) -> None:
    interest(story, "12.00", month=Month(2026, 3), booked_on=date(2026, 4, 30))
    (entry,) = statement(story)["entries"]
    assert (entry["kind"], entry["bill_id"], entry["cost"], entry["rate"]) == ("interest_credit", None, None, "0.01")
    source = entry["source"]
    assert (source["month"], source["base"]) == ("2026-03", "1200.00")
    assert (source["details"]["code"], "1200.00" in source["details"]["zh"]) == ("prepaid", True)
    assert entry["earned_on"] == "2026-04-30"


def test_a_correction_names_the_receipt_that_turned_up_late(story: Story) -> None:
    """As ``GET /interest`` does, of which the statement's entry is one."""
    accruals = Accruals(story)
    accruals.rate("0.005", "2026-03")
    customer_id = story.customer("甲")
    bill_id = story.bill(customer_id, "1000.00", month="2026-01")
    accruals.run("2026-04-01")
    accruals.paid(customer_id, bill_id, "1000.00", date(2026, 2, 20))
    accruals.run("2026-05-01")
    (entry,) = [each for each in statement(story)["entries"] if each["kind"] == "penalty"]
    (receipt,) = entry["source"]["details"]["receipts"]
    assert (entry["amount"], receipt["payer_name"], receipt["received_on"]) == ("5.00", "甲", "2026-02-20")


def test_interest_that_is_nobodys_is_on_nobodys_statement(story: Story) -> None:
    interest(story, "12.00", owner=None)
    assert statement(story, FINANCE)["totals"]["entries"] == 0
    assert by_owner(story)["items"] == []


def test_both_kinds_come_by_day_in_one_list_of_pages(story: Story) -> None:
    story.customer("甲")
    for _ in range(4):
        settled(story)
    for number in range(1, 6):
        interest(story, f"{number}.00", month=Month(2026, 3), booked_on=date(2026, 4, number * 5))
    entries = all_entries(story, page_size=2)
    assert [entry["earned_on"] for entry in entries] == sorted(entry["earned_on"] for entry in entries)
    assert len({entry["id"] for entry in entries}) == 9
    assert sum(Decimal(entry["amount"]) for entry in entries) == Decimal(statement(story)["totals"]["commission"])


def test_each_salesperson_has_a_row_that_finance_can_pay_by(story: Story) -> None:
    story.customer("甲")
    story.customer("乙", owner=OTHER_SALES)
    settled(story, payer="甲")
    settled(story, payer="乙")
    settled(story, "2900.00", payer="乙")
    interest(story, "7.00", owner=LI_NA)
    rows = {row["owner_id"]: row for row in by_owner(story)["items"]}
    assert {owner: row["commission"] for owner, row in rows.items()} == {str(ZHANG_WEI): "70.00", str(LI_NA): "87.00"}
    assert (rows[str(LI_NA)]["interest_credits"], rows[str(LI_NA)]["earned"]) == ("7.00", "80.00")
    first = by_owner(story, sort="-commission", page_size=1)
    second = by_owner(story, sort="-commission", page_size=1, cursor=first["next_cursor"])
    assert [page["items"][0]["commission"] for page in (first, second)] == ["87.00", "70.00"]
    assert second["next_cursor"] is None
    assert [row["owner_id"] for row in by_owner(story, SALES)["items"]] == [str(ZHANG_WEI)]
    assert [row["owner_id"] for row in by_owner(story, LEAD)["items"]] == [str(ZHANG_WEI)]
    assert statement(story, FINANCE, owner_id=LI_NA)["totals"]["commission"] == "87.00"
    assert statement(story, SALES, owner_id=LI_NA)["totals"]["entries"] == 0


def test_a_lead_sees_the_interest_of_the_departments_led(story: Story) -> None:
    interest(story, "1.00", owner=UUID(int=7), department=EAST)
    interest(story, "2.00", owner=UUID(int=8), department=UUID(int=9))
    assert statement(story, LEAD)["totals"]["interest_credits"] == "1.00"
    assert statement(story, FINANCE)["totals"]["interest_credits"] == "3.00"


def test_the_curve_ends_where_the_statement_does(story: Story) -> None:
    customer_id = story.customer("甲")
    settled(story)
    reversed_(story, customer_id, settled(story, "2900.00"))
    interest(story, "12.00", booked_on=date(2026, 4, 5))
    interest(story, "4.00", kind="penalty", booked_on=date(2026, 4, 30))
    story.now = datetime(2026, 4, 30, 2, tzinfo=UTC)
    curve = by_day(story)["month"]
    totals = statement(story)["totals"]
    assert (curve["profit"], curve["commission"]) == (totals["profit"], totals["commission"])
    assert curve["days"][-1]["commission_to_date"] == totals["commission"]
    assert {day["day"]: day["commission"] for day in curve["days"] if day["commission"] != "0.00"} == {
        "2026-04-05": "12.00",
        "2026-04-10": "70.00",
        "2026-04-30": "-4.00",
    }
    assert curve["days"][-1]["profit"] == "0.00", "interest is no profit"


def test_what_is_taken_back_leaves_the_earlier_month_as_it_was(story: Story) -> None:
    customer_id = story.customer("甲")
    write_off_id = settled(story)
    story.now = datetime(2026, 5, 6, 2, tzinfo=UTC)
    reversed_(story, customer_id, write_off_id)
    assert statement(story)["totals"]["commission"] == "70.00"
    may = statement(story, month=Month(2026, 5))
    assert (may["totals"]["reversed"], may["totals"]["commission"]) == ("70.00", "-70.00")
    assert may["entries"][0]["source"]["takes_back"]["earned_on"] == "2026-04-10"
