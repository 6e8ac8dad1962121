"""What of payments can be started on a customer's page is what its start takes (spec, gateway.md: "every process that can be
started stands on it, with those that cannot and why")."""

from typing import Any
from uuid import UUID

import pytest

from services.contracts.startable import OwnedStarts
from services.kit.caller import Caller
from services.kit.errors import Refusal
from services.kit.ids import new_id
from services.kit.schema import dump
from services.payments.usecases.list_startable_processes import list_startable_processes
from tests.integration.payments.story import FINANCE, OTHER_SALES, SALES, Story


def _said(story: Story, customer_id: UUID, code: str = "write_off", caller: Caller = SALES) -> list[str]:
    """The codes of why it cannot be started; none if it can."""
    shown: dict[str, Any] = dump(OwnedStarts, list_startable_processes(story.begin(caller), customer_id))
    start = next(each for each in shown["items"] if each["code"] == code)
    assert bool(start["subjects"]) != bool(start["reasons"])
    assert all((each["type"], each["id"]) == ("customer", str(customer_id)) for each in start["subjects"])
    return [reason["code"] for reason in start["reasons"]]


def test_a_write_off_needs_money_and_something_owed(story: Story) -> None:
    customer = story.customer("甲")
    assert _said(story, customer) == ["no_receipts_to_write_off", "no_receivables_to_write_off"]
    bill = story.bill(customer, "200.00")
    assert _said(story, customer) == ["no_receipts_to_write_off"]
    # Of other than the bill's amount, so that no write-off starts by itself.
    receipt = story.receipt("70.00", payer="甲")
    if held := story.started():
        story.turn("withdrawn", held[-1])
    assert _said(story, customer) == []
    story.prepare(customer, [(receipt, bill, "70.00")])
    assert _said(story, customer) == ["no_receipts_to_write_off"], "all of it is held"


def test_a_cancelled_receivable_is_owed_no_more(story: Story) -> None:
    customer = story.customer("甲")
    bill = story.bill(customer, "200.00")
    with story.begin()() as work:
        work.session.connection().exec_driver_sql(f"UPDATE receivables SET cancelled_by = '{new_id()}' WHERE bill_id = '{bill}'")
    assert "no_receivables_to_write_off" in _said(story, customer)


def test_an_archived_write_off_is_reversed_once(story: Story) -> None:
    customer = story.customer("甲")
    story.bill(customer, "100.00")
    story.receipt("100.00", payer="甲")
    write_off = story.started()[-1]
    assert _said(story, customer, "reversal") == ["nothing_to_reverse"], "it is not archived yet"
    with pytest.raises(Refusal):
        story.prepare_reversal(customer, write_off)
    story.turn("archived", write_off)
    assert _said(story, customer, "reversal") == []
    reversal, _ = story.prepare_reversal(customer, write_off)
    assert _said(story, customer, "reversal") == ["nothing_to_reverse"]
    story.turn("rejected", reversal, code="reversal")
    assert _said(story, customer, "reversal") == []
    reversal, _ = story.prepare_reversal(customer, write_off)
    story.turn("archived", reversal, code="reversal")
    assert _said(story, customer, "reversal") == ["nothing_to_reverse"], "nor is a reversal reversed"


def test_a_pool_customers_money_is_nobodys_to_write_off(story: Story) -> None:
    customer = story.customer("甲")
    story.bill(customer, "100.00")
    story.customer("甲", owner=None, known=customer, version=2)
    for code in ("write_off", "reversal"):
        assert _said(story, customer, code) == ["customer_in_pool"]
    with pytest.raises(Refusal):
        story.prepare(customer, [])


def test_a_customer_that_is_not_known_here_is_not_known_yet(story: Story) -> None:
    customer = story.customer("甲")
    assert _said(story, customer, caller=OTHER_SALES) == ["customer_not_known_yet"]
    assert _said(story, new_id(), caller=FINANCE) == ["customer_not_known_yet"]
