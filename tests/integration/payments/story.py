"""What happens to money, told in few words: events as other services say them, and what people ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.contracts import payments_calls as calls
from services.contracts import payments_matching_calls as matching_calls
from services.contracts import payments_receipt_calls as receipt_calls
from services.contracts.payments import EVENTS
from services.contracts.workflow import Prepared, PrepareProcess
from services.kit.caller import CallContext, Caller
from services.kit.clock import Month
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.ids import new_id
from services.kit.jobs import Shard
from services.kit.schema import load
from services.kit.unit_of_work import Begin
from services.payments.store.payer_assignments import AliasFilter
from services.payments.store.receipt_pages import ReceiptFilter
from services.payments.usecases.end_process import apply_process
from services.payments.usecases.keep_customer import keep_customer
from services.payments.usecases.list_aliases import list_aliases
from services.payments.usecases.list_receipts import list_receipts
from services.payments.usecases.open_receivables import open_receivables
from services.payments.usecases.prepare_process import prepare_process
from services.payments.usecases.prepare_write_off import prepare_write_off
from services.payments.usecases.record_receipt import NewReceipt, record_receipt
from services.payments.usecases.release_write_off import release_write_off
from services.payments.usecases.retry_write_offs import retry_write_offs
from services.payments.usecases.show_receipt import show_receipt
from services.payments.usecases.show_receivable import show_receivable

YUNFAN = "上海云帆网络科技有限公司"
NOW = datetime(2026, 4, 10, 2, tzinfo=UTC)
ZHANG_WEI = UUID("00000000-0000-7000-8000-000000000001")
LI_NA = UUID("00000000-0000-7000-8000-000000000002")
EAST = UUID("00000000-0000-7000-8000-0000000000e1")
WEST = UUID("00000000-0000-7000-8000-0000000000e2")

SALES = Caller(str(ZHANG_WEI), "张伟", str(EAST), roles=frozenset({"sales"}))
OTHER_SALES = Caller(str(LI_NA), "李娜", str(WEST), roles=frozenset({"sales"}))
LEAD = Caller(str(new_id()), "王芳", str(EAST), (str(EAST),), (str(EAST),), frozenset({"sales_lead"}))
SALES_ADMIN = Caller(str(new_id()), "赵敏", str(EAST), roles=frozenset({"sales_admin"}))
FINANCE = Caller(str(new_id()), "钱进", roles=frozenset({"finance"}))
SERVICE = Caller(str(new_id()), "bank-feed", scopes=frozenset({"receipts.write"}))


@dataclass
class Story:
    """One database's story."""

    database: Database
    now: datetime = NOW
    references: int = field(default=0)

    def begin(self, caller: Caller = FINANCE, consumer: str = "") -> Begin:
        return Begin("payments", self.database, EVENTS, CallContext(caller, as_of=self.now), consumer)

    def hear(self, use_case: Any, source: str, kind: str, subject: object, data: Mapping[str, Any], version: int = 1) -> Event:
        event = Event(new_id(), source, kind, str(subject), self.now, 1, version, dict(data))
        use_case(self.begin(Caller.system("payments"), consumer=f"on_{kind}"), event)
        return event

    def customer(
        self,
        name: str = YUNFAN,
        *,
        invoice_name: str = "",
        account: str = "",
        owner: Caller | None = SALES,
        known: UUID | None = None,
        version: int = 1,
    ) -> UUID:
        """``customer_added``, or for a ``known`` one ``customer_changed``."""
        customer_id = known or new_id()
        data = {
            "id": str(customer_id),
            "name": name,
            "tier": "contract" if owner else "pool",
            "owner_id": owner and owner.user_id,
            "owner_name": owner and owner.name,
            "owner_department_id": owner and owner.department_id,
            "invoice_information": {"company_name": invoice_name, "bank_account": account},
        }
        kind = "customer_added" if known is None else "customer_changed"
        self.hear(keep_customer, "customer", kind, customer_id, data, version)
        return customer_id

    def bill(
        self,
        customer_id: UUID,
        amount: str,
        *,
        month: str = "2026-03",
        mode: str = "postpaid",
        quantity: int = 1000,
        name: str = YUNFAN,
        number: str = "",
        cost: str | None = None,
        kind: str = "industry_sms",
        shares: Mapping[UUID, str] | None = None,
        covered: str = "0.00",
        covered_quantity: int | None = 0,
        process_id: UUID | None = None,
        known: UUID | None = None,
    ) -> UUID:
        """``bills_reconciled`` with one bill; one with its own ``cost`` is an e-commerce order's. ``amount`` and ``quantity`` are
        what is owed beside what balances have ``covered``; ``shares`` are accounts'."""
        bill_id = known or new_id()
        bill: dict[str, Any] = {
            "bill_id": str(bill_id),
            "number": number or f"B{month}-{bill_id.hex[-6:]}",
            "customer_id": str(customer_id),
            "customer_name": name,
            "product_id": None if cost else str(new_id()),
            "product_name": "电商购销" if cost else "行业短信",
            "product_type": "ecommerce" if cost else kind,
            "payment_mode": mode,
            "month": month,
            "amount": amount,
            "quantity": quantity,
            "state": "reconciled",
            "due_on": Month.parse(month).plus(1).last_day.isoformat(),
            "needs_invoice": True,
            "cost": cost,
            "shares": [
                {"account_id": str(account_id), "identifier": f"acc-{account_id.hex[-6:]}", "quantity": 1, "amount": share}
                for account_id, share in (shares or {}).items()
            ],
            "covered": covered,
            "covered_quantity": covered_quantity,
        }
        data = {"process_id": str(process_id or new_id()), "customer_id": str(customer_id), "bills": [bill]}
        self.hear(open_receivables, "billing", "bills_reconciled", customer_id, data)
        return bill_id

    def receipt(
        self, amount: str, *, payer: str = YUNFAN, account: str = "", on: date = date(2026, 4, 3), caller: Caller = FINANCE
    ) -> UUID:
        """A receipt typed in."""
        self.references += 1
        received_at = datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
        new = NewReceipt("6222", f"R{self.references}", received_at, payer, account, Decimal(amount), "")
        receipt_id: UUID = record_receipt(self.begin(caller), new)["id"]
        return receipt_id

    def shown_receipt(self, receipt_id: UUID, caller: Caller = FINANCE) -> Any:
        """As the interface shows it."""
        return receipt_calls.ReceiptDetail().dump(show_receipt(self.begin(caller), receipt_id))

    def shown_receivable(self, bill_id: UUID, caller: Caller = FINANCE) -> Any:
        return calls.ReceivableDetail().dump(show_receivable(self.begin(caller), bill_id))

    def pool(self, caller: Caller = FINANCE, **wanted: Any) -> list[UUID]:
        """The ids of the receipts in the pool."""
        page = list_receipts(self.begin(caller), ReceiptFilter(**wanted), page_size=200, sort="", cursor="")
        return [receipt["id"] for receipt in page.items]

    def aliases(self, caller: Caller = SALES_ADMIN, **wanted: Any) -> list[dict[str, Any]]:
        """The payers' names that were remembered, the newest first, as the interface shows them."""
        page = list_aliases(self.begin(caller), AliasFilter(**wanted), page_size=200, sort="", cursor="")
        aliases: list[dict[str, Any]] = matching_calls.PayerAlias(many=True).dump(page.items)
        return aliases

    def retry(self) -> dict[str, int]:
        """``auto_write_off``, as one shard."""
        begin = self.begin(Caller.system("payments"))
        return retry_write_offs(Shard(begin, new_id(), 0, 1, self.now.date(), {}))

    def prepare(
        self,
        customer_id: UUID,
        pairs: list[tuple[UUID, UUID, str]],
        *,
        process_id: UUID | None = None,
        phase: str = "start",
        process_version: int = 1,
        caller: Caller = SALES,
    ) -> tuple[UUID, Any]:
        """What workflow asks before a manual write-off starts.

        :returns: the write-off's id and what payments answered.
        """
        write_off_id = process_id or new_id()
        request = {
            "process_id": str(write_off_id),
            "process_version": process_version,
            "code": "write_off",
            "phase": phase,
            "node": None,
            "subject_id": str(customer_id),
            "form": {
                "pairs": [{"receipt_id": str(r), "bill_id": str(b), "amount": amount} for r, b, amount in pairs],
                "remarks": "手动",
            },
            "initiator": {"id": caller.user_id, "name": caller.name, "department_id": caller.department_id or None},
        }
        return write_off_id, Prepared().dump(prepare_write_off(self.begin(caller), load(PrepareProcess, request)))

    def prepare_reversal(
        self,
        customer_id: UUID,
        target_id: UUID,
        *,
        process_id: UUID | None = None,
        phase: str = "start",
        process_version: int = 1,
        caller: Caller = SALES,
    ) -> tuple[UUID, Any]:
        """What workflow asks before a 冲销申请 for a write-off starts.

        :returns: the reversal's id and what payments answered.
        """
        reversal_id = process_id or new_id()
        request = {
            "process_id": str(reversal_id),
            "process_version": process_version,
            "code": "reversal",
            "phase": phase,
            "node": None,
            "subject_id": str(customer_id),
            "form": {"kind": "write_off", "target_id": str(target_id), "reason": "认错了客户"},
            "initiator": {"id": caller.user_id, "name": caller.name, "department_id": caller.department_id or None},
        }
        return reversal_id, Prepared().dump(prepare_process(self.begin(caller), load(PrepareProcess, request)))

    def turn(self, outcome: str, write_off_id: UUID, *, version: int = 2, code: str = "write_off") -> Event:
        """``process_archived``, ``process_withdrawn`` or ``process_rejected``."""
        data: dict[str, Any] = {
            "process_id": str(write_off_id),
            "code": code,
            "definition_version": 1,
            "name_zh": "销账",
            "name_en": "Write-off",
            "owner_service": "payments",
            "title": "销账",
            "subject": {"type": "customer", "id": "x", "name": "x"},
            "customer_id": None,
            "customer_name": None,
            "initiator": {"id": SALES.user_id, "name": SALES.name, "department_id": SALES.department_id},
            "form": {},
            "facts": {},
        }
        if outcome == "archived":
            return self.hear(apply_process, "workflow", "process_archived", write_off_id, data, version)
        data |= {"by_id": SALES.user_id, "by_name": SALES.name, "opinion": "金额不对"}
        return self.hear(release_write_off, "workflow", f"process_{outcome}", write_off_id, data, version)

    def told(self, kind: str) -> list[dict[str, Any]]:
        """What was published of this type, in order."""
        with self.database.engine.connect() as connection:
            query = text("SELECT envelope -> 'data' FROM outbox WHERE type = :kind ORDER BY position")
            return list(connection.scalars(query, {"kind": kind}))

    def started(self) -> list[UUID]:
        """The ids of the write-offs that started by themselves, in order."""
        return [UUID(one["write_off_id"]) for one in self.told("write_off_started") if one["automatic"]]


def reasons_by_customer(receipt: dict[str, Any]) -> dict[str, list[str]]:
    """Whom a receipt's page suggests, the best first, and why."""
    return {each["customer_name"]: [reason["code"] for reason in each["reasons"]] for each in receipt["suggestions"]}
