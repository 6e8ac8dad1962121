"""What later bills carry of late usage (spec, billing.md, "Bills")."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.kit.ids import new_id
from tests.integration.at_once import at_once
from tests.integration.billing.late import APRIL, amounts, bill_id, next_month, priced_product, reconcile, sent, shown
from tests.integration.billing.office import Office, fields_of
from tests.integration.billing.prepaid import Prepaid


def test_an_open_bill_that_carries_an_adjustment_carries_it_still_when_it_is_re_rated(office: Office) -> None:
    customer_id, _ = priced_product(office)
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    reconcile(office, customer_id, bill_id(office))
    next_month(office)
    sent(office, ("yunfan-1", "2026-03-31", 200), ("yunfan-1", "2026-04-10", 100))
    office.rerate()
    office.run_billing(APRIL)
    sent(office, ("yunfan-1", "2026-04-11", 100))
    assert office.rerate() == {"replaced": 1}
    assert amounts(office)["2026-04"] == "20.00"
    assert shown(office, bill_id(office, APRIL))["adjusted"] == "10.00"


def test_a_voided_bill_gives_its_adjustments_to_the_bill_after(office: Office) -> None:
    customer_id, _ = priced_product(office)
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    march = bill_id(office)
    reconcile(office, customer_id, march)
    next_month(office)
    sent(office, ("yunfan-1", "2026-03-31", 200), ("yunfan-1", "2026-04-10", 100))
    office.rerate()
    office.run_billing(APRIL)
    april, process_id = bill_id(office, APRIL), new_id()
    form = {"kind": "bill", "target_id": str(april), "reason": "名称有误"}
    office.prepare("reversal", process_id, customer_id, form)
    office.archive("reversal", process_id, form, customer_id)
    office.run_billing(APRIL, attempt=2)
    assert amounts(office)["2026-04"] == "15.00"
    assert shown(office, bill_id(office, APRIL))["adjusted"] == "10.00"


def test_a_bill_whose_late_usage_a_later_bill_carries_is_voided_after_that_one(office: Office) -> None:
    customer_id, _ = priced_product(office)
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    march = bill_id(office)
    reconcile(office, customer_id, march)
    sent(office, ("yunfan-1", "2026-03-31", 200))
    office.rerate()
    next_month(office)
    office.run_billing(APRIL)
    form = {"kind": "bill", "target_id": str(march), "reason": "名称有误"}
    refused = fields_of(lambda: office.prepare("reversal", new_id(), customer_id, form))
    numbers = [row.number for row in office.rows("SELECT number FROM bills ORDER BY month")]
    assert refused == {"target_id": [f"bill_adjusted|{numbers[0]}|{numbers[1]}"]}


def test_late_usage_is_rated_once_however_many_do_it_at_once(office: Office) -> None:
    customer_id, _ = priced_product(office)
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    reconcile(office, customer_id, bill_id(office))
    sent(office, ("yunfan-1", "2026-03-31", 200))
    counts: list[dict[str, int]] = []
    at_once(6, lambda number: counts.append(_rerate_as(office, number)))
    assert sorted(counts, key=len) == [{}, {}, {}, {}, {}, {"adjusted": 1}]
    assert office.value("SELECT sum(amount) FROM bill_adjustments") == Decimal("10.00")


def _rerate_as(office: Office, number: int) -> dict[str, int]:
    return Office(office.database, office.folder, office.now, reratings=100 * number).rerate()


def test_hand_written_sql_cannot_carry_an_adjustment_twice_nor_change_it(office: Office) -> None:
    customer_id, _ = priced_product(office)
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    march = bill_id(office)
    reconcile(office, customer_id, march)
    sent(office, ("yunfan-1", "2026-03-31", 200))
    office.rerate()
    next_month(office)
    office.run_billing(APRIL)
    for statement in (
        "INSERT INTO bill_adjustment_uses SELECT :march, id, 1, 0.05 FROM bill_adjustments",
        "UPDATE bill_adjustment_uses SET amount = amount + 0.01",
        "UPDATE bill_adjustment_uses SET quantity = -1",
        "UPDATE bill_adjustments SET amount = 11",
        "DELETE FROM bill_reratings",
    ):
        with pytest.raises(IntegrityError):
            _by_hand(office, statement.replace(":march", f"'{march}'"))


def _by_hand(office: Office, statement: str) -> None:
    with office.begin()() as work:
        work.session.execute(text(statement))


def test_a_prepaid_bill_that_is_re_rated_takes_what_came_in_addition_and_gives_back_what_was_too_much(office: Office) -> None:
    account = Prepaid(office, office.customer())
    account.recharge("100.00")
    office.report([(account.name, date(2026, 3, 10), "CMCC", 5_000)], "first")
    office.run_billing()
    office.report([(account.name, date(2026, 3, 31), "CMCC", 1_000)], "second")
    assert office.rerate() == {"replaced": 1}
    assert _covered(office) == (Decimal("60.00"), Decimal("60.00"))
    assert account.balance == "40.00"
    office.report([(account.name, date(2026, 3, 10), "CMCC", 2_000)], "third", replaces="first")
    assert office.rerate() == {"replaced": 1}
    assert _covered(office) == (Decimal("30.00"), Decimal("30.00"))
    assert account.balance == "70.00"


def test_a_prepaid_product_pays_for_late_usage_of_an_agreed_month_when_its_next_bill_is_made(office: Office) -> None:
    customer_id = office.customer()
    account = Prepaid(office, customer_id)
    account.recharge("100.00")
    office.report([(account.name, date(2026, 3, 10), "CMCC", 5_000)])
    office.run_billing()
    reconcile(office, customer_id, bill_id(office))
    office.report([(account.name, date(2026, 3, 31), "CMCC", 1_000)])
    office.rerate()
    assert account.balance == "50.00"
    next_month(office)
    office.run_billing(APRIL)
    assert account.balance == "40.00"


def _covered(office: Office) -> tuple[Decimal, Decimal]:
    (row,) = office.rows("SELECT amount, covered FROM bills WHERE state = 'open'")
    return row.amount, row.covered
