"""What still keeps commission back, bill by bill: nobody should have to ask where it went (spec, payments.md, "Commission")."""

from itertools import permutations
from typing import Any

import pytest

from services.kit.caller import Caller
from services.kit.clock import Month
from services.kit.ids import new_id
from tests.integration.payments.commission import MARCH, missing, settled, statement, told_bill
from tests.integration.payments.story import FINANCE, LEAD, LI_NA, OTHER_SALES, SALES, Story


def reasons(story: Story) -> dict[str, str]:
    return {one["customer_name"]: one["reason"]["code"] for one in missing(story)["items"]}


def test_what_is_still_missing_is_said_bill_by_bill_with_what_to_do(story: Story) -> None:
    unreconciled, reconciling = story.customer("没对账"), story.customer("对账中")
    waiting, unpaid, manual, small = (story.customer(name) for name in ("等确认", "没到款", "手动", "余额少"))
    process_id = new_id()
    told_bill(story, unreconciled)
    told_bill(story, reconciling, state="reconciling", process_id=process_id)
    story.bill(waiting, "100.00")
    story.receipt("100.00", payer="等确认")
    story.bill(unpaid, "200.00", number="B-2")
    bill_id, receipt_id = story.bill(manual, "300.00"), story.receipt("50.00", payer="手动")
    manual_id, _ = story.prepare(manual, [(receipt_id, bill_id, "50.00")])
    story.bill(small, "400.00")
    story.receipt("399.99", payer="余额少")
    assert reasons(story) == {
        "没对账": "not_reconciled",
        "对账中": "reconciling",
        "等确认": "waiting_for_confirmation",
        "没到款": "no_receipt",
        "手动": "in_approval",
        "余额少": "balance_too_small",
    }
    rows = {one["customer_name"]: one for one in missing(story)["items"]}
    steps = {
        name: (row["next_step"]["code"], row["next_step"]["process_code"], row["next_step"]["process_id"])
        for name, row in rows.items()
    }
    assert steps == {
        "没对账": ("start_reconciliation", "reconciliation", None),
        "对账中": ("open_reconciliation", "reconciliation", str(process_id)),
        "等确认": ("confirm_write_off", "write_off", str(story.started()[0])),
        "没到款": ("find_receipt", None, None),
        "手动": ("open_write_off", "write_off", str(manual_id)),
        "余额少": ("start_write_off", "write_off", None),
    }
    no_receipt = rows["没到款"]
    assert (no_receipt["not_written_off"], no_receipt["reason"]["zh"]) == ("200.00", "没有可用的到款。")
    assert (no_receipt["next_step"]["customer_id"], no_receipt["state"]) == (str(unpaid), "reconciled")
    assert (rows["没对账"]["state"], rows["没对账"]["reason"]["en"]) == ("open", "Not yet reconciled.")
    assert rows["余额少"]["reason"]["params"] == {
        "bill": rows["余额少"]["bill_number"],
        "balance": "399.99",
        "outstanding": "400.00",
    }
    shown = statement(story)
    assert (shown["missing_count"], shown["missing_amount"], len(shown["missing"])) == (6, "1200.00", 6)


def test_what_it_would_earn_is_said_where_the_cost_is_known(story: Story) -> None:
    customer_id = story.customer("甲")
    told_bill(story, customer_id, "3500.00", quantity=100_000, number="未对账")
    told_bill(story, customer_id, "900.00", kind="ecommerce", number="电商")
    half_paid = story.bill(customer_id, "3500.00", quantity=100_000, number="应收")
    write_off_id, _ = story.prepare(customer_id, [(story.receipt("1750.00", payer="甲"), half_paid, "1750.00")])
    story.turn("archived", write_off_id)
    expected = {one["bill_number"]: one["expected_commission"] for one in missing(story)["items"]}
    assert expected == {"未对账": "70.00", "电商": None, "应收": "35.00"}


def test_a_bill_goes_from_not_reconciled_to_receivable_whatever_comes_first(story: Story) -> None:
    customer_id = story.customer("甲")
    told = {"made": ("open", 1), "started": ("reconciling", 2), "reconciled": ("reconciled", 3)}
    for order in permutations(["made", "started", "reconciled", "receivable"]):
        bill_id = new_id()
        for event in order:
            if event == "receivable":
                story.bill(customer_id, "100.00", known=bill_id)
            else:
                state, version = told[event]
                told_bill(story, customer_id, state=state, version=version, known=bill_id)
            assert [one["bill_id"] for one in missing(story)["items"]].count(str(bill_id)) <= 1, order
        (row,) = [one for one in missing(story)["items"] if one["bill_id"] == str(bill_id)]
        assert row["state"] == "reconciled"


def test_an_older_fact_never_overwrites_a_newer_one(story: Story) -> None:
    customer_id = story.customer("甲")
    bill_id = told_bill(story, customer_id, state="reconciled", version=4)
    told_bill(story, customer_id, state="reconciling", version=3, known=bill_id)
    told_bill(story, customer_id, version=1, known=bill_id)
    assert missing(story)["items"] == []


def test_a_void_bill_and_one_of_nothing_miss_nothing(story: Story) -> None:
    customer_id = story.customer("甲")
    told_bill(story, customer_id, "0.00")
    bill_id = told_bill(story, customer_id)
    told_bill(story, customer_id, state="void", version=2, known=bill_id)
    assert missing(story)["items"] == []
    assert statement(story)["missing_count"] == 0


def test_a_month_asks_for_its_own_bills_and_those_before(story: Story) -> None:
    customer_id = story.customer("甲")
    for month in ("2026-02", "2026-03", "2026-04"):
        told_bill(story, customer_id, month=month)
        story.bill(customer_id, "100.00", month=month)
    assert [one["month"] for one in missing(story, month=MARCH)["items"]] == ["2026-02", "2026-02", "2026-03", "2026-03"]
    assert len(missing(story, month=Month(2026, 4))["items"]) == 6


def test_a_long_list_comes_in_pages_oldest_first_and_the_statement_has_the_first(story: Story) -> None:
    customer_id = story.customer("甲")
    for number in range(12):
        month = f"2026-0{number % 3 + 1}"
        told_bill(story, customer_id, month=month) if number % 2 else story.bill(customer_id, "100.00", month=month)
    shown = statement(story, page_size=5)
    pages, cursor = [shown["missing"]], shown["missing_next_cursor"]
    while cursor:
        page = missing(story, page_size=5, cursor=cursor)
        pages.append(page["items"])
        cursor = page["next_cursor"]
    rows = [row for page in pages for row in page]
    assert ([len(page) for page in pages], len({row["bill_id"] for row in rows})) == ([5, 5, 2], 12)
    assert [row["month"] for row in rows] == sorted(row["month"] for row in rows)
    assert shown["missing_count"] == 12


@pytest.mark.parametrize(
    ("caller", "asked", "seen"),
    [
        pytest.param(SALES, {}, {"甲"}, id="sales: their own customers'"),
        pytest.param(OTHER_SALES, {}, {"乙"}, id="other sales: theirs"),
        pytest.param(LEAD, {}, {"甲"}, id="a lead: the department's"),
        pytest.param(FINANCE, {}, {"甲", "乙", "公海"}, id="finance: all"),
        pytest.param(FINANCE, {"owner_id": LI_NA}, {"乙"}, id="finance: one salesperson's"),
        pytest.param(SALES, {"owner_id": LI_NA}, set(), id="sales: nobody else's"),
    ],
)
def test_it_is_seen_by_owner(story: Story, caller: Caller, asked: dict[str, Any], seen: set[str]) -> None:
    for name, owner in (("甲", SALES), ("乙", OTHER_SALES), ("公海", None)):
        customer_id = story.customer(name, owner=owner)
        told_bill(story, customer_id)
        story.bill(customer_id, "100.00")
    rows = missing(story, caller, **asked)["items"]
    assert ({row["customer_name"] for row in rows}, len(rows)) == (seen, 2 * len(seen))
    if not asked:
        assert statement(story, caller)["missing_count"] == len(rows)


def test_one_customers_alone(story: Story) -> None:
    customer_id, other = story.customer("甲"), story.customer("乙")
    told_bill(story, customer_id)
    told_bill(story, other)
    assert [row["customer_name"] for row in missing(story, customer_id=other)["items"]] == ["乙"]


def test_once_it_is_written_off_nothing_is_missing(story: Story) -> None:
    story.customer("甲")
    settled(story)
    assert missing(story)["items"] == []


def test_a_customer_without_an_owner_needs_one(story: Story) -> None:
    customer_id = story.customer("甲", owner=None)
    story.bill(customer_id, "100.00")
    (row,) = missing(story, FINANCE)["items"]
    assert (row["reason"]["code"], row["next_step"]["code"], row["owner_id"]) == ("no_owner", "find_owner", None)


def test_a_bill_whose_customer_is_not_known_yet_is_finances_to_see_and_its_owners_once_it_is(story: Story) -> None:
    customer_id = new_id()
    told_bill(story, customer_id)
    assert len(missing(story, FINANCE)["items"]) == 1
    assert missing(story)["items"] == []
    story.customer("甲", known=customer_id)
    assert len(missing(story)["items"]) == 1
