"""Receipts recorded by the hundred come to the same as one by one, and cost as few statements."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, text

from services.kit.bulk import MANY
from services.kit.caller import Caller
from services.kit.ids import new_id
from services.kit.jobs import Shard
from services.payments.usecases.record_receipt import NewReceipt, Recorded, record
from services.payments.usecases.retry_write_offs import retry_write_offs
from tests.integration.at_once import at_once
from tests.integration.payments.story import FINANCE, OTHER_SALES, Story
from tests.servers.worker_databases import make_as_new

CUSTOMERS = 2 * MANY

WHAT_CAME_OF_IT = text(
    """
    SELECT r.reference, r.match, c.name, r.matched_by, r.held, r.reason, r.version,
           (SELECT array_agg(b.number || ' ' || p.amount ORDER BY b.number) FROM write_off_pairs p
              JOIN receivables b ON b.bill_id = p.bill_id WHERE p.receipt_id = r.id) AS pairs,
           (SELECT array_agg(o.type ORDER BY o.position) FROM outbox o WHERE o.subject = r.id::text) AS told,
           (SELECT count(*) FROM audit_entries a WHERE a.subject_id = r.id::text) AS noted
      FROM receipts r LEFT JOIN customers c ON c.id = r.customer_id ORDER BY r.reference
    """
)
WHAT_IS_OWED = text("SELECT number, held, reason FROM receivables ORDER BY number")


def received(number: int, payer: str, amount: str) -> NewReceipt:
    return NewReceipt("6222", f"R{number:04}", datetime(2026, 4, 3, 2, number % 60, tzinfo=UTC), payer, "", Decimal(amount), "")


def owing(story: Story, customers: int) -> None:
    """Each for two months; every seventh name is two customers', every fifth has nobody to confirm."""
    for number in range(customers):
        owner = None if number % 5 == 4 else OTHER_SALES
        customer_id = story.customer(f"客户{number}", owner=owner)
        story.bill(customer_id, "100.00", month="2026-02", number=f"B{number}-2")
        story.bill(customer_id, "40.00", month="2026-03", number=f"B{number}-3")
        if number % 7 == 6:
            story.customer(f"客户 {number}")


def paying(customers: int) -> list[NewReceipt]:
    amounts = ("100.00", "140.00", "99.99", "100.00", "200.00")
    receipts = [received(number, f"客户{number}", amounts[number % len(amounts)]) for number in range(customers)]
    strangers = [received(1000 + number, f"路人{number}", "1.00") for number in range(5)]
    again = [receipts[3], received(7, "别人", "7.00"), receipts[3]]
    return [*receipts, *strangers, *again]


def outcomes(recorded: Iterable[Recorded]) -> list[tuple[str, str]]:
    return [(each.outcome, each.receipt.match) for each in recorded]


def recorded(story: Story, receipts: Sequence[NewReceipt]) -> list[Recorded]:
    with story.begin(FINANCE)() as work:
        return record(work, receipts)


def came_of(story: Story) -> tuple[list[Any], list[Any]]:
    with story.database.engine.connect() as connection:
        return list(connection.execute(WHAT_CAME_OF_IT)), list(connection.execute(WHAT_IS_OWED))


def test_a_batch_comes_to_the_same_as_its_receipts_one_by_one(story: Story) -> None:
    owing(story, CUSTOMERS)
    one_by_one = outcomes(each for receipt in paying(CUSTOMERS) for each in recorded(story, [receipt]))
    expected = came_of(story)
    make_as_new(story.database)
    owing(story, CUSTOMERS)
    assert outcomes(recorded(story, paying(CUSTOMERS))) == one_by_one
    assert came_of(story) == expected
    assert one_by_one[-3:] == [("known", "matched"), ("taken", "matched"), ("known", "matched")]
    assert {match for _, match in one_by_one} == {"matched", "ambiguous", "unmatched"}


def test_two_in_one_batch_for_one_customer_are_tried_oldest_first(story: Story) -> None:
    customer_id = story.customer("客户")
    story.bill(customer_id, "100.00")
    recorded(
        story,
        [received(9, "客户", "100.00"), received(3, "客户", "100.00"), *(received(n, "路人", "1.00") for n in range(60, 120))],
    )
    (started,) = story.told("write_off_started")
    assert story.shown_receipt(started["pairs"][0]["receipt_id"])["reference"] == "R0003"


def test_batches_that_overlap_at_the_same_moment_add_each_receipt_once(story: Story) -> None:
    owing(story, CUSTOMERS)
    receipts = paying(CUSTOMERS)[:-3]
    said: list[tuple[str, str]] = []

    def work(number: int) -> None:
        part = receipts if number % 2 else receipts[::-1]
        said.extend(outcomes(recorded(story, part)))

    at_once(6, work)
    assert sum(1 for outcome, _ in said if outcome == "new") == len(receipts)
    assert {outcome for outcome, _ in said} == {"new", "known"}
    once, _ = came_of(story)
    assert [row.reference for row in once] == sorted(receipt.reference for receipt in receipts)
    assert all(row.noted == 1 and row.told[0] == "receipt_recorded" and len(row.told) == 2 for row in once)


def test_one_reference_of_two_payers_at_the_same_moment_has_one_winner(story: Story) -> None:
    said: list[str] = []

    def work(number: int) -> None:
        others = [received(n, f"路人{n}", "1.00") for n in range(100 * number, 100 * number + MANY)]
        said.append(recorded(story, [*others, received(9999, f"付款人{number}", "1.00")])[-1].outcome)

    at_once(6, work)
    assert sorted(said) == ["new", *["taken"] * 5]


@pytest.fixture
def statements(story: Story) -> Iterator[list[str]]:
    noted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        noted.append(statement)

    event.listen(story.database.engine, "before_cursor_execute", note)
    yield noted
    event.remove(story.database.engine, "before_cursor_execute", note)


def test_many_receipts_take_no_more_statements_than_few(story: Story, statements: list[str]) -> None:
    owing(story, 4 * MANY)
    counts = []
    for receipts in (paying(4 * MANY)[: 2 * MANY], paying(4 * MANY)[2 * MANY : -3]):
        statements.clear()
        recorded(story, receipts)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_morning_on_which_nothing_was_missed_changes_nothing(story: Story) -> None:
    owing(story, CUSTOMERS)
    recorded(story, paying(CUSTOMERS))
    before = came_of(story)
    shard = Shard(story.begin(Caller.system("auto_write_off")), new_id(), 0, 1, story.now.date(), {})
    assert retry_write_offs(shard) == {"customers_matched": 0, "write_offs_started": 0}
    assert came_of(story) == before
