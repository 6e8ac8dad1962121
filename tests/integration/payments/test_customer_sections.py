"""What payments brings to the page of a customer: what is owed and what was received, and how many there are."""

from typing import Any

from services.contracts import payments_calls as calls
from services.contracts import payments_receipt_calls as receipt_calls
from services.kit.caller import Caller
from services.kit.schema import dump
from services.payments.usecases.show_customer_sections import show_customer_receipts, show_customer_receivables
from tests.integration.payments.commission import settled
from tests.integration.payments.story import FINANCE, LEAD, OTHER_SALES, SALES, Story


def _owed(story: Story, customer: Any, caller: Caller = SALES, first: int = 5) -> Any:
    return dump(calls.ReceivableSection, show_customer_receivables(story.begin(caller), customer, first=first))


def _received(story: Story, customer: Any, caller: Caller = SALES, first: int = 5) -> Any:
    return dump(receipt_calls.ReceiptSection, show_customer_receipts(story.begin(caller), customer, first=first))


def test_what_is_owed_comes_as_it_falls_due_without_what_is_paid(story: Story) -> None:
    customer = story.customer("甲")
    settled(story, "30.00")
    story.bill(customer, "200.00", month="2026-02", number="B-2")
    story.bill(customer, "100.00", month="2026-01", number="B-1")
    owed = _owed(story, customer)
    assert (owed["total"], [each["number"] for each in owed["items"]]) == (2, ["B-1", "B-2"])
    assert [each["number"] for each in _owed(story, customer, first=1)["items"]] == ["B-1"]


def test_what_was_received_comes_newest_first_used_up_or_not(story: Story) -> None:
    customer = story.customer("甲")
    settled(story, "30.00")
    story.receipt("7.00", payer="甲")
    story.receipt("8.00", payer="别人")
    received = _received(story, customer)
    assert (received["total"], received["is_more"]) == (2, False)
    assert sorted(each["amount"] for each in received["items"]) == ["30.00", "7.00"]
    assert received["items"][0]["amount"] == "30.00", "today's"


def test_a_customer_that_one_does_not_see_owes_and_pays_nothing(story: Story) -> None:
    customer = story.customer("甲")
    story.bill(customer, "200.00")
    story.receipt("7.00", payer="甲")
    for caller, seen in ((SALES, 1), (LEAD, 1), (FINANCE, 1), (OTHER_SALES, 0)):
        sections = _owed(story, customer, caller), _received(story, customer, caller)
        assert [section["total"] for section in sections] == [seen, seen], caller.name
        assert [len(section["items"]) for section in sections] == [seen, seen], caller.name
