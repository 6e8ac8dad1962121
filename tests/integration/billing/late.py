"""A product whose usage comes late, in few words."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.billing.usecases.show_bill import show_bill
from services.contracts import billing_calls as calls
from services.kit.clock import Month
from services.kit.ids import new_id
from services.kit.schema import dump
from tests.integration.billing.office import FINANCE, MARCH, Office, selected, unified

APRIL, MAY = Month(2026, 4), Month(2026, 5)


def priced_product(office: Office, price: str = "0.05") -> tuple[UUID, UUID]:
    """A customer's product with the accounts yunfan-1 and yunfan-2, and a price.

    :returns: the customer's and the product's id.
    """
    customer_id = office.customer()
    product_id = office.product(customer_id)
    for name in ("yunfan-1", "yunfan-2"):
        office.account(product_id, customer_id, name)
    office.price(product_id, unified(price), kind="unified", valid_from="2026-01-01")
    return customer_id, product_id


def sent(office: Office, *lines: tuple[str, str, int]) -> None:
    office.report([(account, date.fromisoformat(day), "CMCC", quantity) for account, day, quantity in lines])


def bill_id(office: Office, month: Month = MARCH) -> UUID:
    found: UUID = office.value("SELECT id FROM bills WHERE month = :month AND state <> 'void'", month=month.first_day)
    return found


def shown(office: Office, bill_id: UUID) -> dict[str, Any]:
    shown: dict[str, Any] = dump(calls.BillDetail, show_bill(office.begin(FINANCE), bill_id))
    return shown


def reconcile(office: Office, customer_id: UUID, bill_id: UUID) -> UUID:
    process_id = new_id()
    office.prepare("reconciliation", process_id, customer_id, selected(bill_id))
    office.archive("reconciliation", process_id, selected(bill_id), customer_id)
    return process_id


def amounts(office: Office) -> dict[str, str]:
    rows = office.rows("SELECT month, amount FROM bills WHERE state <> 'void' ORDER BY month")
    return {str(Month.of(row.month)): str(row.amount) for row in rows}


def next_month(office: Office, month: Month = APRIL) -> None:
    office.now = datetime(month.plus(1).year, month.plus(1).number, 1, 2, tzinfo=UTC)
