"""What moves money asks the database as often for many bills as for few."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import event

from services.kit.clock import Month
from services.kit.ids import new_id
from tests.integration.billing.office import MARCH, Office, selected
from tests.integration.billing.prepaid import Prepaid

FEW, MANY = 2, 12


def prepaid_with_bills(office: Office, customer: UUID, count: int) -> Prepaid:
    """Each over 10.00, which the balance lacks."""
    prepaid = Prepaid(office, customer, f"prepaid-{count}", "2025-01-01")
    for number in range(count):
        prepaid.use("10.00", Month(2025, 1).plus(number))
    return prepaid


def statements_of(office: Office, work: Callable[[], object]) -> int:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(office.database.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(office.database.engine, "before_cursor_execute", note)
    return len(statements)


def recharge(prepaid: Prepaid, _bills: list[UUID]) -> Callable[[], object]:
    return lambda: prepaid.recharge("1000.00")


def defer(prepaid: Prepaid, _bills: list[UUID]) -> Callable[[], object]:
    return lambda: prepaid.defer("1000.00")


def reverse(prepaid: Prepaid, _bills: list[UUID]) -> Callable[[], object]:
    paid = prepaid.recharge("1000.00")
    return lambda: prepaid.reverse_recharge(paid)


def reconcile(prepaid: Prepaid, bills: list[UUID]) -> Callable[[], object]:
    """With a credit, for which balances get something back of each bill."""
    prepaid.recharge("1000.00")
    process_id, form = new_id(), {**selected(*bills), "agreed_difference": "-1.00"}
    prepared = prepaid.office.prepare("reconciliation", process_id, prepaid.customer, form)
    return lambda: prepaid.office.archive("reconciliation", process_id, prepared["form"])


@pytest.mark.parametrize("way", [recharge, defer, reverse, reconcile])
def test_many_bills_take_no_more_statements_than_few(
    office: Office, customer: UUID, way: Callable[[Prepaid, list[UUID]], Callable[[], object]]
) -> None:
    counts = []
    for count in (FEW, MANY):
        prepaid = prepaid_with_bills(office, customer, count)
        asked = "SELECT id FROM bills WHERE product_id = :product"
        work = way(prepaid, [row.id for row in office.rows(asked, product=prepaid.product)])
        counts.append(statements_of(office, work))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("agreed", [False, True], ids=["open bills", "agreed bills"])
def test_late_usage_of_many_products_takes_no_more_statements_than_of_few(office: Office, customer: UUID, agreed: bool) -> None:
    counts = []
    for count in (FEW, MANY):
        products = [Prepaid(office, customer, f"prepaid-{count}-{number}") for number in range(count)]
        for product in products:
            office.report([(product.name, MARCH.first_day, "CMCC", 1_000)])
        office.run_billing(customer_id=customer, attempt=count)
        if agreed:
            bills = [row.id for row in office.rows("SELECT id FROM bills WHERE state = 'open'")]
            office.archive("reconciliation", new_id(), selected(*bills), customer)
        for product in products:
            office.report([(product.name, MARCH.last_day, "CMCC", 100)])
        counts.append(statements_of(office, office.rerate))
    assert counts[0] == counts[1]
