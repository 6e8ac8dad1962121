"""An account that is paid in advance, and what happens to its money, in few words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.billing.usecases.show_ledger import show_ledger
from services.contracts.billing_ledger_calls import Ledger
from services.kit.clock import Month
from services.kit.ids import new_id
from tests.integration.billing.office import MARCH, SALES, Office, unified

PAGE: dict[str, Any] = {"page_size": 50, "sort": "", "cursor": ""}


def recharge_form(amount: str, kind: str = "prepay", **more: Any) -> dict[str, Any]:
    """At 0.01 a message."""
    return {
        "type": kind,
        "unit_price": "0.01",
        "messages": int(Decimal(amount) * 100),
        "amount": amount,
        "invoice_deadline": "2026-12-31",
        "payment_deadline": "2026-12-31",
        **more,
    }


@dataclass
class Prepaid:
    """One account of a prepaid product, whose messages cost 0.01."""

    office: Office
    customer: UUID
    name: str = "prepaid01"
    priced_from: str = "2026-03-01"

    def __post_init__(self) -> None:
        self.product = self.office.product(self.customer, f"行业短信 {self.name}", payment_mode="prepaid")
        self.account = self.office.account(self.product, self.customer, self.name)
        self.office.price(self.product, unified("0.01"), kind="unified", valid_from=self.priced_from)

    def prepare(self, code: str, form: dict[str, Any], **changes: Any) -> dict[str, Any]:
        return self.office.prepare(code, changes.pop("process_id", None) or new_id(), self.account, form, **changes)

    def run(self, code: str, form: dict[str, Any], subject_id: UUID | None = None, **changes: Any) -> UUID:
        """A process from its start to its archive."""
        process_id = new_id()
        prepared = self.office.prepare(code, process_id, subject_id or self.account, form)
        self.office.archive(code, process_id, prepared["form"], **changes)
        return process_id

    def recharge(self, amount: str, kind: str = "prepay") -> UUID:
        return self.run("recharge", recharge_form(amount, kind))

    def defer(self, limit: str, until: str = "2026-12-31", **changes: Any) -> UUID:
        return self.run("deferred_payment", {"limit": limit, "until": until, "reason": "客户要求"}, **changes)

    def refund_form(self, amount: str, **more: Any) -> dict[str, Any]:
        return {"kind": "prepay_refund", "target_id": str(self.account), "amount": amount, "reason": "客户退款", **more}

    def ask_refund(self, amount: str, process_id: UUID | None = None, **changes: Any) -> UUID:
        process_id = process_id or new_id()
        self.office.prepare("reversal", process_id, self.customer, self.refund_form(amount), **changes)
        return process_id

    def refund(self, amount: str) -> UUID:
        process_id = self.ask_refund(amount)
        self.office.archive("reversal", process_id, self.refund_form(amount))
        return process_id

    def reversal_form(self, recharge: UUID) -> dict[str, Any]:
        return {"kind": "recharge", "target_id": str(recharge), "reason": "录错账号"}

    def ask_reversal(self, recharge: UUID, process_id: UUID | None = None, **changes: Any) -> UUID:
        process_id = process_id or new_id()
        self.office.prepare("reversal", process_id, self.customer, self.reversal_form(recharge), **changes)
        return process_id

    def reverse_recharge(self, recharge: UUID) -> UUID:
        process_id = self.ask_reversal(recharge)
        self.office.archive("reversal", process_id, self.reversal_form(recharge))
        return process_id

    def use(self, amount: str, month: Month = MARCH) -> None:
        """Send messages for so much, and be billed for them."""
        self.office.report([(self.name, month.first_day, "CMCC", int(Decimal(amount) * 100))])
        self.office.run_billing(month, self.customer, attempt=self.office.reports, shards=1)

    def ledger(self, **page: Any) -> dict[str, Any]:
        shown: dict[str, Any] = Ledger().dump(show_ledger(self.office.begin(SALES), self.account, **{**PAGE, **page}))
        return shown

    @property
    def balance(self) -> str:
        total: str = self.ledger()["balance"]["total"]
        return total

    def post(self, amount: str, book: str = "prepay", day: date = date(2026, 4, 1), against: str = "revenue") -> None:
        """By hand, with SQL."""
        posting = new_id()
        self.office.rows(
            """
            WITH posting AS (
                INSERT INTO ledger_postings (id, kind, day, process_id, reason, posted_at)
                VALUES (:id, 'recharge', :day, :id, '', now()) RETURNING id
            )
            INSERT INTO ledger_entries (posting_id, number, book, account_id, amount)
            SELECT id, 1, :book, :account, CAST(:amount AS numeric) FROM posting
            UNION ALL SELECT id, 2, :against, NULL, -CAST(:amount AS numeric) FROM posting RETURNING number
            """,
            id=posting,
            day=day,
            book=book,
            account=self.account,
            amount=amount,
            against=against,
        )
