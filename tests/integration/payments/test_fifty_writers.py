"""The two sums hold while fifty write at once: for every receipt held plus used, for every receivable held plus written off."""

from collections import Counter
from collections.abc import Callable
from random import Random
from threading import Event, Thread
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from services.kit.errors import Refusal
from services.kit.ids import new_id
from services.payments.usecases.cancel_receivable import cancel_receivable
from services.payments.usecases.unmatch_receipt import unmatch_receipt
from tests.integration.at_once import at_once
from tests.integration.payments.money import require_every_yuan_in_one_place, require_sums_now
from tests.integration.payments.story import FINANCE, OTHER_SALES, SALES, SALES_ADMIN, Story

WRITERS: Final = 50
TURNS: Final = 6
PAYERS: Final = ("甲公司", "乙公司", "丙公司")
"""Few customers, so that everybody wants the same money."""


class Writer:
    """One of those who write at once: what it does is drawn from its number."""

    def __init__(self, story: Story, number: int, outcomes: Counter[str]) -> None:
        self._story = Story(story.database, story.now, references=1000 * (number + 1))
        self._random = Random(number)
        self._outcomes = outcomes

    def take(self, deed: "Callable[[Writer], object]") -> None:
        """Do it; a refusal is as good as a deed, and undoes all of it."""
        name = getattr(deed, "__name__", "")
        try:
            deed(self)
        except Refusal as refusal:
            self._outcomes[f"{name} refused: {refusal.code}"] += 1
        except IntegrityError:
            self._outcomes[f"{name} refused by the database"] += 1
        except OperationalError as error:
            if not isinstance(error.orig, psycopg.errors.DeadlockDetected):
                raise
            self._outcomes[f"{name} refused by the database, to end a circle"] += 1
        else:
            self._outcomes[name] += 1

    # What payments does

    def receipt(self) -> None:
        self._story.receipt(self._amount(), payer=self._random.choice(PAYERS))

    def bill(self) -> None:
        self._story.bill(self._customer(), self._amount(), month=f"2026-0{self._random.randint(1, 3)}")

    def prepare(self) -> None:
        customer_id = self._customer()
        pairs = [self._pair(customer_id) for _ in range(self._random.randint(1, 3))]
        self._story.prepare(customer_id, pairs, caller=FINANCE)

    def resubmit(self) -> None:
        write_off = self._one("SELECT * FROM write_offs WHERE reverses IS NULL AND state <> 'archived'")
        asked: dict[str, Any] = {"phase": "resubmit", "process_version": self._random.randint(2, 9), "caller": FINANCE}
        self._story.prepare(write_off.customer_id, [self._pair(write_off.customer_id)], process_id=write_off.id, **asked)

    def archive(self) -> None:
        write_off = self._one("SELECT * FROM write_offs WHERE state = 'started'")
        self._story.turn("archived", write_off.id, code="reversal" if write_off.reverses else "write_off")

    def release(self) -> None:
        write_off = self._one("SELECT * FROM write_offs WHERE state = 'started'")
        self._story.turn(self._random.choice(["rejected", "withdrawn"]), write_off.id, version=self._random.randint(2, 9))

    def reverse(self) -> None:
        target = self._one("SELECT * FROM write_offs WHERE state = 'archived' AND reverses IS NULL")
        reversal_id, _ = self._story.prepare_reversal(target.customer_id, target.id, caller=FINANCE)
        self._story.turn("archived", reversal_id, code="reversal")

    def unmatch(self) -> None:
        receipt = self._one("SELECT * FROM receipts WHERE customer_id IS NOT NULL")
        unmatch_receipt(self._story.begin(SALES_ADMIN), receipt.id, why="x", withdraw_alias=False)

    def cancel(self) -> None:
        bill = self._one("SELECT * FROM receivables WHERE cancelled_by IS NULL")
        asked = {"bill_id": str(bill.bill_id), "number": bill.number, "customer_id": str(bill.customer_id), "attempt": 1}
        self._story.hear(cancel_receivable, "billing", "bill_void_asked", bill.bill_id, asked | {"process_id": str(new_id())})

    def change_owner(self) -> None:
        customer = self._one("SELECT * FROM customers")
        owner = self._random.choice([SALES, SALES, OTHER_SALES, None])
        self._story.customer(customer.name, owner=owner, known=customer.id, version=customer.version + 1)

    # What a hand at psql does

    def insert_pair(self) -> None:
        self._insert(1)

    def insert_many(self) -> None:
        self._insert(5)

    def turn_pair(self) -> None:
        state = self._random.choice(["final", "released", "held"])
        with self._story.database.engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE write_off_pairs SET state = :state"
                    " WHERE id IN (SELECT id FROM write_off_pairs ORDER BY random() LIMIT 2)"
                ),
                {"state": state},
            )

    def _insert(self, count: int) -> None:
        statement = text(
            "INSERT INTO write_off_pairs (id, write_off_id, attempt, receipt_id, bill_id, amount, state)"
            " SELECT gen_random_uuid(), w.id, :attempt, r.id, b.bill_id, :amount, :state"
            "   FROM write_offs w JOIN receipts r USING (customer_id) JOIN receivables b USING (customer_id)"
            "  WHERE w.reverses IS NULL ORDER BY random() LIMIT :count"
        )
        values = {"attempt": self._random.randint(100, 10**6), "amount": self._amount(), "count": count}
        state = self._random.choice(["held", "final"])
        with self._story.database.engine.begin() as connection:
            connection.execute(statement, {**values, "state": state})

    # What they choose from

    def _amount(self) -> str:
        return f"{self._random.choice([1, 10, 40, 100, 100, 250])}.{self._random.choice(['00', '01'])}"

    def _customer(self) -> UUID:
        customer_id: UUID = self._one("SELECT id FROM customers").id
        return customer_id

    def _pair(self, customer_id: UUID) -> tuple[UUID, UUID, str]:
        receipt = self._one("SELECT id FROM receipts WHERE customer_id = :id AND held + used < amount", customer_id)
        bill = self._one("SELECT bill_id FROM receivables WHERE customer_id = :id AND held + written_off < amount", customer_id)
        return receipt.id, bill.bill_id, self._random.choice(["0.01", "5.00", "30.00"])

    def _one(self, query: str, customer_id: UUID | None = None) -> Any:
        with self._story.database.engine.connect() as connection:
            rows = connection.execute(text(f"{query} ORDER BY 1"), {} if customer_id is None else {"id": customer_id}).all()
        if not rows:
            raise Refusal("nothing_there")
        return self._random.choice(rows)


PAYMENTS: Final = (
    *[Writer.receipt] * 3, *[Writer.bill] * 3, *[Writer.prepare] * 4, Writer.resubmit, *[Writer.archive] * 3, Writer.release,
    Writer.reverse, Writer.unmatch, Writer.cancel, Writer.change_owner,
)  # fmt: skip
BY_HAND: Final = (*[Writer.insert_pair] * 3, *[Writer.insert_many] * 3, *[Writer.turn_pair] * 2)


def write_at_once(
    story: Story, deeds: tuple[Callable[[Any], object], ...], look: Callable[[], object], *, of: type[Writer] = Writer
) -> Counter[str]:
    """Fifty writers, each with some turns; ``look`` again and again meanwhile.

    :returns: how often what happened.
    """
    for payer in PAYERS:
        customer_id = story.customer(payer)
        for _ in range(4):
            story.bill(customer_id, "100.00")
            story.receipt("90.00", payer=payer)
    outcomes: Counter[str] = Counter()
    over, looks = Event(), Counter[str]()
    faults: list[BaseException] = []

    def watch() -> None:
        try:
            while not over.is_set():
                look()
                looks["looks"] += 1
        except BaseException as fault:
            faults.append(fault)

    watcher = Thread(target=watch)
    watcher.start()

    def work(number: int) -> None:
        writer = of(story, number, outcomes)
        for turn in range(TURNS):
            writer.take(deeds[(number + 7 * turn) % len(deeds)])

    try:
        at_once(WRITERS, work)
    finally:
        over.set()
        watcher.join()
    assert faults == []
    assert looks["looks"] > 3
    look()
    return outcomes


def test_fifty_who_write_at_once_leave_every_yuan_in_one_place_at_every_moment(story: Story) -> None:
    outcomes = write_at_once(story, PAYMENTS, lambda: require_every_yuan_in_one_place(story.database))
    assert {"receipt", "bill", "prepare", "archive", "release", "reverse", "unmatch"} <= outcomes.keys(), outcomes
    by_database = [outcome for outcome in outcomes if "refused by the database" in outcome]
    assert by_database == [], "payments' own writers wait for each other, in one order, and look before they take"
    sums = require_every_yuan_in_one_place(story.database)
    assert sums.used > 0
    assert sums.held > 0


def test_fifty_of_whom_many_write_by_hand_cannot_break_the_sums_either(story: Story) -> None:
    outcomes = write_at_once(story, (*PAYMENTS, *BY_HAND), lambda: require_sums_now(story.database))
    assert {"insert_pair", "insert_many", "turn_pair"} <= outcomes.keys(), outcomes
    assert {"insert_many refused by the database", "turn_pair refused by the database"} <= outcomes.keys(), outcomes


@pytest.mark.parametrize("by_hand", [False, True], ids=["through payments", "by hand"])
def test_of_fifty_who_want_the_same_money_as_many_get_it_as_there_is(story: Story, by_hand: bool) -> None:
    customer_id = story.customer()
    receipt_id, bill_id = story.receipt("100.00"), story.bill(customer_id, "140.00")
    write_off_id, _ = story.prepare(customer_id, [(receipt_id, bill_id, "1.00")])
    statement = text(
        "INSERT INTO write_off_pairs (id, write_off_id, attempt, receipt_id, bill_id, amount, state)"
        " VALUES (:id, :write_off, :attempt, :receipt, :bill, 30, 'held')"
    )
    got: list[int] = []
    refused: list[Exception] = []

    def work(number: int) -> None:
        try:
            if by_hand:
                ids = {"id": new_id(), "write_off": write_off_id, "receipt": receipt_id, "bill": bill_id}
                with story.database.engine.begin() as connection:
                    connection.execute(statement, {**ids, "attempt": 10 + number})
            else:
                story.prepare(customer_id, [(receipt_id, bill_id, "30.00")])
        except (Refusal, IntegrityError) as error:
            refused.append(error)
        else:
            got.append(number)

    at_once(WRITERS, work)
    assert (len(got), len(refused)) == (3, 47)
    assert story.shown_receipt(receipt_id)["held"] == "91.00"
    if not by_hand:
        assert {tuple(getattr(refusal, "fields", ())) for refusal in refused} == {("pairs.0.amount",)}
