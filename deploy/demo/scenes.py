"""What a salesperson starts with one customer: the pieces that demo histories are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from deploy.api_client import wait_until
from deploy.demo.plan import LOGS, UNIT_PRICES, Planned
from deploy.office import Desk, Office
from deploy.story.documents import one_page_pdf


@dataclass(frozen=True)
class Prepaid:
    """A product that is paid in advance, and its account."""

    product_id: str
    account_id: str
    account: str


def price_form(day: date, kind: str, tiers: list[dict[str, Any]]) -> dict[str, Any]:
    """销售调价's form, for a price from the month's first day on."""
    return {
        "valid_from": day.replace(day=1).isoformat(),
        "valid_to": (day + timedelta(days=700)).isoformat(),
        "kind": kind,
        "prices": [{"segment": None, "tiers": tiers}],
        "reason": "签约价格",
    }


def sale_form(day: date, unit_price: str, quantity: int) -> dict[str, Any]:
    """销售调价's form, for what is sold once."""
    return {
        "valid_from": day.isoformat(),
        "kind": "unified",
        "prices": [{"segment": None, "tiers": [{"up_to": None, "unit_price": unit_price}]}],
        "quantity": quantity,
        "reason": "私有化部署授权",
    }


def recharge_form(day: date, messages: int, kind: str) -> dict[str, Any]:
    """销售充值's form.

    :param kind: ``prepay`` or ``prepurchase``.
    """
    unit_price = Decimal(UNIT_PRICES["marketing_sms"])
    return {
        "type": kind,
        "unit_price": str(unit_price),
        "messages": messages,
        "amount": f"{messages * unit_price:.2f}",
        "invoice_deadline": (day + timedelta(days=30)).isoformat(),
        "payment_deadline": (day + timedelta(days=15)).isoformat(),
    }


class Scene:
    """One customer and its owner."""

    def __init__(self, office: Office, planned: Planned) -> None:
        self.office = office
        self.planned = planned
        self.number = planned.company.number
        self.customer_id = ""
        self.product_id = ""

    @property
    def sales(self) -> Desk:
        return self.office.desk(self.planned.owner)

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
                    "source": ("转介绍", "展会", "官网咨询", "电话开发")[self.number % 4],
                    "invoice_information": company.invoice_information,
                    "confirm_near_duplicates": True,  # 嘉禾 and 瑞禾 are two
                },
            )
            self.customer_id = customer["id"]
            department = api.post(f"/customers/{self.customer_id}/departments", {"name": "运营部"})
            for contact in company.contacts:
                api.post(f"/customers/{self.customer_id}/contacts", {**contact, "department_id": department["id"]})
            self._log(0, None)
            product = {"type": self.planned.product_type, "payment_mode": "postpaid"}
            self.product_id = api.post(f"/customers/{self.customer_id}/products", product)["id"]

    def log(self, day: date, number: int, *, follow_up_on: date | None = None) -> None:
        """Keep in touch with it."""
        with self.office.at(day):
            self._log(number, follow_up_on)

    def release(self, day: date) -> None:
        """Give it up to the pool."""
        with self.office.at(day):
            self.sales.client.post(f"/customers/{self.customer_id}/release", {"reason": "暂无短信需求，释放至公共池。"})

    def add_prepaid(self, day: date, identifier: str) -> Prepaid:
        """Sell it a product that is paid in advance, with one account."""
        with self.office.at(day):
            product = {"type": "marketing_sms", "payment_mode": "prepaid", "name": "会员营销短信（预付）"}
            product_id = self.sales.client.post(f"/customers/{self.customer_id}/products", product)["id"]
            account = {
                "identifier": identifier,
                "signature": self.planned.company.short_name,
                "interface": "http",
                "status": "active",
            }
            opened = self.office.holder("customer_care").client.post(f"/products/{product_id}/accounts", account)
            # Recharges are billing's, which hears of the account by an event.
            ledger = f"/accounts/{opened['id']}/ledger"
            wait_until("计费中的账号", lambda: self.sales.found(ledger))
        return Prepaid(product_id, opened["id"], identifier)

    def add_software(self, day: date) -> str:
        """Offer it a product that is sold once.

        :returns: the product's id.
        """
        with self.office.at(day):
            product = {"type": "software", "payment_mode": "postpaid", "name": "短信管理平台"}
            product_id = str(self.sales.client.post(f"/customers/{self.customer_id}/products", product)["id"])
            # Prices are billing's, which hears of the product by an event.
            wait_until("计费中的产品", lambda: self.sales.found(f"/products/{product_id}/prices"))
        return product_id

    def first_account_id(self) -> str:
        """Of its product's accounts."""
        accounts = self.sales.client.get(f"/products/{self.product_id}/accounts")["items"]
        return str(min(accounts, key=lambda account: account["identifier"])["id"])

    def apply_for_test_account(self, day: date) -> str:
        """Start 测试账号申请."""
        brand = self.planned.company.short_name
        return self.start(
            day,
            "test_account",
            self.product_id,
            {
                "product_id": self.product_id,
                "signature": brand,
                "interface": ("http", "cmpp", "web")[self.number % 3],
                "template": f"【{brand}】您的验证码为{{code}}，请勿泄露。",
                "industry": "互联网服务",
                "quantity": 500,
            },
        )

    def submit_contract(self, day: date) -> str:
        """Start 合同评审."""
        with self.office.at(day):
            draft = self.sales.attach("合同草稿.pdf", one_page_pdf("Contract, draft"))
        return self.start(
            day,
            "contract_review",
            self.customer_id,
            {
                "product_ids": [self.product_id],
                "valid_from": day.isoformat(),
                "valid_to": (day + timedelta(days=364)).isoformat(),
                "monthly_volume": 500_000,
                "amount": f"{120_000 + 10_000 * (self.number % 9)}.00",
                "is_standard": self.number % 3 != 0,
                "draft": [draft],
                "remarks": "年度框架合同，按月后付。",
            },
        )

    def stamped_scan(self) -> dict[str, Any]:
        """What its owner enters at 合同评审's last node."""
        return {"stamped_scan": [self.sales.attach("盖章扫描件.pdf", one_page_pdf("Contract, stamped"))]}

    def propose_price(self, day: date) -> None:
        """Start 销售调价, by turns unified, stage and tiered."""
        base = UNIT_PRICES[self.planned.product_type]
        lower = str(Decimal(base) - Decimal("0.002000"))
        two_tiers: list[dict[str, Any]] = [{"up_to": 300_000, "unit_price": base}, {"up_to": None, "unit_price": lower}]
        kinds: tuple[tuple[str, list[dict[str, Any]]], ...] = (
            ("unified", [{"up_to": None, "unit_price": base}]),
            ("stage", two_tiers),
            ("tiered", two_tiers),
        )
        kind, tiers = kinds[self.number % 3]
        self.start(day, "price_adjustment", self.product_id, price_form(day, kind, tiers))

    def reconcile(self, bill: Mapping[str, Any], day: date) -> None:
        """Start 对账 of a bill."""
        self.start(day, "reconciliation", self.customer_id, {"bill_ids": [bill["id"]]})

    def ask_for_invoice(self, bill: Mapping[str, Any], day: date) -> None:
        """Start 账单开票 for all of a bill."""
        self.start(
            day,
            "bill_invoice",
            self.customer_id,
            {
                "bills": [{"bill_id": bill["id"], "amount": bill["amount"]}],
                "invoice_type": "special" if self.number % 2 else "ordinary",
                "delivery": "电子发票",
            },
        )

    def start(self, day: date, code: str, subject_id: str, form: Mapping[str, Any]) -> str:
        """Start a process.

        :returns: its id.
        """
        with self.office.at(day):
            return self.sales.start(code, subject_id, form)

    def _log(self, number: int, follow_up_on: date | None) -> None:
        channel, content = LOGS[(self.number + number) % len(LOGS)]
        log: dict[str, Any] = {"channel": channel, "content": content}
        if follow_up_on is not None:
            log |= {"next_step": "回访报价结果", "follow_up_on": follow_up_on.isoformat()}
        self.sales.client.post(f"/customers/{self.customer_id}/contact-logs", log)
