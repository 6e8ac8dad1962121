"""Whatever happens in whatever order, every yuan is in exactly one place, and what is said of it is true."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, Final
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from services.kit.caller import Caller
from services.kit.clock import Month, business_date
from services.kit.database import Database
from services.kit.errors import Refusal
from services.kit.ids import new_id
from services.payments.store.customers import lock_names
from services.payments.store.receipts import unmatched_payers
from services.payments.usecases.assign_receipt import assign_receipt
from services.payments.usecases.cancel_receivable import cancel_receivable
from services.payments.usecases.match_receipts import match_again
from services.payments.usecases.record_receipt import NewReceipt, record
from services.payments.usecases.show_commission_statement import show_commission_statement
from services.payments.usecases.start_write_offs import start_write_offs
from services.payments.usecases.unmatch_receipt import unmatch_receipt
from tests.integration.payments.money import require_every_yuan_in_one_place
from tests.integration.payments.story import FINANCE, NOW, OTHER_SALES, SALES, SALES_ADMIN, Story
from tests.servers.worker_databases import make_as_new

NAMES: Final = ("甲公司", "乙公司", "丙公司", "同名公司")
"""Customers are called by the first three; the last is the invoice name of two of them, so that its payer is ambiguous."""

STRANGER: Final = "没人认识"
REASONS: Final = text(
    """
    SELECT id, reason FROM receipts WHERE customer_id IS NOT NULL AND held + used < amount
    UNION ALL
    SELECT bill_id, reason FROM receivables WHERE cancelled_by IS NULL AND held + written_off < amount ORDER BY 1
    """
)

fen = st.one_of(st.sampled_from(["100.00", "50.00", "0.01"]), st.integers(1, 20_000).map(lambda fen: f"{Decimal(fen) / 100:.2f}"))
which = st.integers(0, 20)
customers = st.integers(0, 2)
payers = st.sampled_from((*NAMES, NAMES[0], NAMES[1], STRANGER))
days = st.integers(0, 99).map(lambda day: NOW - timedelta(days=day))
lines = st.lists(st.tuples(which, which, fen), min_size=1, max_size=3)
outcomes = st.sampled_from(["archived", "archived", "archived", "rejected", "withdrawn"])


class _Undone(Exception):
    """What was tried is not to stay."""


class StoriesOfMoney(RuleBasedStateMachine):
    """Receipts, bills, people and processes, as they come. What is refused is refused whole: the invariants say so."""

    def __init__(self, story: Story) -> None:
        super().__init__()
        self.story = story
        self.versions = count(2)
        self.customers: list[UUID] = []
        self.receipts: list[UUID] = []
        self.bills: list[UUID] = []
        self.imported: list[NewReceipt] = []
        self.received = self.owed = Decimal(0)

    @initialize()
    def three_customers_of_two_salespeople(self) -> None:
        make_as_new(self.story.database)
        for name, owner in zip(NAMES[:3], (SALES, SALES, OTHER_SALES), strict=True):
            self.customers.append(self.story.customer(name, owner=owner, invoice_name=NAMES[3] if name != NAMES[0] else ""))

    # Money comes, and is owed

    @rule(payer=payers, amount=fen, at=days)
    def a_receipt_is_typed_in(self, payer: str, amount: str, at: datetime) -> None:
        self.receipts.append(self.story.receipt(amount, payer=payer, on=at.date()))
        self.received += Decimal(amount)

    @rule(drawn=st.lists(st.tuples(payers, fen, days), min_size=1, max_size=4))
    def a_file_is_imported(self, drawn: list[tuple[str, str, datetime]]) -> None:
        """Some of it paid long before what is there already, and one row twice."""
        self.imported = [
            NewReceipt("6225", f"{new_id()}", at.astimezone(UTC), payer, "", Decimal(amount), "") for payer, amount, at in drawn
        ]
        with self.story.begin()() as work:
            recorded = record(work, [*self.imported, self.imported[0]])
        assert [one.outcome for one in recorded] == [*["new"] * len(drawn), "known"]
        self.receipts += [one.receipt.id for one in recorded[: len(drawn)]]
        self.received += sum((one.amount for one in self.imported), Decimal(0))

    @precondition(lambda self: self.imported)
    @rule()
    def the_same_file_is_imported_again(self) -> None:
        with self.story.begin()() as work:
            assert {one.outcome for one in record(work, self.imported)} == {"known"}

    @rule(
        customer=customers,
        amount=fen,
        month=st.sampled_from(["2026-01", "2026-02", "2026-03"]),
        mode=st.sampled_from(["postpaid", "postpaid", "prepaid"]),
    )
    def a_bill_is_reconciled(self, customer: int, amount: str, month: str, mode: str) -> None:
        self.bills.append(self.story.bill(self.customers[customer], amount, month=month, mode=mode))
        self.owed += Decimal(amount)

    @precondition(lambda self: self.bills)
    @rule(one=which)
    def a_bill_is_voided(self, one: int) -> None:
        """Unless something of it is held or written off."""
        bill_id = self.bills[one % len(self.bills)]
        asked = {"bill_id": str(bill_id), "number": "B", "process_id": str(new_id()), "attempt": 1}
        asked["customer_id"] = str(self._value("SELECT customer_id FROM receivables WHERE bill_id = :id", bill_id))
        self.story.hear(cancel_receivable, "billing", "bill_void_asked", bill_id, asked)

    # Whose it is

    @precondition(lambda self: self.receipts)
    @rule(one=which, customer=customers)
    def a_receipt_is_assigned(self, one: int, customer: int) -> None:
        receipt_id, customer_id = self.receipts[one % len(self.receipts)], self.customers[customer]
        with suppress(Refusal):
            assign_receipt(self.story.begin(SALES_ADMIN), receipt_id, customer_id=customer_id, why="电话确认")

    @precondition(lambda self: self.receipts)
    @rule(one=which, withdraw_alias=st.booleans())
    def a_match_is_undone(self, one: int, withdraw_alias: bool) -> None:
        receipt_id = self.receipts[one % len(self.receipts)]
        begin = self.story.begin(SALES_ADMIN)
        with suppress(Refusal):
            unmatch_receipt(begin, receipt_id, why="认错了", withdraw_alias=withdraw_alias)

    @rule(customer=customers, name=st.sampled_from(NAMES), owner=st.sampled_from([SALES, SALES, OTHER_SALES, None]))
    def a_customer_changes_its_name_or_its_owner(self, customer: int, name: str, owner: Caller | None) -> None:
        self.story.customer(name, owner=owner, known=self.customers[customer], version=next(self.versions))

    @rule(hours=st.integers(1, 60))
    def time_passes_and_the_job_runs(self, hours: int) -> None:
        self.story.now += timedelta(hours=hours)
        with self.story.begin()() as work:
            payers = unmatched_payers(work.session)
            lock_names(work.session, payers)
            start_write_offs(work, match_again(work, payers) | set(self.customers))

    # What becomes of it

    @precondition(lambda self: self.receipts and self.bills)
    @rule(customer=customers, drawn=lines)
    def sales_writes_off_by_hand(self, customer: int, drawn: list[tuple[int, int, str]]) -> None:
        with suppress(Refusal):
            self.story.prepare(self.customers[customer], self._pairs(drawn), caller=FINANCE)

    @precondition(lambda self: self.receipts and self.bills)
    @rule(one=which, drawn=lines)
    def a_write_off_is_sent_again(self, one: int, drawn: list[tuple[int, int, str]]) -> None:
        for write_off in self._write_off(one, "reverses IS NULL"):
            again: dict[str, Any] = {"process_id": write_off.id, "phase": "resubmit", "process_version": next(self.versions)}
            pairs = self._pairs(drawn)
            with suppress(Refusal):
                self.story.prepare(write_off.customer_id, pairs, caller=FINANCE, **again)

    @rule(one=which, outcome=outcomes)
    def a_process_ends(self, one: int, outcome: str) -> None:
        """Also one that has ended in another way before, as payments knows it."""
        for write_off in self._write_off(one, "true"):
            code = "reversal" if write_off.reverses else "write_off"
            with suppress(Refusal):
                self.story.turn(outcome, write_off.id, code=code, version=next(self.versions))

    @rule(one=which, outcome=outcomes)
    def a_write_off_is_reversed(self, one: int, outcome: str) -> None:
        for target in self._write_off(one, "state = 'archived'"):
            with suppress(Refusal):
                reversal_id, _ = self.story.prepare_reversal(target.customer_id, target.id, caller=FINANCE)
                self.story.turn(outcome, reversal_id, code="reversal", version=next(self.versions))

    # What holds after each

    @invariant()
    def every_yuan_is_in_exactly_one_place(self) -> None:
        sums = require_every_yuan_in_one_place(self.story.database)
        assert (sums.received, sums.owed) == (self.received, self.owed), "and none came or went unseen"

    @invariant()
    def nothing_would_start_that_has_not_and_every_reason_is_true(self) -> None:
        with suppress(_Undone), self.story.begin()() as work:
            kept = work.session.execute(REASONS).all()
            assert start_write_offs(work, self.customers) == 0
            assert work.session.execute(REASONS).all() == kept
            raise _Undone

    @invariant()
    def statements_add_up(self) -> None:
        """The totals are the entries', whoever looks at whose; and everybody's are those of each together."""
        month, by_owner = Month.of(business_date(self.story.now)), []
        for owner_id in (None, SALES.user_id, OTHER_SALES.user_id):
            owner = None if owner_id is None else UUID(owner_id)
            begin = self.story.begin(FINANCE)
            shown = show_commission_statement(begin, month=month, owner_id=owner, page_size=200, cursor="")
            assert shown["next_cursor"] is None
            assert shown["totals"]["commission"] == sum((entry["amount"] for entry in shown["entries"]), Decimal(0))
            assert shown["totals"]["written_off"] == sum((entry["written_off"] for entry in shown["entries"]), Decimal(0))
            by_owner.append(shown["totals"])
        everybody, *each = by_owner
        for name in ("entries", "written_off", "cost", "commission"):
            assert everybody[name] == sum(totals[name] for totals in each)

    def _pairs(self, drawn: list[tuple[int, int, str]]) -> list[tuple[UUID, UUID, str]]:
        return [
            (self.receipts[left % len(self.receipts)], self.bills[right % len(self.bills)], amount)
            for left, right, amount in drawn
        ]

    def _write_off(self, one: int, condition: str) -> list[Any]:
        """One of them, if there is any."""
        with self.story.database.engine.connect() as connection:
            rows = connection.execute(text(f"SELECT * FROM write_offs WHERE {condition} ORDER BY id")).all()
        return [rows[one % len(rows)]] if rows else []

    def _value(self, query: str, key: UUID) -> Any:
        with self.story.database.engine.connect() as connection:
            return connection.scalar(text(query), {"id": key})


def test_every_yuan_is_in_exactly_one_place(database: Database) -> None:
    run_state_machine_as_test(
        lambda: StoriesOfMoney(Story(database)),  # type: ignore[arg-type]  # it takes whatever makes one
        settings=settings(
            max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), database=None
        ),
    )
