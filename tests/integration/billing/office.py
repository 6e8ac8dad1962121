"""What happens in billing, told in few words: events as other services say them, and what people ask."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from deploy.api_client import wait_until
from services.billing.tasks import tasks
from services.billing.usecases.close_bill import settle_bill
from services.billing.usecases.copy_account import copy_account
from services.billing.usecases.copy_customer import copy_customer
from services.billing.usecases.copy_product import copy_product
from services.billing.usecases.end_process import apply_process, release_process
from services.billing.usecases.prepare_process import prepare_process
from services.billing.usecases.record_usage import Report, record_reported_usage
from services.contracts.billing import EVENTS
from services.contracts.external import UsageReported
from services.contracts.workflow import Prepared, PrepareProcess
from services.kit.caller import CallContext, Caller
from services.kit.clock import Month
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.errors import InvalidInput
from services.kit.files import FolderStore
from services.kit.ids import new_id
from services.kit.jobs import Shard, finish_shard, job_status, open_job, take_shard
from services.kit.schema import load
from services.kit.tables import outbox
from services.kit.unit_of_work import Begin

YUNFAN = "上海云帆网络科技有限公司"
MARCH = Month(2026, 3)
NOW = datetime(2026, 4, 1, 2, tzinfo=UTC)
EAST, WEST = UUID("00000000-0000-7000-8000-0000000000e1"), UUID("00000000-0000-7000-8000-0000000000e2")

SALES = Caller(str(new_id()), "张伟", str(EAST), roles=frozenset({"sales"}))
OTHER_SALES = Caller(str(new_id()), "李娜", str(WEST), roles=frozenset({"sales"}))
LEAD = Caller(str(new_id()), "王芳", str(EAST), (str(EAST),), (str(EAST),), frozenset({"sales_lead"}))
FINANCE = Caller(str(new_id()), "钱进", roles=frozenset({"finance"}))

INFORMATION = {
    "company_name": YUNFAN,
    "tax_number": "91310115MA1K3XQ771",
    "address": "上海市张江路 88 号",
    "telephone": "021-50800188",
    "bank": "工商银行",
    "bank_account": "1001281209016888123",
}


@dataclass
class Office:
    """One database's billing."""

    database: Database
    folder: Path
    now: datetime = NOW
    reports: int = 0
    reratings: int = 0

    def begin(self, caller: Caller = FINANCE, consumer: str = "") -> Begin:
        return Begin("billing", self.database, EVENTS, CallContext(caller, as_of=self.now), consumer)

    @property
    def files(self) -> FolderStore:
        return FolderStore(self.folder)

    def hear(self, use_case: Any, kind: str, data: Mapping[str, Any], *, version: int = 1, time: datetime | None = None) -> Event:
        event = Event(new_id(), "elsewhere", kind, "", time or self.now, 1, version, dict(data))
        use_case(self.begin(Caller.system("billing"), f"on_{kind}"), event)
        return event

    # What customer tells

    def customer(self, name: str = YUNFAN, owner: Caller = SALES, **changes: Any) -> UUID:
        customer_id = changes.pop("id", None) or new_id()
        information = changes.pop("information", INFORMATION)
        data = {
            "id": str(customer_id),
            "name": name,
            "tier": "contract",
            "owner_id": owner.user_id,
            "owner_name": owner.name,
            "owner_department_id": owner.department_id,
            "invoice_information": information,
        }
        self.hear(copy_customer, "customer_added", data, **changes)
        return UUID(str(customer_id))

    def product(self, customer_id: UUID, name: str = "行业短信", kind: str = "industry_sms", **changes: Any) -> UUID:
        product_id = changes.pop("id", None) or new_id()
        data = {
            "id": str(product_id),
            "customer_id": str(customer_id),
            "name": name,
            "type": kind,
            "payment_mode": changes.pop("payment_mode", "postpaid"),
            "billing_cycle_months": changes.pop("cycle", 1),
            "needs_invoice": changes.pop("needs_invoice", True),
        }
        self.hear(copy_product, "product_added", data, time=changes.pop("time", datetime(2026, 1, 5, tzinfo=UTC)), **changes)
        return UUID(str(product_id))

    def account(self, product_id: UUID, customer_id: UUID, identifier: str, **changes: Any) -> UUID:
        account_id = changes.pop("id", None) or new_id()
        data = {
            "id": str(account_id),
            "identifier": identifier,
            "product_id": str(product_id),
            "customer_id": str(customer_id),
            "signature": "云帆科技",
            "interface": "http",
            "status": "active",
        }
        self.hear(copy_account, "account_opened", data, **changes)
        return UUID(str(account_id))

    # Usage and prices

    def report(
        self,
        lines: Iterable[tuple[str, date, str, int]],
        report_id: str | None = None,
        replaces: str | None = None,
        source: str = "platform",
    ) -> dict[str, Any]:
        self.reports += 1
        named = {"source": source, "report_id": report_id or f"r{self.reports}", "replaces": replaces}
        rows = [
            {"account": account, "day": day.isoformat(), "operator": operator, "quantity": quantity}
            for account, day, operator, quantity in lines
        ]
        reported = load(UsageReported, {**named, "lines": rows})
        report = Report(reported["source"], reported["report_id"], reported["replaces"], "http")
        counted: dict[str, Any] = record_reported_usage(self.begin(), report, reported["lines"])
        return counted

    def price(
        self,
        product_id: UUID,
        prices: list[dict[str, Any]],
        kind: str = "tiered",
        valid_from: str = "2026-03-01",
        valid_to: str | None = None,
        **changes: Any,
    ) -> UUID:
        form = {"product_id": str(product_id), "valid_from": valid_from, "valid_to": valid_to, "kind": kind, "prices": prices}
        process_id = new_id()
        self.archive("price_adjustment", process_id, form, **changes)
        return process_id

    # Processes

    def prepare(
        self,
        code: str,
        process_id: UUID,
        subject_id: UUID,
        form: Mapping[str, Any],
        caller: Caller = SALES,
        phase: str = "start",
        node: str | None = None,
        version: int = 1,
    ) -> dict[str, Any]:
        request = {
            "process_id": str(process_id),
            "process_version": version,
            "code": code,
            "phase": phase,
            "node": node,
            "subject_id": str(subject_id),
            "form": dict(form),
            "initiator": initiator(),
        }
        prepared: dict[str, Any] = Prepared().dump(prepare_process(self.begin(caller), load(PrepareProcess, request)))
        return prepared

    def archive(
        self, code: str, process_id: UUID, form: Mapping[str, Any], customer_id: UUID | None = None, **changes: Any
    ) -> Event:
        data = {**_process(code, process_id, form), "customer_id": customer_id and str(customer_id)}
        return self.hear(apply_process, "process_archived", data, **{"version": 9, **changes})

    def reject(self, code: str, process_id: UUID, version: int = 9) -> Event:
        return self.hear(release_process, "process_rejected", _turned(code, process_id), version=version)

    def withdraw(self, code: str, process_id: UUID, version: int = 9) -> Event:
        return self.hear(release_process, "process_withdrawn", _turned(code, process_id), version=version)

    def settle(self, bill_id: UUID, outstanding: str, version: int = 1) -> Event:
        data = {"bill_id": str(bill_id), "outstanding": outstanding, "write_off_id": str(new_id())}
        return self.hear(settle_bill, "receivable_settled", data, version=version)

    # Jobs

    def run_billing(self, month: Month = MARCH, customer_id: UUID | None = None, attempt: int = 1, shards: int = 4) -> UUID:
        params = {"month": str(month), "customer_id": customer_id and str(customer_id), "attempt": attempt}
        key = f"{month}:{customer_id or 'all'}:{attempt}"
        with self.begin()() as work:
            job_id, _ = open_job(work, "billing_run", key, as_of=self.now.date(), params=params, shards=shards)
        for number in range(shards):
            self.do_shard(job_id, number)
        return job_id

    def rerate(self, shards: int = 1) -> dict[str, int]:
        """Rate late usage as the daily job does, once more a call.

        :returns: its counts, over all shards.
        """
        self.reratings += 1
        with self.begin()() as work:
            job_id, _ = open_job(work, "rerate_late_usage", str(self.reratings), as_of=self.now.date(), shards=shards)
        counts: Counter[str] = Counter()
        for number in range(shards):
            self.do_shard(job_id, number)
        with self.begin()() as work:
            for result in job_status(work, job_id).results:
                counts.update(result or {})
        return dict(counts)

    def do_shard(self, job_id: UUID, number: int = 0) -> Shard | None:
        shard = take_shard(self.begin(Caller.system("billing")), job_id, number, self.files)
        if shard is not None:
            with self.begin()() as work:
                name = str(work.session.execute(text("SELECT name FROM jobs WHERE id = :id"), {"id": job_id}).scalar_one())
            finish_shard(shard, tasks.kinds[name].function(shard))
        return shard

    # What came of it

    def events(self, kind: str) -> list[dict[str, Any]]:
        with self.begin()() as work:
            query = select(outbox.c.envelope).where(outbox.c.type == kind).order_by(outbox.c.position)
            return [envelope["data"] for envelope in work.session.scalars(query)]

    def applied(self, code: str) -> list[dict[str, Any]]:
        """What was said to be in force of this kind of process."""
        return [each for each in self.events("process_applied") if each["code"] == code]

    def rows(self, sql: str, **params: Any) -> list[Any]:
        with self.begin()() as work:
            return list(work.session.execute(text(sql), params))

    def states(self) -> list[str]:
        """The bills' states, by amount."""
        return [row.state for row in self.rows("SELECT state FROM bills ORDER BY amount")]

    def wait_until_blocked(self, count: int = 1) -> None:
        """Until so many transactions of this database wait for a lock of another."""
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        wait_until(f"{count} to wait for a lock", lambda: self.value(waiting) >= count)

    def value(self, sql: str, **params: Any) -> Any:
        (row,) = self.rows(sql, **params)
        return row[0]


def unified(price: str) -> list[dict[str, Any]]:
    return [{"segment": None, "tiers": [{"up_to": None, "unit_price": price}]}]


def _process(code: str, process_id: UUID, form: Mapping[str, Any]) -> dict[str, Any]:
    subject = {"type": "", "id": str(form.get("product_id", "")), "name": ""}
    process = {"process_id": str(process_id), "code": code, "title": code, "owner_service": "billing", "customer_name": YUNFAN}
    initiator = {"id": SALES.user_id, "name": SALES.name, "department_id": SALES.department_id}
    return {**process, "initiator": initiator, "subject": subject, "form": dict(form)}


def _turned(code: str, process_id: UUID) -> dict[str, Any]:
    process = {"process_id": str(process_id), "code": code, "owner_service": "billing", "initiator": initiator()}
    return {**process, "opinion": "不同意"}


def initiator() -> dict[str, Any]:
    return {"id": SALES.user_id, "name": SALES.name, "department_id": SALES.department_id}


def selected(*bills: UUID) -> dict[str, Any]:
    return {"bill_ids": [str(bill) for bill in bills]}


def fields_of(call: Callable[[], object]) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as refusal:
        call()
    return refusal.value.fields
