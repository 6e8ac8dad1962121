"""Whatever happens to prepaid money in whatever order, the ledger sums to zero and nobody owes more than was granted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.billing.domain.ledger import draw
from services.billing.store.bills import lock_bills
from services.billing.store.ledger import consumptions_of, funds_of
from services.billing.store.tables import Bill
from services.billing.usecases.consume_balances import NOTHING, redraw_bills, reverse_consumption
from services.billing.usecases.snapshots import change_bills
from services.kit.clock import Month
from services.kit.errors import Refusal
from services.kit.ids import new_id
from services.kit.unit_of_work import UnitOfWork
from tests.integration.billing.office import NOW, Office, selected
from tests.integration.billing.prepaid import Prepaid

fen = st.integers(1, 20_000).map(lambda count: f"{Decimal(count) / 100:.2f}")
number = st.integers(0, 50)
steps = st.one_of(
    st.tuples(st.just("recharge"), st.sampled_from(["prepay", "prepurchase"]), fen),
    st.tuples(st.just("use"), fen),
    st.tuples(st.just("ask_refund"), fen),
    st.tuples(st.just("end_refund"), number, st.sampled_from(["archive", "reject", "withdraw"])),
    st.tuples(st.just("defer"), fen, st.integers(0, 5)),
    st.tuples(st.just("give_back"), number),
    st.tuples(st.just("rerate"), number, fen),
    st.tuples(st.just("reverse_recharge"), number),
    st.tuples(st.just("reconcile"), number, st.integers(-20_000, 20_000).map(lambda count: f"{Decimal(count) / 100:.2f}")),
    st.tuples(st.just("days_pass"), st.integers(1, 4)),
)

CROOKED = text(
    """
    SELECT posting_id FROM ledger_entries GROUP BY posting_id HAVING sum(amount) <> 0
    UNION ALL
    SELECT b.account_id FROM balances b LEFT JOIN ledger_entries e ON e.account_id = b.account_id GROUP BY b.account_id
    HAVING b.prepay <> coalesce(sum(e.amount) FILTER (WHERE e.book = 'prepay'), 0)
        OR b.prepurchase <> coalesce(sum(e.amount) FILTER (WHERE e.book = 'prepurchase'), 0)
        OR b.entry_count <> count(e.number)
    UNION ALL
    SELECT b.account_id FROM balances b LEFT JOIN refunds r ON r.account_id = b.account_id AND r.state = 'held'
     GROUP BY b.account_id HAVING b.held <> coalesce(sum(r.amount), 0)
    UNION ALL
    SELECT b.id FROM bills b LEFT JOIN ledger_postings p ON p.bill_id = b.id
      LEFT JOIN ledger_entries e ON e.posting_id = p.id AND e.account_id IS NOT NULL
     GROUP BY b.id HAVING b.covered <> -coalesce(sum(e.amount), 0)
    """
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(steps, min_size=5, max_size=20))
def test_no_story_breaks_the_ledger(office: Office, told: list[tuple[Any, ...]]) -> None:
    office.now = NOW
    teller = Teller(Prepaid(office, office.customer(), f"prepaid-{office.reports}-{_accounts(office)}", "2024-06-01"))
    for step in told:
        before = teller.prepay
        try:
            teller.take(step)
        except Refusal:
            assert step[0] != "use"
            assert teller.prepay == before, "refused whole"
        after = teller.prepay
        assert after >= min(before, -teller.credit, Decimal(0)), "no step takes it lower than was granted on its day"
    with office.database.engine.connect() as connection:
        assert connection.execute(CROOKED).all() == []


def _accounts(office: Office) -> int:
    count: int = office.value("SELECT count(*) FROM accounts")
    return count


class Teller:
    """Tells one account's story. ``credit`` is what it may owe on the day of the story, by a reckoning of the test's own."""

    def __init__(self, prepaid: Prepaid) -> None:
        self.prepaid = prepaid
        self.recharges: list[UUID] = []
        self.refunds: list[tuple[UUID, str]] = []
        self.granted: tuple[Decimal, Any] | None = None
        self.months = self._months()

    @property
    def prepay(self) -> Decimal:
        return Decimal(self.prepaid.ledger()["balance"]["prepay"])

    @property
    def credit(self) -> Decimal:
        limit, until = self.granted or (Decimal(0), self.prepaid.office.now.date())
        return limit if until >= self.prepaid.office.now.date() else Decimal(0)

    def take(self, step: tuple[Any, ...]) -> None:
        office, prepaid = self.prepaid.office, self.prepaid
        match step:
            case ("recharge", kind, amount):
                self.recharges.append(prepaid.recharge(amount, kind))
                self._older_bills_come_first()
            case ("use", amount):
                self._use(amount)
            case ("ask_refund", amount):
                self.refunds.append((prepaid.ask_refund(amount), amount))
            case ("end_refund", which, turn) if self.refunds:
                process_id, amount = self.refunds.pop(which % len(self.refunds))
                if turn == "archive":
                    office.archive("reversal", process_id, prepaid.refund_form(amount))
                else:
                    getattr(office, turn)("reversal", process_id)
            case ("defer", limit, days):
                until = office.now.date() + timedelta(days=days)
                prepaid.defer(limit, until=until.isoformat())
                self.granted = Decimal(limit), until
                self._older_bills_come_first()
            case ("reverse_recharge", which) if self.recharges:
                prepaid.reverse_recharge(self.recharges[which % len(self.recharges)])
            case ("reconcile", which, difference):
                self._reconcile(which, difference)
            case ("give_back", which):
                self._give_back(which)
            case ("rerate", which, amount):
                self._rerate(which, amount)
            case ("days_pass", days):
                office.now += timedelta(days=days)

    def _use(self, amount: str) -> None:
        """A month's bill takes exactly what the rule says, and no other month has been billed before."""
        office, account = self.prepaid.office, self.prepaid.account
        with office.begin()() as work:
            funds = funds_of(work.session, [account], work.today).get(account)
        expected = sum(draw(funds, Decimal(amount)).values()) if funds else 0
        self.prepaid.use(amount, next(self.months))
        newest = "SELECT covered FROM bills WHERE product_id = :product ORDER BY created_at DESC, id DESC LIMIT 1"
        assert office.value(newest, product=self.prepaid.product) == expected

    def _older_bills_come_first(self) -> None:
        """Money that came in leaves nothing to be taken while an open bill lacks something."""
        office, prepaid = self.prepaid.office, self.prepaid
        query = "SELECT amount, covered FROM bills WHERE product_id = :product AND state = 'open' ORDER BY month"
        lacking = [row.amount - row.covered for row in office.rows(query, product=prepaid.product)]
        if any(lacking):
            with office.begin()() as work:
                funds = funds_of(work.session, [prepaid.account], work.today)[prepaid.account]
            assert draw(funds, Decimal(1)) == {}

    def _bill(self, work: UnitOfWork, which: int) -> Bill | None:
        query = "SELECT id FROM bills WHERE product_id = :product AND state = 'open' ORDER BY id"
        ids = work.session.scalars(text(query), {"product": self.prepaid.product}).all()
        return lock_bills(work.session, [ids[which % len(ids)]]).popitem()[1] if ids else None

    def _give_back(self, which: int) -> None:
        with self.prepaid.office.begin()() as work:
            if bill := self._bill(work, which):
                before = bill.covered
                change_bills(work, [(bill, {"covered": Decimal(0)})], why="作废")
                assert reverse_consumption(work, bill) == before

    def _rerate(self, which: int, amount: str) -> None:
        """As much as if the bill were made today; of more than before what came in addition may be owed by an older deferral."""
        account = self.prepaid.account
        with self.prepaid.office.begin()() as work:
            if bill := self._bill(work, which):
                before, due = bill.covered, Decimal(amount)
                funds = funds_of(work.session, [account], work.today).get(account, NOTHING)
                given_back = Decimal(0)
                for entry in [entry for held in consumptions_of(work.session, [bill.id]) for entry in held.entries]:
                    if due < before and entry.account_id:
                        funds, given_back = funds.after(replace(entry, amount=-entry.amount)), given_back - entry.amount
                share = {"bill_id": bill.id, "account_id": account, "amount": due}
                new_share = text(
                    "UPDATE bill_accounts SET amount = :amount WHERE bill_id = :bill_id AND account_id = :account_id"
                )
                work.session.execute(new_share, share)
                covered = redraw_bills(work, [bill], [share])[bill.id]
                change_bills(work, [(bill, {"amount": due, "covered": covered})], why="重新计算")
                after = funds_of(work.session, [account], work.today).get(account, NOTHING)
                assert after.total == funds.total - (covered - before + given_back)
                assert covered == before - given_back + sum(draw(funds, due - before + given_back).values())

    def _reconcile(self, which: int, difference: str) -> None:
        office, prepaid = self.prepaid.office, self.prepaid
        query = "SELECT id, amount FROM bills WHERE product_id = :product AND state = 'open' ORDER BY id"
        bills = office.rows(query, product=prepaid.product)
        if bills:
            bill = bills[which % len(bills)]
            process_id, form = new_id(), {**selected(bill.id), "agreed_difference": difference}
            prepared = office.prepare("reconciliation", process_id, prepaid.customer, form)
            office.archive("reconciliation", process_id, prepared["form"])
            told = office.events("bills_reconciled")[-1]["bills"][0]
            owed = office.value("SELECT amount + agreed_difference - covered FROM bills WHERE id = :id", id=bill.id)
            assert Decimal(told["amount"]) == owed == bill.amount + Decimal(difference) - Decimal(told["covered"])

    @staticmethod
    def _months() -> Iterator[Month]:
        month = Month(2024, 6)
        while True:
            yield month
            month = month.plus(1)
