"""Software that is sold once, in few words."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from services.billing.usecases.list_product_prices import list_product_prices
from services.billing.usecases.show_bill import show_bill
from services.contracts.billing_calls import BillDetail
from services.contracts.billing_price_calls import ProductPrices
from services.kit.clock import Month
from services.kit.ids import new_id
from services.kit.schema import dump
from tests.integration.billing.office import SALES, Office, unified


def sale_form(price: str, quantity: int | None = 1, day: str = "2026-03-15", **more: Any) -> dict[str, Any]:
    return {"valid_from": day, "valid_to": None, "kind": "unified", "prices": unified(price), "quantity": quantity, **more}


@dataclass
class Software:
    """One product that is sold once, and what is told of it."""

    office: Office
    customer: UUID
    product: UUID = field(init=False)

    def __post_init__(self) -> None:
        self.product = self.office.product(self.customer, "短信管理平台", "software")

    def sell(self, price: str, quantity: int | None = 1, day: str = "2026-03-15", **archived: Any) -> UUID:
        """
        :returns: the archived process.
        """
        process = new_id()
        form = {**sale_form(price, quantity, day), "product_id": str(self.product)}
        self.office.archive("price_adjustment", process, form, **archived)
        return process

    def becomes(self, kind: str) -> None:
        """Its product is of another type."""
        self.office.product(self.customer, "短信管理平台", kind, id=self.product, version=2)

    def bill(self, *months: Month) -> None:
        """Run the billing of these months, as on the third day of the next."""
        for month in months:
            day = month.plus(1).first_day.replace(day=3)
            self.office.now = max(self.office.now, datetime.combine(day, time(2), UTC))
            attempt = 1 + int(self.office.value("SELECT count(*) FROM jobs"))
            self.office.run_billing(month, self.customer, attempt=attempt, shards=1)

    def void(self, bill: UUID) -> None:
        process = new_id()
        form = {"kind": "bill", "target_id": str(bill), "reason": "单价录错"}
        self.office.prepare("reversal", process, self.customer, form)
        self.office.archive("reversal", process, form)

    @property
    def bills(self) -> list[UUID]:
        """Those that stand, by month."""
        sql = "SELECT id FROM bills WHERE product_id = :product AND state <> 'void' ORDER BY month"
        return [row.id for row in self.office.rows(sql, product=self.product)]

    @property
    def billed(self) -> list[tuple[str, int, str]]:
        """Month, quantity and amount of every line of the bills that stand."""
        sql = """SELECT to_char(b.month, 'YYYY-MM') AS month, l.quantity, l.amount::text AS amount
            FROM bills b JOIN bill_lines l ON l.bill_id = b.id
            WHERE b.product_id = :product AND b.state <> 'void' ORDER BY b.month, l.number"""
        return [tuple(row) for row in self.office.rows(sql, product=self.product)]

    def shown(self, bill: UUID) -> Any:
        return dump(BillDetail, show_bill(self.office.begin(SALES), bill))

    def prices(self) -> Any:
        return dump(ProductPrices, list_product_prices(self.office.begin(SALES), self.product, year=None))

    def refusals(self) -> list[tuple[str, str]]:
        sql = """SELECT to_char(month, 'YYYY-MM'), reason FROM bill_refusals
            WHERE product_id = :product AND resolved_at IS NULL ORDER BY month"""
        return [tuple(row) for row in self.office.rows(sql, product=self.product)]
