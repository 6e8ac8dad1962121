"""What prepaid balances have covered of a bill is owed by nobody, and earns when the bill is reconciled (spec, payments.md,
"Commission"; decision 0016)."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.kit.clock import Month
from services.kit.ids import new_id
from services.payments.usecases.cancel_receivable import cancel_receivable
from tests.integration.payments.commission import by_day, statement, told_bill
from tests.integration.payments.story import FINANCE, OTHER_SALES, SALES, Story


def void(story: Story, customer_id: UUID, bill_id: UUID) -> UUID:
    """A 冲销申请 for the bill is archived: billing asks, and voids it."""
    process_id = new_id()
    asked = {"bill_id": str(bill_id), "number": "B", "customer_id": str(customer_id), "process_id": str(process_id), "attempt": 2}
    story.hear(cancel_receivable, "billing", "bill_void_asked", bill_id, asked)
    told_bill(story, customer_id, state="void", known=bill_id, version=9)
    return process_id


def test_a_bill_that_balances_cover_whole_earns_once_it_is_reconciled(story: Story) -> None:
    customer_id, process_id = story.customer("甲"), new_id()
    bill_id = story.bill(
        customer_id, "0.00", quantity=0, covered="3500.00", covered_quantity=100_000, mode="prepaid", process_id=process_id
    )
    shown = statement(story)
    (entry,) = shown["entries"]
    assert (entry["kind"], entry["written_off"], entry["cost"], entry["amount"]) == ("balance", "3500.00", "2800.00", "70.00")
    assert (entry["unit_cost"], entry["rate"], entry["bill_id"]) == ("0.028", "0.1", str(bill_id))
    assert (entry["source"]["process_id"], entry["write_off_id"]) == (str(process_id), None)
    assert (entry["source"]["receipts"], entry["source"]["automatic"]) == ([], None)
    totals = shown["totals"]
    assert (totals["by_balances"], totals["by_write_offs"], totals["earned"]) == ("70.00", "0.00", "70.00")
    assert by_day(story)["month"]["profit"] == "700.00"
    assert shown["missing"] == []
    (told,) = story.told("commission_earned")
    assert (told["origin"], told["write_off_id"], told["amount"]) == ("balance", None, "70.00")


def test_of_a_bill_that_is_covered_in_part_both_parts_bear_its_cost_once(story: Story) -> None:
    """3 messages at 0.335 and 2 at the same cost 1.68 together, to the fen, and not 1.01 + 0.67."""
    with story.database.engine.begin() as connection:
        connection.execute(text("INSERT INTO unit_costs VALUES ('voice', '2026-04-01', 0.335, 99)"))
    try:
        customer_id = story.customer("甲")
        bill_id = story.bill(customer_id, "4.00", quantity=2, covered="6.00", covered_quantity=3, kind="voice", mode="prepaid")
        write_off_id, _ = story.prepare(customer_id, [(story.receipt("4.00", payer="甲"), bill_id, "4.00")])
        story.turn("archived", write_off_id)
        entries = {entry["kind"]: entry for entry in statement(story)["entries"]}
        assert (entries["balance"]["cost"], entries["write_off"]["cost"]) == ("1.01", "0.67")
        assert statement(story)["totals"]["cost"] == "1.68"
    finally:
        with story.database.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text("DELETE FROM unit_costs WHERE version = 99"))


def test_the_same_bills_told_twice_earn_once(story: Story) -> None:
    customer_id = story.customer("甲")
    bill_id = story.bill(customer_id, "0.00", covered="100.00", covered_quantity=10)
    story.bill(customer_id, "0.00", covered="100.00", covered_quantity=10, known=bill_id)
    assert statement(story)["totals"]["entries"] == 1


def test_hand_written_sql_cannot_earn_on_a_covered_part_twice_nor_change_what_was_earned(story: Story) -> None:
    customer_id = story.customer("甲")
    story.bill(customer_id, "0.00", covered="100.00", covered_quantity=10)
    columns = "origin, process_id, bill_id, bill_number, customer_id, customer_name, owner_id, owner_name, product_type,"
    columns += " written_off, cost, rate, amount, earned_on"
    again = f"INSERT INTO commission_entries (id, {columns}) SELECT gen_random_uuid(), {columns} FROM commission_entries"
    for statement_, refusal in (
        (again, "uq_commission_entries_balance"),
        ("UPDATE commission_entries SET amount = amount + 1", "only ever added to"),
        ("DELETE FROM commission_entries", "only ever added to"),
    ):
        with pytest.raises(IntegrityError, match=refusal), story.database.engine.begin() as connection:
            connection.execute(text(statement_))


def test_the_owner_at_that_time_earns_and_nobody_on_a_customer_of_the_pool(story: Story) -> None:
    customer_id = story.customer("甲")
    story.bill(customer_id, "0.00", covered="100.00", covered_quantity=10)
    story.customer("甲", owner=OTHER_SALES, known=customer_id, version=2)
    story.bill(customer_id, "0.00", covered="200.00", covered_quantity=10)
    story.customer("甲", owner=None, known=customer_id, version=3)
    story.bill(customer_id, "0.00", covered="300.00", covered_quantity=10)
    assert [statement(story, caller)["totals"]["written_off"] for caller in (SALES, OTHER_SALES, FINANCE)] == [
        "100.00",
        "200.00",
        "300.00",
    ]


def test_a_bill_told_by_the_version_before_earns_as_it_did_then_nothing(story: Story) -> None:
    customer_id = story.customer("甲")
    story.bill(customer_id, "50.00", covered="50.00", covered_quantity=None)
    assert statement(story)["totals"]["entries"] == 0


def test_when_the_bill_is_voided_what_it_earned_is_taken_back_once_from_whoever_earned_it(story: Story) -> None:
    customer_id = story.customer("甲")
    bill_id = story.bill(customer_id, "0.00", covered="3500.00", covered_quantity=100_000)
    story.customer("甲", owner=OTHER_SALES, known=customer_id, version=2)
    story.now = datetime(2026, 5, 6, 2, tzinfo=UTC)
    process_id = void(story, customer_id, bill_id)
    told_bill(story, customer_id, state="void", known=bill_id, version=10)
    may = statement(story, month=Month(2026, 5))
    (entry,) = may["entries"]
    assert (entry["kind"], entry["amount"], entry["source"]["process_id"]) == ("reversal", "-70.00", str(process_id))
    assert (entry["source"]["takes_back"]["origin"], entry["source"]["reason"]) == ("balance", None)
    assert (may["totals"]["reversed"], may["totals"]["profit"]) == ("70.00", "-700.00")
    assert statement(story)["totals"]["commission"] == "70.00"
    (told,) = story.told("commission_taken_back")
    assert (told["owner_id"], told["amount"], told["month"]) == (SALES.user_id, "70.00", "2026-05")


def test_a_bill_that_was_voided_before_it_was_reconciled_takes_nothing_back(story: Story) -> None:
    customer_id = story.customer("甲")
    bill_id = told_bill(story, customer_id, covered="50.00")
    told_bill(story, customer_id, state="void", known=bill_id, version=2)
    assert story.told("commission_taken_back") == []
