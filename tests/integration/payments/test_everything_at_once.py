"""Whatever payments does, done at the same moment over the same few customers: nobody waits in a circle, nothing is lost, and
interest and commission come to what they should (spec, payments.md)."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from services.kit.clock import Month
from services.kit.ids import new_id
from services.payments.usecases.assign_receipt import assign_receipt
from services.payments.usecases.keep_bill import keep_bill
from services.payments.usecases.record_receipt import NewReceipt, record
from services.payments.usecases.set_matching_policy import set_matching_policy
from services.payments.usecases.show_commission_statement import show_commission_statement
from services.payments.usecases.show_matching_policy import show_matching_policy
from services.payments.usecases.withdraw_alias import withdraw_alias
from tests.integration.payments.accruals import Accruals
from tests.integration.payments.money import require_every_yuan_in_one_place
from tests.integration.payments.story import FINANCE, SALES_ADMIN, Story
from tests.integration.payments.test_fifty_writers import PAYERS, PAYMENTS, Writer, write_at_once

OTHER_NAMES: Final = ("丁公司", "戊公司")
"""Nobody's yet: of a customer by its invoices, or by an alias, or nobody's again."""
BANK_ACCOUNTS: Final = ("622202100", "622202101")
ACCOUNTS: Final = tuple(new_id() for _ in PAYERS)
MONTHS: Final = ("2025-12", "2026-01", "2026-03")
RUN: Final = "2026-04-01"


class Anybody(Writer):
    """What jobs, events and people do beside those who write off."""

    def import_batch(self) -> None:
        receipts = [
            NewReceipt(
                "6222", f"B{self._random.randint(1, 60)}", self._received_at(), self._payer(), self._random.choice(BANK_ACCOUNTS),
                Decimal(self._amount()), "",
            )
            for _ in range(8)
        ]  # fmt: skip
        with self._story.begin(FINANCE)() as work:
            record(work, receipts)

    def bill_partly_covered(self) -> None:
        customer_id, account = self._random.choice(list(zip(self._customers(), ACCOUNTS, strict=True)))
        amount = self._amount()
        self._story.bill(
            customer_id, amount, month=self._random.choice(MONTHS), shares={account: amount}, covered="7.00", covered_quantity=70
        )

    def change_names_and_account(self) -> None:
        customer = self._one("SELECT * FROM customers")
        self._story.customer(
            customer.name,
            invoice_name=self._random.choice(["", *OTHER_NAMES]),
            account=self._random.choice(["", *BANK_ACCOUNTS]),
            known=customer.id,
            version=customer.version + self._random.choice([0, 1, 1]),
        )

    def assign(self) -> None:
        receipt = self._one("SELECT * FROM receipts WHERE customer_id IS NULL")
        remember = self._random.choice([True, None])
        assign_receipt(self._story.begin(SALES_ADMIN), receipt.id, customer_id=self._customer(), why="x", remember=remember)

    def withdraw(self) -> None:
        alias = self._one("SELECT * FROM payer_assignments WHERE is_alias AND withdrawn_at IS NULL")
        withdraw_alias(self._story.begin(SALES_ADMIN), alias.id, why="x")

    def retry(self) -> None:
        self._story.retry()

    def switch_policy(self) -> None:
        version = show_matching_policy(self._story.begin(SALES_ADMIN))["version"]
        begin = self._story.begin(SALES_ADMIN)
        on = self._random.choice([True, False])
        set_matching_policy(begin, lambda *_: new_id(), version=version, reason="x", match_bank_account=on)

    def accrue(self) -> None:
        Accruals(self._story).run_shard(RUN, 0, 1)

    def exempt(self) -> None:
        wanted: list[list[tuple[str, str | None]]] = [[], [("2026-01", None)], [("2026-02", "2026-02")], [("2026-03", "2026-03")]]
        periods = self._random.choice(wanted)
        Accruals(self._story).exempt(self._random.choice(ACCOUNTS), *periods)

    def move_balance(self) -> None:
        customer_id, account = self._random.choice(list(zip(self._customers(), ACCOUNTS, strict=True)))
        amount = self._random.choice(["100.00", "300.00", "-40.00"])
        Accruals(self._story).move(customer_id, account, amount, date(2026, self._random.randint(1, 4), 10))

    def change_bill(self) -> None:
        bill = self._one("SELECT * FROM receivables")
        data = {
            "bill_id": str(bill.bill_id), "number": bill.number, "customer_id": str(bill.customer_id), "customer_name": "甲",
            "product_id": str(bill.product_id), "product_name": "行业短信", "product_type": "industry_sms",
            "payment_mode": "postpaid", "month": f"{bill.period_start:%Y-%m}", "amount": "5.00", "covered": "0.00",
            "quantity": 1, "process_id": None, "state": self._random.choice(["open", "reconciling", "reconciled"]),
        }  # fmt: skip
        if bill.cancelled_by is not None:
            data["state"] = "void"
        self._story.hear(keep_bill, "billing", "bill_changed", bill.bill_id, data, self._random.randint(1, 9))

    def _customers(self) -> list[UUID]:
        with self._story.begin()() as work:
            return [row.id for row in work.session.connection().exec_driver_sql("SELECT id FROM customers ORDER BY id")]

    def _payer(self) -> str:
        return self._random.choice([*PAYERS, *OTHER_NAMES])

    def _received_at(self) -> datetime:
        return datetime(2026, self._random.randint(1, 4), self._random.randint(1, 9), tzinfo=UTC)


DEEDS: Final = (
    *PAYMENTS, *[Anybody.import_batch] * 5, *[Anybody.bill_partly_covered] * 2, *[Anybody.change_names_and_account] * 2,
    *[Anybody.assign] * 3, *[Anybody.withdraw] * 3, Anybody.retry, Anybody.switch_policy, *[Anybody.accrue] * 3,
    *[Anybody.exempt] * 2, *[Anybody.move_balance] * 2, *[Anybody.change_bill] * 2,
)  # fmt: skip


def require_statement_adds_up(story: Story) -> None:
    """A statement's totals are those of its entries, whoever adds some while it is read."""
    for month in ("2026-03", "2026-04"):
        shown: Any = show_commission_statement(
            story.begin(FINANCE), month=Month.parse(month), owner_id=None, page_size=200, cursor=""
        )
        assert shown["next_cursor"] is None
        total = sum((entry["amount"] for entry in shown["entries"]), Decimal())
        assert total == shown["totals"]["commission"], month


def test_nobody_waits_in_a_circle_and_all_comes_to_what_it_should(story: Story) -> None:
    accruals = Accruals(story)
    accruals.rate("0.005", "2026-02")

    def look() -> None:
        require_every_yuan_in_one_place(story.database)
        require_statement_adds_up(story)

    outcomes: Counter[str] = write_at_once(story, DEEDS, look, of=Anybody)
    # Whether there is an alias to withdraw in its turn is chance.
    done = {deed.__name__ for deed in set(DEEDS) - set(PAYMENTS) - {Anybody.withdraw}}
    assert done <= outcomes.keys(), (done - outcomes.keys(), outcomes)
    assert not [outcome for outcome in outcomes if "refused by the database" in outcome], outcomes

    story.now = datetime(2026, 4, 10, tzinfo=UTC)
    story.retry()
    assert story.retry() == {"customers_matched": 0, "write_offs_started": 0}
    accruals.run_shard(RUN, 0, 1)
    assert accruals.booked() == accruals.reference()
    assert accruals.booked()
    look()
