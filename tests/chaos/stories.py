"""A story as people play it: from a customer to the commission, step by step, with patience."""

import csv
import io
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final

from deploy.api_client import ApiProblem
from deploy.people import PEOPLE, login_of
from deploy.story.documents import one_page_pdf
from deploy.story.usage import report_by_event, usage_file
from services.kit.bus.links import LINK_ERRORS
from tests.chaos.patience import PatientClient, Pauses, wait_for
from tests.chaos.plans import SELLERS, STEPS, Days, Plan

CAST: Final = tuple(person.login for person in PEOPLE if person.login != "admin")
_SOURCE: Final = "chaos"
_BANK_ACCOUNT: Final = "1001244509016612345"

Form = Mapping[str, Any]


class Story:
    """One story, played by one thread.

    :param cast: everybody's client, by login; of this thread alone.
    :param amqp_url: where the messaging platform reports usage.
    """

    def __init__(self, plan: Plan, days: Days, cast: Mapping[str, PatientClient], amqp_url: str) -> None:
        self.plan = plan
        self._days = days
        self._cast = cast
        self._amqp_url = amqp_url
        self._sales = cast[plan.seller]
        self._customer_id = ""
        self._product_id = ""
        self._bill_id = ""

    def play(self, finished: Callable[[], None]) -> None:
        """
        :param finished: told of each step that is done.
        """
        for step in STEPS:
            getattr(self, f"_{step}")()
            finished()

    def _customer(self) -> None:
        name = self.plan.name
        information = {"company_name": name, "tax_number": "91310115MA1K3XQ771"}
        customer = self._sales.make(
            "/customers",
            {"name": name, "invoice_information": information, "confirm_near_duplicates": True},
            partial(self._first, self._sales, "/customers", q=name),
        )
        self._customer_id = customer["id"]
        below = f"/customers/{self._customer_id}"
        contact = {"name": "顾晓岚", "mobile": f"138{self.plan.number:08d}", "is_decision_maker": True}
        contact_id = self._sales.post(f"{below}/contacts", contact)["id"]
        log = {"contact_id": contact_id, "channel": "call", "content": "客户确认验证码与通知短信需求。"}
        self._sales.post(f"{below}/contact-logs", log)
        product = {"type": "industry_sms", "payment_mode": "postpaid", "name": "行业短信"}
        self._product_id = self._sales.make(f"{below}/products", product, partial(self._first, self._sales, f"{below}/products"))[
            "id"
        ]

    def _account(self) -> None:
        accounts = f"/products/{self._product_id}/accounts"
        if not self.plan.applies:
            form = {"identifier": self.plan.account, "signature": "风雨", "interface": "http", "status": "active"}
            care = self._holder("customer_care")
            care.make(accounts, form, partial(self._first, care, accounts))
            return
        form = {"product_id": self._product_id, "signature": "风雨", "interface": "http", "industry": "软件"}
        process = self._start("test_account", self._product_id, {**form, "template": "您的验证码是{code}。"})
        self._approve(self._lead, process)
        self._approve(self._holder("risk_expert"), process)
        self._approve(self._holder("customer_care"), process, {"account_identifiers": [self.plan.account]})
        self._wait_until_in_force(process)

    def _contract(self) -> None:
        form = {
            "product_ids": [self._product_id],
            "valid_from": self._days.first_of_last_month.isoformat(),
            "valid_to": self._days.today.replace(year=self._days.today.year + 1, day=1).isoformat(),
            "is_standard": True,
            "draft": [self._attach("合同草稿.pdf")],
            "remarks": "标准合同，按月后付。",
        }
        process = self._start("contract_review", self._customer_id, form)
        self._approve(self._lead, process)
        for role in ("legal", "finance", "operations_vp", "sales_director"):
            self._approve(self._holder(role), process)
        self._approve(self._sales, process, {"stamped_scan": [self._attach("合同盖章.pdf")]})
        self._wait_until_in_force(process)

    def _price(self) -> None:
        form = {
            "valid_from": self._days.first_of_last_month.isoformat(),
            "kind": "tiered" if len(self.plan.tiers) > 1 else "unified",
            "prices": [{"segment": None, "tiers": self.plan.tiers}],
        }
        process = self._start("price_adjustment", self._product_id, form)
        self._approve(self._lead, process)
        self._approve(self._holder("sales_admin"), process)
        self._wait_until_in_force(process)

    def _usage(self) -> None:
        lines = [(self._days.first_of_last_month, "CMCC", self.plan.quantity)]
        clerk = self._holder("billing_expert")
        match self.plan.usage:
            case "event":
                self._report(partial(report_by_event, self._amqp_url, self.plan.account, self.plan.account, lines))
            case "http":
                rows = [{"account": self.plan.account, "day": day.isoformat(), "operator": operator, "quantity": quantity}
                        for day, operator, quantity in lines]  # fmt: skip  # a row's fields on one line
                clerk.post("/usage-reports", {"source": _SOURCE, "report_id": self.plan.account, "lines": rows})
            case "file":
                taken = clerk.upload(
                    "/usage-imports", f"{self.plan.account}.csv", usage_file(self.plan.account, lines),
                    source=_SOURCE, report_id=self.plan.account,
                )  # fmt: skip  # a file, and what is said of it
                counted = wait_for("the file to be counted", partial(_unless, "queued", clerk, f"/usage-imports/{taken['id']}"))
                assert counted["state"] == "counted", counted
        query = {"customer_id": self._customer_id, "month": self._days.last_month}
        wait_for(
            "usage", lambda: sum(row["quantity"] for row in self._items(self._sales, "/usage", **query)) == self.plan.quantity
        )

    def _report(self, report: Callable[[], None]) -> None:
        """The messaging platform is patient, too: the report's id makes it count once."""
        pauses = Pauses("the broker to take a report")
        while True:
            try:
                report()
            except LINK_ERRORS as error:
                pauses.last = error
                pauses.take()
            else:
                return

    def _bill(self) -> None:
        clerk = self._holder("billing_expert")
        run = clerk.post("/billing-runs", {"month": self._days.last_month, "customer_id": self._customer_id})
        wait_for("the billing run", partial(_is, "done", clerk, f"/billing-runs/{run['id']}"))
        (bill,) = wait_for("the bill", lambda: self._items(self._sales, "/bills", customer_id=self._customer_id))
        assert Decimal(bill["amount"]) == self.plan.amount, bill
        self._bill_id = bill["id"]

    def _reconciliation(self) -> None:
        bills = {"bill_ids": [self._bill_id]}
        statement = self._sales.post("/statements", bills)
        pauses = Pauses("the statement")
        while (state := self._sales.get(f"/statements/{statement['id']}")["state"]) != "done":
            assert state != "failed", "the statement failed"
            pauses.last = state
            pauses.take()
        assert self._sales.download(f"/statements/{statement['id']}.pdf").startswith(b"%PDF-")
        process = self._start("reconciliation", self._customer_id, bills)
        self._approve(self._holder("audit_expert"), process)
        self._approve(self._holder("finance"), process)
        self._wait_until_in_force(process)
        wait_for("the receivable", lambda: self._items(self._sales, "/receivables", customer_id=self._customer_id))

    def _invoice(self) -> None:
        form = {"bills": [{"bill_id": self._bill_id, "amount": str(self.plan.amount)}], "invoice_type": "ordinary"}
        process = self._start("bill_invoice", self._customer_id, form)
        self._approve(self._lead, process)
        number = f"{self.plan.seed % 10**6:06d}{self.plan.number:08d}"
        self._approve(self._holder("finance"), process, {"invoice_number": number, "issued_on": self._days.today.isoformat()})
        self._wait_until_in_force(process)

    def _receipt(self) -> None:
        finance = self._holder("finance")
        records = [(f"{self.plan.account}-{part}", amount) for part, amount in enumerate(self.plan.receipts)]
        if self.plan.imports:
            report = finance.upload("/receipt-imports", f"{self.plan.account}.csv", self._bank_file(records), mapping="generic")
            assert (report["new"] + report["known"], report["wrong"]) == (len(records), 0), report
        else:
            for reference, amount in records:
                receipt = {"bank_account": _BANK_ACCOUNT, "reference": reference, "received_at": f"{self._days.today}T00:00:00Z",
                           "payer_name": self.plan.name, "amount": str(amount)}  # fmt: skip  # a record on two lines
                finance.post("/receipts", receipt)
        self._write_off()

    def _write_off(self) -> None:
        """By itself, where one receipt covers the bill; else sales says which receipts are for it."""
        if self.plan.parts == 1:
            box = {"box": "todo", "code": "write_off", "customer_id": self._customer_id}
            process = wait_for("销账 to start by itself", lambda: self._first(self._sales, "/processes", **box))["id"]
        else:
            found = wait_for("the receipts to find their payer", self._matched_receipts)
            pairs = [{"receipt_id": each["id"], "bill_id": self._bill_id, "amount": each["amount"]} for each in found]
            process = self._start("write_off", self._customer_id, {"pairs": pairs})
            self._approve(self._holder("sales_director"), process)
            self._approve(self._holder("finance"), process)
        self._approve(self._sales, process)
        self._wait_until_in_force(process)

    def _matched_receipts(self) -> list[dict[str, Any]]:
        found = [each for each in self._items(self._sales, "/receipts", payer=self.plan.name) if each["customer_id"]]
        return found if len(found) == self.plan.parts else []

    def _bank_file(self, records: list[tuple[str, Decimal]]) -> bytes:
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerow(["收款账号", "流水号", "到款时间", "付款人", "付款账号", "金额", "备注"])
        at = f"{self._days.today} 08:00:00"
        rows.writerows(
            [_BANK_ACCOUNT, reference, at, self.plan.name, "", str(amount), "短信服务费"] for reference, amount in records
        )
        return text.getvalue().encode("gb18030")

    def _commission(self) -> None:
        wait_for("the bill to be closed", partial(_is, "closed", self._sales, f"/bills/{self._bill_id}"))
        settled = self._sales.get(f"/receivables/{self._bill_id}")
        assert (settled["state"], settled["outstanding"]) == ("settled", "0.00"), settled

    # What the steps are made of

    @property
    def _lead(self) -> PatientClient:
        return self._cast[SELLERS[self.plan.seller]]

    def _holder(self, role: str) -> PatientClient:
        return self._cast[login_of(role)]

    def _start(self, code: str, subject_id: str, form: Form) -> str:
        return str(self._sales.post("/processes", {"code": code, "subject_id": subject_id, "form": form})["id"])

    def _approve(self, client: PatientClient, process_id: str, form: Form | None = None) -> None:
        task = wait_for(f"a task for {client.user['name']}", partial(_own_task, client, process_id))
        # Whoever has approved and not heard of it finds that the task is gone; nobody else has it to take.
        gone = partial(_has_left, client, process_id, task["id"])
        client.make(f"/tasks/{task['id']}/approve", {"opinion": "同意", "form": form or {}}, gone)

    def _wait_until_in_force(self, process_id: str) -> None:
        def look() -> bool:
            page = self._sales.get(f"/processes/{process_id}")
            return bool(page["state"] == "archived" and page["effect"]["state"] == "in_force")

        wait_for(f"the effect of {process_id}", look)

    def _attach(self, name: str) -> dict[str, Any]:
        stored = self._sales.upload("/attachments", name, one_page_pdf(f"{self.plan.account} {self.plan.seed}"))
        return {"id": stored["id"], "name": stored["name"]}

    def _first(self, client: PatientClient, path: str, **query: Any) -> dict[str, Any] | None:
        items = self._items(client, path, **query)
        return items[0] if items else None

    @staticmethod
    def _items(client: PatientClient, path: str, **query: Any) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = client.get(path, **query)["items"]
        return items


def _own_task(client: PatientClient, process_id: str) -> dict[str, Any] | None:
    try:
        task: dict[str, Any] | None = client.get(f"/processes/{process_id}")["task"]
    except ApiProblem as problem:
        if problem.status == 404:
            return None  # it has not come to this person yet
        raise
    return task


def _has_left(client: PatientClient, process_id: str, task_id: str) -> bool:
    task = _own_task(client, process_id)
    return task is None or task["id"] != task_id


def _is(state: str, client: PatientClient, path: str) -> bool:
    return bool(client.get(path)["state"] == state)


def _unless(state: str, client: PatientClient, path: str) -> dict[str, Any] | None:
    found: dict[str, Any] = client.get(path)
    return None if found["state"] == state else found
