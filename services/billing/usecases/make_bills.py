"""Write what was charged as bills (spec, billing.md, "Bills")."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.billing.domain.charging import Charged
from services.billing.domain.numbers import bill_number
from services.billing.store.adjustments import insert_uses
from services.billing.store.bills import insert_bills, insert_contents, taken_numbers
from services.billing.store.customers import BilledCustomer, BilledProduct
from services.billing.usecases.bill_rows import ContentRows
from services.billing.usecases.consume_balances import draw_on_balances
from services.billing.usecases.post_to_ledger import post_to_ledger
from services.kit.audit import AuditEntry
from services.kit.clock import Month
from services.kit.ids import new_ids
from services.kit.money import ZERO
from services.kit.unit_of_work import Fact, UnitOfWork

ROUNDING = "line_half_up"
"""Each line rounded half-up to fen once, totals add: the rule that every bill names as its own."""


def make_bills(work: UnitOfWork, month: Month, charged: Sequence[tuple[BilledCustomer, BilledProduct, Charged]]) -> None:
    """Insert the bills with their lines and shares, take what balances have for them, and say that they were made."""
    bills: list[dict[str, Any]] = []
    content_rows = ContentRows()
    serials = _free_serials(work, month, charged)
    ids = new_ids(len(charged))
    for bill_id, (customer, product, content), serial in zip(ids, charged, serials, strict=True):
        bill = _bill(work, bill_id, month, customer, product, content, serial)
        bills.append(bill)
        content_rows.add(bill["id"], content)
    consumed = draw_on_balances(work, bills, content_rows.accounts)
    insert_bills(work.session, bills)
    insert_contents(work.session, content_rows.lines, content_rows.shares, content_rows.accounts)
    insert_uses(work.session, content_rows.uses)
    post_to_ledger(work, consumed)
    work.publish_all([Fact("bill_made", bill["id"], {"bill_id": bill["id"], **bill}, 1) for bill in bills])
    work.audit_all(
        [
            AuditEntry(
                "bill_made",
                ("bill", bill["id"]),
                after={"number": bill["number"], "amount": str(bill["amount"])},
                why=f"{month} 出账",
            )
            for bill in bills
        ]
    )


def _free_serials(work: UnitOfWork, month: Month, charged: Sequence[tuple[BilledCustomer, BilledProduct, Charged]]) -> list[int]:
    # By the whole number, not by customer and product: names change hands, and 云帆-国际 短信 reads like 云帆 国际-短信.
    serials = [1] * len(charged)
    taken: set[str] = set()
    while True:
        given: set[str] = set()
        for index, (customer, product, _) in enumerate(charged):
            while (number := bill_number(month, customer.name, product.name, serials[index])) in taken or number in given:
                serials[index] += 1
            given.add(number)
        others = taken_numbers(work.session, given)
        if not others:
            return serials
        taken |= others


def _bill(
    work: UnitOfWork, bill_id: UUID, month: Month, customer: BilledCustomer, product: BilledProduct, content: Charged, serial: int
) -> dict[str, Any]:
    return {
        "id": bill_id,
        "number": bill_number(month, customer.name, product.name, serial),
        "serial": serial,
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_id": product.id,
        "product_name": product.name,
        "product_type": product.type,
        "payment_mode": product.payment_mode,
        "month": month,
        "billing_cycle_months": product.billing_cycle_months,
        "needs_invoice": product.needs_invoice,
        "quantity": content.quantity,
        "amount": content.amount,
        "adjusted": content.adjusted,
        "agreed_difference": ZERO,
        "covered": ZERO,
        "rounding": ROUNDING,
        "state": "open",
        "receivable_version": 0,
        "invoice_reserved": ZERO,
        "invoiced": ZERO,
        "created_at": work.now,
        "version": 1,
    }
