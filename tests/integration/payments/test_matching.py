"""Whose a receipt is, on a database: the table of outcomes, who is offered what, what is looked at again (spec, "Matching")."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.kit.errors import NotFound, NotYet
from services.payments.usecases.assign_receipt import assign_receipt
from tests.integration.at_once import at_once
from tests.integration.payments.story import (
    FINANCE,
    LEAD,
    OTHER_SALES,
    SALES,
    SALES_ADMIN,
    YUNFAN,
    Story,
    reasons_by_customer,
)
from tests.unit.payments.payer_names import APART, NEAR, SAME


@pytest.mark.parametrize(("payer", "customer"), SAME)
def test_a_payers_name_equals_a_customers_after_normalising(story: Story, payer: str, customer: str) -> None:
    customer_id = story.customer(customer)
    receipt = story.shown_receipt(story.receipt("5.00", payer=payer))
    assert (receipt["state"], receipt["customer_id"], receipt["suggestions"]) == ("matched", str(customer_id), [])


@pytest.mark.parametrize(("payer", "customer", "reason"), NEAR)
def test_a_near_name_is_unmatched_and_suggested_with_its_reason(story: Story, payer: str, customer: str, reason: str) -> None:
    story.customer(customer)
    receipt = story.shown_receipt(story.receipt("5.00", payer=payer))
    assert (receipt["state"], receipt["customer_id"]) == ("unmatched", None)
    assert reasons_by_customer(receipt) == {customer: [reason]}


@pytest.mark.parametrize(("payer", "customer"), APART)
def test_a_name_that_only_looks_alike_is_unmatched_without_a_suggestion(story: Story, payer: str, customer: str) -> None:
    story.customer(customer)
    receipt = story.shown_receipt(story.receipt("5.00", payer=payer))
    assert (receipt["state"], receipt["suggestions"]) == ("unmatched", [])


def test_a_payer_without_a_name_is_nobodys(story: Story) -> None:
    story.customer("－")
    assert story.shown_receipt(story.receipt("5.00", payer="　"))["state"] == "unmatched"


def test_several_hits_are_offered_to_the_owners_and_sales_administration_with_the_candidates(story: Story) -> None:
    first = story.customer("云帆一号", invoice_name=YUNFAN)
    second = story.customer("云帆二号", invoice_name=YUNFAN, owner=OTHER_SALES)
    receipt_id = story.receipt("5.00")
    (told,) = story.told("receipt_unmatched")
    assert (told["reason"], told["candidate_owner_ids"]) == ("ambiguous", sorted([SALES.user_id, OTHER_SALES.user_id]))
    for caller in (SALES, OTHER_SALES, SALES_ADMIN, FINANCE):
        assert story.pool(caller) == [receipt_id], caller.name
    shown = story.shown_receipt(receipt_id, SALES_ADMIN)["candidates"]
    assert {(one["customer_id"], one["matched_by"]) for one in shown} == {
        (str(first), "invoice_name"),
        (str(second), "invoice_name"),
    }


def test_a_candidate_of_somebody_else_is_masked_but_for_who_looks_after_it(story: Story) -> None:
    own = story.customer("云帆一号", invoice_name=YUNFAN)
    secret = story.customer("秘密客户", invoice_name=YUNFAN, owner=OTHER_SALES)
    for customer_id in (own, secret):
        story.bill(customer_id, "70.00")
    receipt_id = story.receipt("5.00")
    mine, other = story.shown_receipt(receipt_id, SALES)["candidates"]
    assert (mine["customer_id"], mine["customer_name"]) == (str(own), "云帆一号")
    assert mine["owed"] == {"outstanding": "70.00", "bills": 1, "oldest_due_on": "2026-04-30"}
    assert other == {
        "customer_id": None,
        "customer_name": None,
        "owner_id": OTHER_SALES.user_id,
        "owner_name": OTHER_SALES.name,
        "matched_by": None,
        "owed": None,
    }


def test_whose_customer_is_no_candidate_does_not_see_an_ambiguous_receipt(story: Story) -> None:
    story.customer("一号", invoice_name=YUNFAN)
    story.customer("二号", invoice_name=YUNFAN, owner=None)
    receipt_id = story.receipt("5.00")
    assert (story.pool(OTHER_SALES), story.pool(LEAD)) == ([], [receipt_id])
    with pytest.raises(NotFound):
        story.shown_receipt(receipt_id, OTHER_SALES)


def test_one_more_candidate_is_offered_what_is_ambiguous_already(story: Story) -> None:
    story.customer("一号", invoice_name=YUNFAN)
    story.customer("二号", invoice_name=YUNFAN)
    receipt_id = story.receipt("5.00")
    story.customer("三号", invoice_name=YUNFAN, owner=OTHER_SALES)
    assert story.shown_receipt(receipt_id)["reason"]["params"] == {"count": 3}
    assert OTHER_SALES.user_id in story.told("receipt_unmatched")[-1]["candidate_owner_ids"]


# "When a customer's name or invoice information changes, unmatched receipts are looked at again."


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"name": YUNFAN}, id="its name"),
        pytest.param({"name": "云帆", "invoice_name": YUNFAN}, id="its invoices' name"),
        pytest.param({"name": "云帆", "invoice_name": YUNFAN, "owner": None}, id="as it goes to the pool"),
    ],
)
def test_a_changed_name_finds_what_waits(story: Story, changed: dict[str, Any]) -> None:
    receipt_id = story.receipt("5.00")
    customer_id = story.customer("云帆")
    story.customer(known=customer_id, version=2, **changed)
    assert story.shown_receipt(receipt_id)["customer_id"] == str(customer_id)


def test_what_becomes_ambiguous_and_what_stops_being_it_is_looked_at_again(story: Story) -> None:
    first = story.customer("一号")
    second = story.customer("二号")
    receipt_id = story.receipt("5.00")
    story.customer("一号", invoice_name=YUNFAN, known=first, version=2)
    assert story.shown_receipt(receipt_id)["customer_id"] == str(first)
    waiting = story.receipt("6.00", payer="二号有限公司")
    story.customer("一号", invoice_name="二号有限公司", known=first, version=3)
    assert story.shown_receipt(waiting)["customer_id"] == str(first), "the first who has the name gets what waits"
    story.customer("二号有限公司", known=second, version=2)
    later = story.receipt("7.00", payer="二号有限公司")
    assert story.shown_receipt(later)["state"] == "ambiguous"
    story.customer("一号", invoice_name="", known=first, version=4)
    assert story.shown_receipt(later)["customer_id"] == str(second)
    assert story.shown_receipt(receipt_id)["customer_id"] == str(first), "what is matched stays whose it is"


def test_an_ambiguous_receipt_that_nobody_is_called_by_any_more_is_unmatched(story: Story) -> None:
    customers = [story.customer(name, invoice_name=YUNFAN) for name in ("一号", "二号", "三号")]
    receipt_id = story.receipt("5.00")
    story.customer("三号", known=customers[2], version=2)
    assert story.shown_receipt(receipt_id)["reason"]["params"] == {"count": 2}
    assign_receipt(story.begin(SALES_ADMIN), receipt_id, customer_id=customers[1], why="合同上是二号")
    assert story.shown_receipt(receipt_id)["customer_name"] == "二号"
    assert story.shown_receipt(story.receipt("6.00"))["state"] == "ambiguous", "an assignment settles one receipt, not the name"


def test_a_receipt_and_a_new_name_of_the_same_moment_never_miss_each_other(story: Story) -> None:
    """Twelve pairs at once: whichever of a pair is first, the receipt is matched in the end."""
    payers = [f"云帆{number}号有限公司" for number in range(12)]
    customers = [story.customer(f"客户{number}") for number in range(12)]
    receipts: dict[int, UUID] = {}

    def work(number: int) -> None:
        of = number // 2
        if number % 2:
            story.customer(f"客户{of}", invoice_name=payers[of], known=customers[of], version=2)
        else:
            receipts[of] = story.receipt("5.00", payer=payers[of], on=date(2026, 4, 1 + of % 9))

    at_once(24, work)
    assert [story.shown_receipt(receipts[of])["customer_id"] for of in range(12)] == [str(each) for each in customers]


def test_a_name_that_two_customers_get_at_once_is_ambiguous_for_what_came_between(story: Story) -> None:
    customers = [story.customer(f"客户{number}") for number in range(6)]
    receipt_id = story.receipt("5.00")

    def work(number: int) -> None:
        story.customer(f"客户{number}", invoice_name=YUNFAN, known=customers[number], version=2)

    at_once(6, work)
    assert story.shown_receipt(receipt_id)["customer_id"] in map(str, customers), "the first got it"
    later = story.shown_receipt(story.receipt("6.00"))
    assert (later["state"], later["reason"]["params"]) == ("ambiguous", {"count": 6})


def test_two_changes_of_one_customer_at_once_leave_no_receipt_behind(story: Story) -> None:
    """Whichever comes first, what waits for the newest name is matched, and nothing by a name that is over."""
    names = ("飞云有限公司", "腾云有限公司")
    known = story.customer("云帆")
    waiting = story.receipt("5.00", payer=names[1])

    def work(number: int) -> None:
        while True:
            try:
                story.customer(names[number], known=known, version=2 + number)
            except NotYet:  # the other was faster; the bus tries again
                continue
            return

    at_once(2, work)
    assert story.shown_receipt(waiting)["customer_id"] == str(known)
    assert story.shown_receipt(story.receipt("6.00", payer="飞云有限公司"))["state"] == "unmatched"
