"""An archived 电商购销单 makes a one-off bill with its cost (spec, workflow.md, "The catalogue"; billing.md, "Prices")."""

from typing import Any
from uuid import UUID

from services.billing.domain import orders
from services.billing.domain.numbers import bill_number
from services.billing.store.bills import bill_of_order, insert_order_bill, taken_numbers
from services.billing.store.customers import lock_customer
from services.billing.store.tables import Bill, Customer
from services.billing.usecases.make_bills import ROUNDING
from services.billing.usecases.prepare_ecommerce_order import items_of_order
from services.billing.usecases.snapshots import bill_snapshot
from services.contracts import billing_forms as forms
from services.kit.clock import Month, business_date
from services.kit.envelope import Event
from services.kit.money import ZERO
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def bill_ecommerce_order(work: UnitOfWork, event: Event) -> tuple[str, str]:
    """The bill of the month in which the order was archived; one an order, whatever is told twice.

    :returns: the effect in Chinese and English.
    """
    process = event.data
    process_id = UUID(process["process_id"])
    customer = lock_customer(work.session, UUID(process["customer_id"]))
    bill = bill_of_order(work.session, process_id)
    if bill is None:
        items = items_of_order(load(forms.EcommerceOrderForm, process["form"]))
        bill = _bill(work, customer, process_id, Month.of(business_date(event.time)), items)
        insert_order_bill(work.session, bill, items)
        work.publish("bill_made", bill.id, bill_snapshot(bill), version=bill.version)
        after = {"number": bill.number, "amount": str(bill.amount), "cost": str(bill.cost)}
        work.audit("bill_made", ("bill", bill.id), after=after, why=process["title"])
    return (
        f"已生成账单 {bill.number}，金额 {bill.amount:.2f} 元",
        f"Bill {bill.number} made over {bill.amount:.2f} CNY",
    )


def _bill(work: UnitOfWork, customer: Customer, process_id: UUID, month: Month, items: tuple[orders.OrderItem, ...]) -> Bill:
    serial, number = _free_number(work, month, customer)
    values: dict[str, Any] = {
        "id": work.new_id(),
        "number": number,
        "serial": serial,
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_id": None,
        "order_process_id": process_id,
        "product_name": orders.NAME,
        "product_type": orders.PRODUCT_TYPE,
        "payment_mode": orders.PAYMENT_MODE,
        "month": month,
        "billing_cycle_months": orders.BILLING_CYCLE_MONTHS,
        "needs_invoice": True,
        "quantity": sum(item.quantity for item in items),
        "amount": orders.total_of(items),
        "agreed_difference": ZERO,
        "covered": ZERO,
        "cost": orders.cost_of(items),
        "adjusted": ZERO,
        "rounding": ROUNDING,
        "state": "open",
        "receivable_version": 0,
        "invoice_reserved": ZERO,
        "invoiced": ZERO,
        "created_at": work.now,
        "version": 1,
    }
    return Bill(**values)


def _free_number(work: UnitOfWork, month: Month, customer: Customer) -> tuple[int, str]:
    # The customer is locked: two of its orders that are archived at once do not get the same number.
    serial = 1
    while taken_numbers(work.session, [number := bill_number(month, customer.name, orders.NAME, serial)]):
        serial += 1
    return serial, number
