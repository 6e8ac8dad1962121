"""A company at work, through the gateway alone: what the tests of the catalogue are told with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import count
from typing import Any

from deploy.api_client import ApiProblem, wait_until
from deploy.office import Desk, Office
from deploy.story.documents import one_page_pdf
from services.kit.clock import SHANGHAI

SALES, LEAD, STRANGER = "zhang.wei", "chen.jing", "liu.yang"
INFORMATION = {"company_name": "", "tax_number": "91310115MA1K3XQ771"}

Form = dict[str, Any]
Turn = tuple[str, Form]
"""Who approves (a role, a login, or ``lead``), and what is entered."""


@dataclass(frozen=True)
class Kept:
    """A customer of the salesperson's, with one product and one account of it."""

    id: str
    name: str
    product_id: str
    account_id: str
    account: str


class Company:
    """The sales force, and what it needs before a process can be about something.

    :param office: at the system.
    :param tag: stands in all names, where several work at one system.
    """

    def __init__(self, office: Office, tag: str = "") -> None:
        self.office = office
        self._tag = tag
        self._numbers = count(1)
        self.today = datetime.now(SHANGHAI).date()
        self.month_first = (self.today.replace(day=1) - timedelta(days=1)).replace(day=1)
        self.month = f"{self.month_first:%Y-%m}"

    def number_from(self, first: int) -> None:
        """Name what comes by these numbers: another company has been at work on the same system."""
        self._numbers = count(first)

    @property
    def sales(self) -> Desk:
        return self.office.desk(SALES)

    def desk(self, who: str) -> Desk:
        """By login, by role, or the salesperson's ``lead``."""
        if who == "lead":
            return self.office.desk(LEAD)
        return self.office.desk(who) if "." in who else self.office.holder(who)

    # Facts that processes are about

    def customer(self, *, mode: str = "postpaid", kind: str = "industry_sms", by: str = SALES) -> Kept:
        """A new customer with a product and an active account."""
        name = f"目录{self._tag}{next(self._numbers):03d}号科技有限公司"
        api = self.office.desk(by).client
        customer = api.post(
            "/customers",
            {
                "name": name,
                "invoice_information": {**INFORMATION, "company_name": name},
                "confirm_near_duplicates": True,
            },
        )
        product = api.post(f"/customers/{customer['id']}/products", {"type": kind, "payment_mode": mode})
        opened = self.account(product["id"])
        if mode == "prepaid":
            wait_until("billing to know the account", lambda: self.found(f"/accounts/{opened['id']}/ledger"))
        return Kept(customer["id"], name, product["id"], opened["id"], opened["identifier"])

    # What processes must not be about, and what they leave as it is: made once

    @cached_property
    def others(self) -> Kept:
        """Another salesperson's customer."""
        return self.customer(by=STRANGER)

    @cached_property
    def other(self) -> Kept:
        """Another customer of the salesperson's."""
        return self.customer()

    @cached_property
    def others_bill(self) -> dict[str, Any]:
        """Its bill, which is open."""
        return self.bill(self.other)

    @cached_property
    def others_receipt(self) -> dict[str, Any]:
        """Its money."""
        return self.receipt(self.other, "300.00")

    @cached_property
    def others_recharge(self) -> tuple[Kept, str]:
        """A further customer, whose account has a balance; and the recharge that it is from."""
        kept = self.customer(mode="prepaid")
        turns: tuple[Turn, ...] = ("lead", {}), ("finance", {}), ("customer_care", {})
        return kept, self.archive("recharge", kept.account_id, self.recharge_form(), *turns)

    def account(self, product_id: str) -> dict[str, Any]:
        """A new account of a product."""
        form = {
            "identifier": f"catalogue-{self._tag}{next(self._numbers):03d}",
            "signature": "目录测试",
            "interface": "http",
            "status": "active",
        }
        opened: dict[str, Any] = self.desk("customer_care").client.post(f"/products/{product_id}/accounts", form)
        return opened

    def change_account(self, account_id: str, **values: str) -> None:
        """As customer care does."""
        client = self.desk("customer_care").client
        version = client.get(f"/accounts/{account_id}")["version"]
        client.patch(f"/accounts/{account_id}", {"version": version, **values})

    def bill(self, kept: Kept, quantity: int = 10_000) -> dict[str, Any]:
        """Last month's bill of a customer, at 0.042 a message: 420.00 unless told otherwise."""
        self.archive("price_adjustment", kept.product_id, self.prices(), ("lead", {}), ("sales_admin", {}))
        line = {"account": kept.account, "day": self.month_first.isoformat(), "operator": "CMCC", "quantity": quantity}
        report = {"source": "catalogue", "report_id": kept.account, "lines": [line]}
        self.desk("billing_expert").client.post("/usage-reports", report)
        return self.run_billing(kept)

    def run_billing(self, kept: Kept) -> dict[str, Any]:
        clerk = self.desk("billing_expert").client
        run = clerk.post("/billing-runs", {"month": self.month, "customer_id": kept.id})
        wait_until("the billing run", lambda: clerk.get(f"/billing-runs/{run['id']}")["state"] == "done")
        (bill,) = self.sales.client.get("/bills", customer_id=kept.id)["items"]
        found: dict[str, Any] = bill
        return found

    def reconcile(self, kept: Kept, bill: Mapping[str, Any]) -> str:
        """A bill reconciled, and owed."""
        form = {"bill_ids": [bill["id"]]}
        process = self.archive("reconciliation", kept.id, form, ("billing_expert", {}), ("finance", {}))
        wait_until("the receivable", lambda: self.receivable(bill))
        return process

    def receivable(self, bill: Mapping[str, Any]) -> dict[str, Any] | None:
        return self.found(f"/receivables/{bill['id']}")

    def receipt(self, kept: Kept, amount: str) -> dict[str, Any]:
        """Money of the customer's, matched by its name."""
        record = {
            "bank_account": "1001",
            "reference": f"catalogue-{self._tag}{next(self._numbers)}",
            "received_at": f"{self.today - timedelta(days=1)}T02:00:00Z",
            "payer_name": kept.name,
            "amount": amount,
        }
        receipt: dict[str, Any] = self.desk("finance").client.post("/receipts", record)
        return receipt

    def prices(self, unit_price: str = "0.042") -> Form:
        """A unified price from last month on."""
        return {
            "valid_from": self.month_first.isoformat(),
            "kind": "unified",
            "prices": [{"segment": None, "tiers": [{"up_to": None, "unit_price": unit_price}]}],
        }

    def recharge_form(self, amount: str = "500.00", kind: str = "prepay") -> Form:
        """At 0.05 a message."""
        soon = self.day(30)
        return {
            "type": kind,
            "unit_price": "0.05",
            "messages": int(Decimal(amount) * 20),
            "amount": amount,
            "invoice_deadline": soon,
            "payment_deadline": soon,
        }

    def number(self, prefix: str = "") -> Form:
        """What finance enters of an invoice; of a red one with the prefix ``red_``."""
        name = {"": ("invoice_number", "issued_on"), "red_": ("red_number", "red_issued_on")}[prefix]
        return {name[0]: f"CAT{self._tag}{self.month.replace('-', '')}{next(self._numbers):04d}", name[1]: self.day()}

    def day(self, ahead: int = 0) -> str:
        return (self.today + timedelta(days=ahead)).isoformat()

    def paper(self, who: str = SALES) -> Form:
        return self.desk(who).attach("文件.pdf", one_page_pdf("A paper"))

    # Processes

    def archive(self, code: str, subject_id: str, form: Form, *turns: Turn, by: str = SALES) -> str:
        """From the start to an effect in force.

        :returns: the process's id.
        """
        process = self.office.desk(by).start(code, subject_id, form)
        self.approve(process, *turns)
        self.office.desk(by).wait_until_in_force(process)
        return process

    def approve(self, process: str, *turns: Turn) -> None:
        for who, entered in turns:
            self.desk(who).approve(process, form=entered)

    def refused(self, code: str, subject_id: Any, form: Mapping[str, Any]) -> ApiProblem:
        """The refusal of a start."""
        body = {"code": code, "subject_id": subject_id, "form": dict(form)}
        try:
            started = self.sales.client.post("/processes", body)
        except ApiProblem as problem:
            return problem
        raise AssertionError(f"{code} {form}: started as {started['id']}")

    def withdraw(self, process: str) -> None:
        page = self.sales.client.post(f"/processes/{process}/withdraw", {"opinion": "客户改变主意"})
        assert page["state"] == "withdrawn", page

    def history(self, process: str) -> list[tuple[str, str | None]]:
        """Node and action of every entry but those that a node was entered by."""
        page = self.sales.client.get(f"/processes/{process}")
        return [
            (entry["action"], entry["node"] and entry["node"]["code"])
            for entry in page["history"]
            if entry["action"] != "entered"
        ]

    def passed(self, process: str) -> list[str | None]:
        """The nodes that passed by themselves."""
        return [node for action, node in self.history(process) if action == "passed"]

    def found(self, path: str) -> dict[str, Any] | None:
        """What is there, as the salesperson sees it."""
        return self.sales.found(path)

    def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.sales.client.every(path, **query)
        return rows
