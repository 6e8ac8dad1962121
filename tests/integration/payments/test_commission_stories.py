"""Whatever happens in whatever order: a statement's totals are the sum of its entries, of its days and of its owners; every bill
bears its cost once; and what is taken back altogether leaves nothing (spec, payments.md, "Commission")."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.kit.clock import Month, business_date
from services.kit.database import Database
from services.kit.errors import Refusal
from services.kit.ids import new_id
from services.payments.usecases.cancel_receivable import cancel_receivable
from tests.integration.payments.commission import all_entries, by_day, by_owner, interest, reversed_, statement, told_bill
from tests.integration.payments.story import FINANCE, LI_NA, OTHER_SALES, SALES, ZHANG_WEI, Story
from tests.servers.worker_databases import make_as_new

OWNERS = (SALES, OTHER_SALES)
COST = Decimal("0.028")
fen = st.integers(1, 20_000).map(lambda count: f"{Decimal(count) / 100:.2f}")
covered = st.integers(0, 5_000).map(lambda count: f"{Decimal(count) / 100:.2f}")
number = st.integers(0, 20)
steps = st.one_of(
    st.tuples(st.just("bill"), st.integers(0, 1), fen, covered, st.integers(0, 9_999)),
    st.tuples(st.just("pay"), number, st.sampled_from([30, 50, 100])),
    st.tuples(st.just("pay"), number, st.sampled_from([30, 50, 100])),
    st.tuples(st.just("reverse"), number),
    st.tuples(st.just("void"), number),
    st.tuples(st.just("owner"), st.integers(0, 1), st.integers(0, 1)),
    st.tuples(st.just("interest"), st.sampled_from(["credit", "penalty"]), fen, st.integers(0, 1)),
    st.tuples(st.just("later"), st.integers(1, 20)),
)


class Told:
    """A story as it goes on: two customers, their bills, and the write-offs that were archived."""

    def __init__(self, story: Story) -> None:
        self.story = story
        story.now = datetime(2026, 3, 5, 2, tzinfo=UTC)
        self.customers = [story.customer(f"客户{at}", owner=owner) for at, owner in enumerate(OWNERS)]
        self.versions = [1, 1]
        self.bills: list[tuple[UUID, int]] = []
        self.write_offs: list[tuple[UUID, int]] = []

    def take(self, step: tuple[Any, ...]) -> None:
        match step:
            case ("bill", whose, amount, paid, quantity):
                sent = quantity // 3 if Decimal(paid) else 0
                bill_id = self.story.bill(
                    self.customers[whose], amount, month="2026-02", quantity=quantity, covered=paid, covered_quantity=sent
                )
                self.bills.append((bill_id, whose))
            case ("pay", which, percent) if self.bills:
                self.pay(self.bills[which % len(self.bills)], percent)
            case ("reverse", which) if self.write_offs:
                write_off_id, whose = self.write_offs[which % len(self.write_offs)]
                reversed_(self.story, self.customers[whose], write_off_id, FINANCE)
                self.write_offs.remove((write_off_id, whose))
            case ("void", which) if self.bills:
                self.void(*self.bills[which % len(self.bills)])
            case ("owner", whose, owner):
                self.versions[whose] += 1
                known, version = self.customers[whose], self.versions[whose]
                self.story.customer(f"客户{whose}", owner=OWNERS[owner], known=known, version=version)
            case ("interest", kind, amount, owner):
                last = Month.of(self.story.now.date()).last_day
                interest(self.story, amount, kind=kind, month=Month(2026, 1), booked_on=last, owner=(ZHANG_WEI, LI_NA)[owner])
            case ("later", days):
                self.story.now = min(self.story.now + timedelta(days=days), datetime(2026, 5, 30, 2, tzinfo=UTC))

    def pay(self, bill: tuple[UUID, int], percent: int) -> None:
        """A part of what is left of it, by hand, archived."""
        bill_id, whose = bill
        left = Decimal(self.story.shown_receivable(bill_id)["outstanding"])
        amount = max(left * percent / 100, Decimal("0.01")).quantize(Decimal("0.01"))
        if amount > left:
            return
        receipt_id = self.story.receipt(str(amount), payer=f"客户{whose}", on=business_date(self.story.now))
        started = [one for one in self.story.told("write_off_started") if one["pairs"][0]["receipt_id"] == str(receipt_id)]
        if started:
            self.story.turn("archived", UUID(started[0]["write_off_id"]))
            self.write_offs.append((UUID(started[0]["write_off_id"]), whose))
            return
        write_off_id, _ = self.story.prepare(self.customers[whose], [(receipt_id, bill_id, str(amount))], caller=FINANCE)
        self.story.turn("archived", write_off_id)
        self.write_offs.append((write_off_id, whose))

    def void(self, bill_id: UUID, whose: int) -> None:
        """A 冲销申请; refused where money is held or written off for the bill."""
        customer_id = self.customers[whose]
        asked: dict[str, Any] = {"bill_id": str(bill_id), "number": "B", "customer_id": str(customer_id)}
        asked |= {"process_id": str(new_id()), "attempt": 2}
        self.story.hear(cancel_receivable, "billing", "bill_void_asked", bill_id, asked)
        if self.story.shown_receivable(bill_id)["state"] == "cancelled":
            told_bill(self.story, customer_id, state="void", known=bill_id, version=9)
            self.bills.remove((bill_id, whose))

    def pay_everything(self) -> None:
        """Of every bill a third of what is left, then the rest: all of its cost is borne then."""
        self.withdraw_started()
        for bill in list(self.bills):
            for percent in (33, 100):
                self.pay(bill, percent)

    def undo_everything(self) -> None:
        for write_off_id, whose in list(self.write_offs):
            reversed_(self.story, self.customers[whose], write_off_id, FINANCE)
        self.write_offs.clear()
        for bill_id, whose in list(self.bills):
            self.withdraw_started()  # by a cancelled bill's end the next in line starts
            self.void(bill_id, whose)
        assert not self.bills

    def withdraw_started(self) -> None:
        """And what starts by itself of what that frees; the same receipt and bill never do again."""
        while started := self.started():
            for write_off_id in started:
                self.story.turn("withdrawn", write_off_id, version=5)

    def started(self) -> list[UUID]:
        with self.story.database.engine.connect() as connection:
            return list(connection.scalars(text("SELECT id FROM write_offs WHERE state = 'started'")))


def amounts(rows: Iterator[Any], name: str = "amount") -> Decimal:
    return sum((Decimal(row[name]) for row in rows), Decimal(0))


def months_of(story: Story) -> list[Month]:
    """Those with an entry."""
    query = "SELECT earned_on FROM commission_entries UNION SELECT booked_on FROM interest_entries"
    with story.database.engine.connect() as connection:
        return sorted({Month.of(day) for day in connection.scalars(text(query))})


def check_that_it_adds_up(story: Story) -> None:
    for month in months_of(story):
        totals = statement(story, FINANCE, month=month)["totals"]
        commission = Decimal(totals["commission"])
        entries = all_entries(story, FINANCE, month=month)
        assert (len(entries), amounts(iter(entries))) == (totals["entries"], commission)
        days = by_day(story, FINANCE, month)["month"]["days"]
        if month != Month.of(story.now.date()):  # of the present month the curve goes to today, interest is booked at its end
            assert (amounts(iter(days), "commission"), amounts(iter(days), "profit")) == (commission, Decimal(totals["profit"]))
        owners = by_owner(story, month=month)["items"]
        assert amounts(iter(owners), "commission") == commission
        assert amounts(iter(owners), "profit") == Decimal(totals["profit"])
        parts = [Decimal(totals[name]) for name in ("earned", "interest_credits", "penalties", "reversed")]
        assert parts[0] + parts[1] - parts[2] - parts[3] == commission
        for owner in owners:
            own = statement(story, FINANCE, month=month, owner_id=UUID(owner["owner_id"]))["totals"]
            assert own == {name: owner[name] for name in own}


CROOKED = text(
    """
    SELECT r.number FROM receivables r JOIN commission_entries e ON e.bill_id = r.bill_id
     WHERE r.written_off = r.amount AND r.cancelled_by IS NULL
     GROUP BY r.bill_id
    HAVING sum(e.cost) <> round((r.quantity + r.covered_quantity) * CAST(:cost AS numeric), 2)
        OR sum(e.written_off) <> r.amount + coalesce(sum(e.written_off) FILTER (WHERE e.origin = 'balance'), 0)
    """
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(steps, min_size=6, max_size=18))
def test_whatever_is_earned_and_taken_back_the_statements_add_up(database: Database, happened: list[tuple[Any, ...]]) -> None:
    make_as_new(database)
    told = Told(Story(database))
    for step in happened:
        try:
            told.take(step)
        except Refusal:
            continue  # refused whole; the sums below say so
    check_that_it_adds_up(told.story)
    told.pay_everything()
    with database.engine.connect() as connection:
        assert connection.execute(CROOKED, {"cost": COST}).all() == []
    told.undo_everything()
    check_that_it_adds_up(told.story)
    of_all_months = [statement(told.story, FINANCE, month=month)["totals"] for month in months_of(told.story)]
    assert amounts(iter(of_all_months), "profit") == 0
    assert amounts(iter(of_all_months), "earned") == amounts(iter(of_all_months), "reversed")
