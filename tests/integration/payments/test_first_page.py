"""Payments' parts of the first page (spec, gateway.md: "bills about to be due, what still blocks my commission")."""

from datetime import date
from decimal import Decimal
from typing import Any

from services.contracts import payments_calls, payments_commission_calls
from services.contracts import payments_dashboard_calls as calls
from services.kit.caller import Caller
from services.kit.ids import new_id
from services.kit.schema import dump, load
from services.payments.usecases.list_missing_commission import list_missing_commission
from services.payments.usecases.list_receivables import list_receivables
from services.payments.usecases.show_blocked_commission import show_blocked_commission
from services.payments.usecases.show_due_bills import show_due_bills
from tests.integration.payments.commission import missing, settled, told_bill
from tests.integration.payments.story import FINANCE, LEAD, OTHER_SALES, SALES, Story


def _due(story: Story, caller: Caller = SALES, **query: Any) -> Any:
    return dump(calls.DueBills, show_due_bills(story.begin(caller), **load(calls.DueBillsQuery, query)))


def _blocked(story: Story, caller: Caller = SALES, **query: Any) -> Any:
    return dump(calls.BlockedCommission, show_blocked_commission(story.begin(caller), **load(calls.BlockedQuery, query)))


def test_bills_about_to_be_due_come_with_those_that_are_overdue_the_oldest_first(story: Story) -> None:
    """Today is 10 April. Bills are due at the end of the month after theirs."""
    customer = story.customer("甲")
    story.bill(customer, "100.00", month="2026-01", number="B-1")  # due on 28 February
    story.bill(customer, "200.00", month="2026-02", number="B-2")  # on 31 March
    story.bill(customer, "300.00", month="2026-03", number="B-3")  # on 30 April
    story.bill(customer, "400.00", month="2026-04", number="B-4")  # on 31 May
    near = _due(story)
    assert (near["due_to"], near["overdue"], near["due"]) == (
        "2026-04-17",
        {"count": 2, "amount": "300.00"},
        {"count": 0, "amount": "0.00"},
    )
    far = _due(story, within_days=20)
    assert (far["overdue"]["count"], far["due"]) == (2, {"count": 1, "amount": "300.00"})
    assert [(each["number"], each["due_on"]) for each in far["items"]] == [
        ("B-1", "2026-02-28"),
        ("B-2", "2026-03-31"),
        ("B-3", "2026-04-30"),
    ]
    assert [each["number"] for each in _due(story, within_days=20, first=1)["items"]] == ["B-1"]


def test_a_bill_is_owed_until_it_is_written_off_also_while_a_write_off_holds_it(story: Story) -> None:
    customer = story.customer("甲")
    story.bill(customer, "100.00", month="2026-01")
    story.receipt("100.00", payer="甲")
    (held,) = _due(story)["items"]
    assert (held["state"], _due(story)["overdue"]) == ("held", {"count": 1, "amount": "100.00"})
    story.turn("archived", story.started()[0])
    assert (_due(story)["items"], _due(story)["overdue"]["count"]) == ([], 0)


def test_of_what_is_written_off_in_part_the_rest_is_owed(story: Story) -> None:
    customer = story.customer("甲")
    bill, receipt = story.bill(customer, "100.00", month="2026-01"), story.receipt("30.00", payer="甲")
    write_off, _ = story.prepare(customer, [(receipt, bill, "30.00")])
    story.turn("archived", write_off)
    assert _due(story)["overdue"] == {"count": 1, "amount": "70.00"}


def test_everybody_sees_the_bills_of_the_customers_that_he_or_she_sees(story: Story) -> None:
    story.bill(story.customer("甲"), "100.00", month="2026-01")
    story.bill(story.customer("乙", owner=OTHER_SALES), "20.00", month="2026-01")
    told_bill(story, story.customer("丙", owner=OTHER_SALES), "3.00")
    seen = {SALES: "100.00", LEAD: "100.00", OTHER_SALES: "20.00", FINANCE: "120.00"}
    for caller, amount in seen.items():
        assert _due(story, caller)["overdue"]["amount"] == amount, caller.name
    assert [_blocked(story, caller)["amount"] for caller in seen] == ["100.00", "100.00", "23.00", "123.00"]


def test_the_whole_list_is_that_of_all_receivables_narrowed(story: Story) -> None:
    customer = story.customer("甲")
    for number in range(7):
        story.bill(customer, "100.00", month=f"2026-0{1 + number % 4}")
    story.receipt("100.00", payer="甲")  # held
    story.customer("付清")
    settled(story, "50.00", payer="付清")
    due = _due(story, within_days=20, first=50)
    query = load(payments_calls.ReceivableQuery, {"unsettled": True, "due_to": due["due_to"]})
    listed = payments_calls.ReceivablePage().dump(list_receivables(story.begin(SALES), **query))
    assert listed["items"] == due["items"]
    assert len(due["items"]) == due["overdue"]["count"] + due["due"]["count"] == 6


def test_what_blocks_commission_is_summed_by_reason_as_the_bills_say_it(story: Story) -> None:
    told_bill(story, story.customer("没对账"), "700.00")
    told_bill(story, story.customer("没对账二"), "1.00")
    told_bill(story, story.customer("对账中"), "60.00", state="reconciling", process_id=new_id())
    story.bill(story.customer("等确认"), "100.00")
    story.receipt("100.00", payer="等确认")
    story.bill(story.customer("没到款"), "200.00")
    manual = story.customer("手动")
    bill_id, receipt_id = story.bill(manual, "300.00"), story.receipt("50.00", payer="手动")
    story.prepare(manual, [(receipt_id, bill_id, "50.00")])
    story.bill(story.customer("余额少"), "400.00")
    story.receipt("399.99", payer="余额少")
    blocked = _blocked(story)
    assert {each["code"]: (each["count"], each["amount"]) for each in blocked["reasons"]} == {
        "not_reconciled": (2, "701.00"),
        "balance_too_small": (1, "400.00"),
        "in_approval": (1, "300.00"),
        "no_receipt": (1, "200.00"),
        "waiting_for_confirmation": (1, "100.00"),
        "reconciling": (1, "60.00"),
    }
    assert [Decimal(each["amount"]) for each in blocked["reasons"]] == [701, 400, 300, 200, 100, 60], "the largest first"
    rows = missing(story, page_size=50)["items"]
    by_bill: dict[str, Decimal] = {}
    for row in rows:
        by_bill[row["reason"]["code"]] = by_bill.get(row["reason"]["code"], Decimal(0)) + Decimal(row["not_written_off"])
    assert {each["code"]: Decimal(each["amount"]) for each in blocked["reasons"]} == by_bill
    assert (blocked["month"], blocked["count"], blocked["amount"]) == ("2026-04", 7, "1761.00")


def test_of_several_write_offs_that_hold_a_bill_the_latest_says_what_is_waited_for(story: Story) -> None:
    customer = story.customer("甲")
    bill = story.bill(customer, "100.00")
    small, smaller = story.receipt("30.00", payer="甲"), story.receipt("20.00", payer="甲")
    story.prepare(customer, [(small, bill, "30.00")])
    story.prepare(customer, [(smaller, bill, "20.00")])
    story.receipt("50.00", payer="甲")  # covers what is left: a write-off starts by itself
    (row,) = missing(story)["items"]
    (reason,) = _blocked(story)["reasons"]
    assert reason["code"] == row["reason"]["code"] == "waiting_for_confirmation"


def test_the_first_bills_are_those_of_the_whole_list_with_what_is_at_stake_and_where_to_act(story: Story) -> None:
    customer = story.customer("甲")
    for number in range(4):
        story.bill(customer, "3500.00", month=f"2026-0{number + 1}", quantity=100_000, number=f"B-{number}")
    blocked = _blocked(story, first=2)
    whole = list_missing_commission(
        story.begin(SALES),
        **load(payments_commission_calls.MissingQuery, {"month": blocked["month"], "page_size": 2}),
    )
    assert blocked["items"] == payments_commission_calls.MissingPage().dump(whole)["items"]
    first = blocked["items"][0]
    assert (first["bill_number"], first["not_written_off"], first["expected_commission"]) == ("B-0", "3500.00", "70.00")
    assert (first["next_step"]["code"], first["next_step"]["bill_id"]) == ("find_receipt", first["bill_id"])


def test_nobody_is_owed_nothing(story: Story) -> None:
    nobody = Caller("", "无名", roles=frozenset({"sales"}))
    story.bill(story.customer("甲"), "100.00", month="2026-01")
    assert (_due(story, nobody)["items"], _blocked(story, nobody)["count"]) == ([], 0)
    assert _blocked(story, nobody)["amount"] == "0.00"


def test_days_are_those_of_shanghai(story: Story) -> None:
    """At 17:00 UTC on 28 February it is 1 March there: what was due on the 28th is overdue."""
    story.bill(story.customer("甲"), "100.00", month="2026-01")
    for hour, overdue in ((15, 0), (17, 1)):
        story.now = story.now.replace(month=2, day=28, hour=hour)
        assert _due(story)["overdue"]["count"] == overdue
    assert _due(story)["due_to"] == date(2026, 3, 8).isoformat()
