"""Whatever usage comes when, and whatever becomes of the bills meanwhile: in the end each month is charged for what was sent in
it, by its bill and the adjustments on later ones, and not a fen more (spec, billing.md, "Bills")."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.billing.domain.prices import Tier
from services.billing.domain.rating import rate
from services.kit.clock import Month
from services.kit.errors import InvalidInput
from services.kit.ids import new_id
from tests.integration.billing.office import Office, selected

MONTHS = tuple(Month(2026, number) for number in (1, 2, 3))
TIERS = (Tier(300, Decimal("0.05")), Tier(None, Decimal("0.031234")))
ACCOUNTS = ("yunfan-1", "yunfan-2")

month = st.sampled_from(MONTHS)
steps = st.one_of(
    st.tuples(st.just("report"), month, st.integers(1, 28), st.sampled_from(ACCOUNTS), st.integers(0, 400)),
    st.tuples(st.just("correct"), st.integers(0, 50), st.integers(0, 400)),
    st.tuples(st.just("run"), month),
    st.tuples(st.just("reconcile"), month),
    st.tuples(st.just("void"), month),
    st.tuples(st.just("rerate")),
)

CROOKED = text(
    """
    SELECT b.number FROM bills b
     WHERE b.amount <> (SELECT coalesce(sum(amount), 0) FROM bill_lines WHERE bill_id = b.id) + b.adjusted
        OR b.adjusted <> (SELECT coalesce(sum(amount), 0) FROM bill_adjustment_uses WHERE bill_id = b.id)
        OR b.amount <> (SELECT coalesce(sum(amount), 0) FROM bill_accounts WHERE bill_id = b.id)
        OR b.quantity <> (SELECT coalesce(sum(quantity), 0) FROM bill_accounts WHERE bill_id = b.id)
        OR EXISTS (SELECT FROM bill_accounts WHERE bill_id = b.id AND (amount < 0 OR quantity < 0))
    """
)

CHARGED = text(
    """
    SELECT b.month, b.amount - b.adjusted + coalesce((SELECT sum(amount) FROM bill_adjustments WHERE bill_id = b.id), 0) AS amount
      FROM bills b WHERE b.product_id = :product AND b.state <> 'void'
    """
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(steps, min_size=4, max_size=25))
def test_each_month_is_charged_for_what_was_sent_in_it(office: Office, told: list[tuple[Any, ...]]) -> None:
    office.now = datetime(2026, 4, 1, 2, tzinfo=UTC)
    teller = Teller(office)
    for step in told:
        teller.take(step)
    for each in MONTHS:
        teller.take(("run", each))
    office.rerate()
    with office.database.engine.connect() as connection:
        assert connection.execute(CROOKED).all() == []
        charged = {Month.of(row.month): row.amount for row in connection.execute(CHARGED, {"product": teller.product})}
    for each in MONTHS:
        assert charged.get(each, Decimal(0)) == teller.expected(each), str(each)


class Teller:
    """Tells one product's story, and reckons by itself what each month comes to."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.turn = office.reports
        self.customer = office.customer(f"客户 {self.turn}-{office.reratings}")
        self.product = office.product(self.customer)
        self.names = {name: f"{name}-{self.product}" for name in ACCOUNTS}
        for name in self.names.values():
            office.account(self.product, self.customer, name)
        tiers = [{"up_to": tier.up_to, "unit_price": f"{tier.unit_price:.6f}"} for tier in TIERS]
        office.price(self.product, [{"segment": None, "tiers": tiers}], kind="stage", valid_from="2026-01-01")
        self.counted: dict[str, tuple[date, str, int]] = {}
        self.runs = 0

    def expected(self, of: Month) -> Decimal:
        quantity = sum(quantity for day, _, quantity in self.counted.values() if Month.of(day) == of)
        return sum((charge.amount for charge in rate("stage", TIERS, quantity)), Decimal(0))

    def take(self, step: tuple[Any, ...]) -> None:
        match step:
            case ("report", of, day, account, quantity):
                self._report(f"r{new_id()}", date(of.year, of.number, day), account, quantity)
            case ("correct", which, quantity) if self.counted:
                corrected = sorted(self.counted)[which % len(self.counted)]
                day, account, _ = self.counted.pop(corrected)
                self._report(f"r{new_id()}", day, account, quantity, replaces=corrected)
            case ("run", of):
                self.runs += 1
                self.office.run_billing(of, self.customer, attempt=self.runs, shards=1)
            case ("reconcile", of) if bill := self._bill(of, "open"):
                process_id = new_id()
                self.office.prepare("reconciliation", process_id, self.customer, selected(bill))
                self.office.archive("reconciliation", process_id, selected(bill), self.customer)
            case ("void", of) if bill := self._bill(of, "open"):
                self._void(bill)
            case ("rerate",):
                self.office.rerate()

    def _report(self, report_id: str, day: date, account: str, quantity: int, replaces: str | None = None) -> None:
        self.office.report([(self.names[account], day, "CMCC", quantity)], report_id, replaces)
        self.counted[report_id] = (day, account, quantity)

    def _bill(self, of: Month, state: str) -> UUID | None:
        query = "SELECT id FROM bills WHERE product_id = :product AND month = :month AND state = :state"
        rows = self.office.rows(query, product=self.product, month=of.first_day, state=state)
        return rows[0].id if rows else None

    def _void(self, bill: UUID) -> None:
        process_id = new_id()
        form = {"kind": "bill", "target_id": str(bill), "reason": "名称有误"}
        try:
            self.office.prepare("reversal", process_id, self.customer, form)
        except InvalidInput as refusal:
            if "bill_adjusted" not in str(refusal.fields):
                raise
            return
        self.office.archive("reversal", process_id, form, self.customer)
