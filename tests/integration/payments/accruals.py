"""Interest and penalty, told in few words: rates, exempt accounts, prepaid money, the monthly run; and a slow reference."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.contracts.payments_interest_calls import InterestExemption, InterestPage, InterestRates
from services.kit.caller import Caller
from services.kit.clock import Month, business_date
from services.kit.ids import new_id
from services.kit.jobs import Shard
from services.payments.store.interest_exemptions import newest_exemption
from services.payments.store.interest_rates import newest_rate
from services.payments.usecases.accrue_interest import accrue_interest
from services.payments.usecases.keep_prepaid_movements import keep_prepaid_movements
from services.payments.usecases.list_interest import list_interest
from services.payments.usecases.set_interest_exemption import set_interest_exemption
from services.payments.usecases.set_interest_rate import set_interest_rate
from tests.integration.payments.story import FINANCE, SALES, SALES_ADMIN, Story

DIRECTOR = Caller(str(new_id()), "周总", roles=frozenset({"sales_director"}))
EVERYTHING: dict[str, Any] = dict.fromkeys(("month", "booked_month", "kind", "customer_id", "bill_id", "owner_id"))


def month(written: str) -> Month:
    return Month.parse(written)


@dataclass
class Accruals:
    """What happens to interest in a story."""

    story: Story

    def rate(self, rate: str, from_month: str, *, version: int | None = None) -> Any:
        """Set by the sales director, who has seen the newest version unless said otherwise."""
        if version is None:
            with self.story.begin()() as work:
                newest = newest_rate(work.session)
                version = newest.version if newest else 0
        asked: dict[str, Any] = {"from_month": month(from_month), "rate": Decimal(rate), "reason": "总经理办公会"}
        return InterestRates().dump(set_interest_rate(self.story.begin(DIRECTOR), version=version, **asked))

    def exempt(self, account_id: UUID, *periods: tuple[str, str | None], version: int | None = None) -> Any:
        if version is None:
            with self.story.begin()() as work:
                newest = newest_exemption(work.session, account_id)
                version = newest.version if newest else 0
        wanted = [{"from_month": month(first), "to_month": month(last) if last else None} for first, last in periods]
        made = set_interest_exemption(
            self.story.begin(SALES_ADMIN), account_id=account_id, version=version, periods=wanted, reason="大客户协议"
        )
        return InterestExemption().dump(made)

    def move(
        self,
        customer_id: UUID,
        account_id: UUID,
        amount: str,
        day: date,
        *,
        posting_id: UUID | None = None,
        kind: str = "recharge",
    ) -> UUID:
        """``balance_moved``, as billing tells it."""
        posting_id = posting_id or new_id()
        entry = {"account_id": str(account_id), "identifier": f"acc-{account_id.hex[-6:]}", "amount": amount, "balance": "0.00"}
        data = {
            "posting_id": str(posting_id),
            "kind": kind,
            "day": day.isoformat(),
            "customer_id": str(customer_id),
            "customer_name": "云帆",
            "bill_id": None,
            "process_id": None,
            "entries": [entry],
        }
        self.story.hear(keep_prepaid_movements, "billing", "balance_moved", posting_id, data)
        return posting_id

    def paid(self, customer_id: UUID, bill_id: UUID, amount: str, on: date, caller: Caller = SALES) -> UUID:
        """Money that came in on a day, written off by hand and confirmed now."""
        receipt_id = self.story.receipt(amount, payer="甲", on=on)
        for write_off_id in self.story.started():
            held = [one for one in self.story.told("write_off_started") if one["write_off_id"] == str(write_off_id)]
            if any(pair["receipt_id"] == str(receipt_id) for pair in held[0]["pairs"]):
                self.story.turn("archived", write_off_id)
                return write_off_id
        write_off_id, _ = self.story.prepare(customer_id, [(receipt_id, bill_id, amount)], caller=caller)
        self.story.turn("archived", write_off_id)
        return write_off_id

    def run(self, as_of: str, *, shards: int = 1) -> list[dict[str, Any]]:
        """The job of a day, all its shards; time goes on to that day."""
        day = date.fromisoformat(as_of)
        self.story.now = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        return [self.run_shard(as_of, number, shards) for number in range(shards)]

    def run_shard(self, as_of: str, number: int, of: int) -> dict[str, Any]:
        begin = self.story.begin(Caller.system("interest_accrual"))
        return accrue_interest(Shard(begin, new_id(), number, of, date.fromisoformat(as_of), {}))

    def entries(self, caller: Caller = FINANCE, *, sort: str = "booked_on", **wanted: Any) -> list[dict[str, Any]]:
        """As the interface shows them, the oldest first."""
        page = list_interest(self.story.begin(caller), page_size=200, sort=sort, cursor="", **{**EVERYTHING, **wanted})
        shown: list[dict[str, Any]] = InterestPage().dump(page)["items"]
        return shown

    def told(self, **wanted: Any) -> list[tuple[str, str, str]]:
        """Of each entry: its month, when it was booked, its amount."""
        entries = sorted(self.entries(**wanted), key=lambda entry: (entry["booked_on"], entry["month"]))
        return [(entry["month"], entry["booked_on"], entry["amount"]) for entry in entries]

    # A slow reference

    def booked(self) -> dict[tuple[str, UUID, date], Decimal]:
        """What the entries add up to: kind, bill or customer, month → amount."""
        sums: dict[tuple[str, UUID, date], Decimal] = {}
        for row in self._rows("SELECT kind, coalesce(bill_id, customer_id) AS subject, month, amount FROM interest_entries"):
            key = (row.kind, row.subject, row.month)
            sums[key] = sums.get(key, Decimal()) + row.amount
        return {key: amount for key, amount in sums.items() if amount}

    def reference(self) -> dict[tuple[str, UUID, date], Decimal]:
        """The same, from everything that is known now, as the spec's sentences say it."""
        months = {row.month: row.rate for row in self._rows("SELECT month, rate FROM interest_months")}
        exempt: dict[UUID, list[tuple[date, date | None]]] = {}
        for row in self._rows("SELECT * FROM interest_exempt_periods"):
            exempt.setdefault(row.account_id, []).append((row.from_month, row.to_month))
        pairs = self._rows(
            "SELECT bill_id, received_at, write_off_pairs.amount FROM write_off_pairs JOIN receipts ON receipts.id = receipt_id"
            " WHERE state = 'final'"
        )
        moves = self._rows("SELECT customer_id, account_id, day, amount FROM prepaid_movements")
        right: dict[tuple[str, UUID, date], Decimal] = {}
        for first, rate in months.items():
            last = Month.of(first).last_day
            left_out = {
                account
                for account, periods in exempt.items()
                if any(begin <= first and (end is None or first <= end) for begin, end in periods)
            }
            for bill in self._rows("SELECT bill_id, amount, due_on, shares, cancelled_by FROM receivables"):
                if bill.cancelled_by is not None or bill.due_on >= first:
                    continue
                received = [
                    pair.amount for pair in pairs if pair.bill_id == bill.bill_id and business_date(pair.received_at) < first
                ]
                owed = bill.amount - sum(received, Decimal())
                share = sum((Decimal(each["amount"]) for each in bill.shares if UUID(each["account_id"]) in left_out), Decimal())
                base = owed - (owed * share / bill.amount).quantize(Decimal("0.01"), ROUND_HALF_UP)
                right["penalty", bill.bill_id, first] = (base * rate).quantize(Decimal("0.01"), ROUND_HALF_UP)
            for customer in {move.customer_id for move in moves}:
                lying = [move for move in moves if move.customer_id == customer and move.account_id not in left_out]
                begin = sum((move.amount for move in lying if move.day < first), Decimal())
                end = sum((move.amount for move in lying if move.day <= last), Decimal())
                base = max(Decimal(), min(begin, end))
                right["credit", customer, first] = (base * rate).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return {key: amount for key, amount in right.items() if amount}

    def _rows(self, query: str) -> list[Any]:
        with self.story.database.engine.connect() as connection:
            return list(connection.execute(text(query)))
