"""What a salesperson does with one customer: the pieces that demo histories are made of."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from deploy.api_client import wait_until
from deploy.demo.plan import LOGS, UNIT_PRICES, Planned
from deploy.office import Desk, Office
from deploy.people import PEOPLE
from deploy.story.documents import one_page_pdf

_LEADS = {"华东销售部": "chen.jing", "华南销售部": "zhou.min"}
_OPERATIONS = ("billing_expert", "audit_expert", "risk_expert", "customer_care", "operations_vp", "routing_manager")
_DEPARTMENT_OF = {person.login: person.department for person in PEOPLE}


class Scene:
    """One customer and its owner, in an office of this thread's own."""

    def __init__(self, office: Office, planned: Planned) -> None:
        self.office = office
        self.planned = planned
        self.customer_id = ""
        self.product_id = ""

    @property
    def sales(self) -> Desk:
        return self.office.desk(self.planned.owner)

    @property
    def lead(self) -> Desk:
        return self.office.desk(_LEADS[_DEPARTMENT_OF[self.planned.owner]])

    @property
    def accounts(self) -> list[str]:
        return [f"{self.planned.company.account}-{suffix}" for suffix in ("a", "b")]

    def add(self) -> None:
        """Add the customer with department, contacts, a first log and a product."""
        company = self.planned.company
        api = self.sales.client
        with self.office.at(self.planned.added):
            customer = api.post(
                "/customers",
                {
                    "name": company.name,
                    "industry": company.industry,
                    "region": company.region,
                    "source": ("转介绍", "展会", "官网咨询", "电话开发")[company.number % 4],
                    "invoice_information": company.invoice_information,
                },
            )
            self.customer_id = customer["id"]
            department = api.post(f"/customers/{self.customer_id}/departments", {"name": "运营部"})
            for contact in company.contacts:
                api.post(f"/customers/{self.customer_id}/contacts", {**contact, "department_id": department["id"]})
            self._log(0)
            product = {"type": self.planned.product_type, "payment_mode": "postpaid"}
            self.product_id = api.post(f"/customers/{self.customer_id}/products", product)["id"]

    def log(self, day: date, number: int, *, follow_up_on: date | None = None) -> None:
        """Keep in touch with it."""
        with self.office.at(day):
            self._log(number, follow_up_on)

    def _log(self, number: int, follow_up_on: date | None = None) -> None:
        channel, content = LOGS[(self.planned.company.number + number) % len(LOGS)]
        log: dict[str, Any] = {"channel": channel, "content": content}
        if follow_up_on is not None:
            log |= {"next_step": "回访报价结果", "follow_up_on": follow_up_on.isoformat()}
        self.sales.client.post(f"/customers/{self.customer_id}/contact-logs", log)

    def open_test_account(self, day: date, *, approvals: int = 3) -> None:
        """Start 测试账号申请 and let so many of its three approvers act."""
        with self.office.at(day):
            process = self.sales.start(
                "test_account",
                self.product_id,
                {
                    "product_id": self.product_id,
                    "signature": self.planned.company.short_name,
                    "interface": ("http", "cmpp", "web")[self.planned.company.number % 3],
                    "template": f"【{self.planned.company.short_name}】您的验证码为{{code}}，请勿泄露。",
                    "industry": "互联网服务",
                    "quantity": 500,
                },
            )
            if approvals > 0:
                self.lead.approve(process)
            if approvals > 1:
                self.office.holder("risk_expert").approve(process, opinion="合规。")
            if approvals > 2:
                self.office.holder("customer_care").approve(process, form={"account_identifiers": self.accounts})
                self.sales.wait_until_in_force(process)

    def sign_contract(self, day: date, *, approvals: int = 6) -> None:
        """Start 合同评审 and let so many of its six steps be taken."""
        with self.office.at(day):
            draft = self.sales.attach("合同草稿.pdf", one_page_pdf("Contract, draft"))
            process = self.sales.start(
                "contract_review",
                self.customer_id,
                {
                    "product_ids": [self.product_id],
                    "valid_from": day.isoformat(),
                    "valid_to": (day + timedelta(days=364)).isoformat(),
                    "monthly_volume": 500_000,
                    "amount": f"{120_000 + 10_000 * (self.planned.company.number % 9)}.00",
                    "is_standard": self.planned.company.number % 3 != 0,
                    "draft": [draft],
                    "remarks": "年度框架合同，按月后付。",
                },
            )
            approvers = [
                self.lead,
                *(self.office.holder(role) for role in ("legal", "finance", "operations_vp", "sales_director")),
            ]
            for desk in approvers[:approvals]:
                desk.approve(process)
            if approvals > len(approvers):
                scan = self.sales.attach("盖章扫描件.pdf", one_page_pdf("Contract, stamped"))
                self.sales.approve(process, form={"stamped_scan": [scan]})
                self.sales.wait_until_in_force(process)

    def set_price(self, day: date, *, approvals: int = 2) -> None:
        """Start 销售调价, by turns unified, stage and tiered, and let so many of its approvers act."""
        base = UNIT_PRICES[self.planned.product_type]
        lower = str(Decimal(base) - Decimal("0.002000"))
        two_tiers = [{"up_to": 300_000, "unit_price": base}, {"up_to": None, "unit_price": lower}]
        kind, tiers = (
            ("unified", [{"up_to": None, "unit_price": base}]),
            ("stage", two_tiers),
            ("tiered", two_tiers),
        )[self.planned.company.number % 3]
        with self.office.at(day):
            process = self.sales.start(
                "price_adjustment",
                self.product_id,
                {
                    "valid_from": day.replace(day=1).isoformat(),
                    "valid_to": (day + timedelta(days=700)).isoformat(),
                    "kind": kind,
                    "prices": [{"segment": None, "tiers": tiers}],
                    "reason": "签约价格",
                },
            )
            if approvals > 0:
                self.lead.approve(process)
            if approvals > 1:
                self.office.holder("sales_admin").approve(process)
                self.sales.wait_until_in_force(process)

    def bill_of(self, month: date) -> dict[str, Any] | None:
        """Its bill of a month, if there is one."""
        bills = self.sales.client.get("/bills", customer_id=self.customer_id, month=f"{month:%Y-%m}")["items"]
        return bills[0] if bills else None

    def reconcile(self, bill: dict[str, Any], day: date, *, approvals: int = 2) -> None:
        """Start 对账 of a bill and let so many of its approvers act."""
        with self.office.at(day):
            process = self.sales.start("reconciliation", self.customer_id, {"bill_ids": [bill["id"]]})
            if approvals > 0:
                role = _OPERATIONS[(self.planned.company.number + day.month) % len(_OPERATIONS)]
                self.office.holder(role).approve(process, opinion="核对无误。")
            if approvals > 1:
                self.office.holder("finance").approve(process)
                self.sales.wait_until_in_force(process)

    def invoice(self, bill: dict[str, Any], day: date, *, approvals: int = 2) -> None:
        """Start 账单开票 for all of a bill and let so many of its approvers act."""
        with self.office.at(day):
            process = self.sales.start(
                "bill_invoice",
                self.customer_id,
                {
                    "bills": [{"bill_id": bill["id"], "amount": bill["amount"]}],
                    "invoice_type": "special" if self.planned.company.number % 2 else "ordinary",
                    "delivery": "电子发票",
                },
            )
            if approvals > 0:
                self.lead.approve(process)
            if approvals > 1:
                number = f"24{bill['month'].replace('-', '')}{self.planned.company.number:06d}"
                self.office.holder("finance").approve(process, form={"invoice_number": number, "issued_on": day.isoformat()})
                self.sales.wait_until_in_force(process)

    def confirm_write_off(self, bill: dict[str, Any], day: date) -> None:
        """Wait for the 销账 that started by itself for a bill, and confirm it."""

        def started() -> str | None:
            pairs = self.sales.client.get(f"/receivables/{bill['id']}")["pairs"]
            return next((pair["write_off_id"] for pair in pairs if pair["state"] == "held"), None)

        with self.office.at(day):
            process = wait_until(f"销账 of {bill['number']}", started)
            self.sales.approve(process, opinion="确认。")
            self.sales.wait_until_in_force(process)
