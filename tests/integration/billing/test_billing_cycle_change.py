"""账单周期更改 sets the product's cycle, 1 to 12 months, for bills made after it is archived (spec, billing.md, "Due dates")."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.billing.usecases.copy_product import copy_product
from services.kit.clock import Month
from services.kit.errors import Conflict
from services.kit.ids import new_id
from tests.integration.billing.office import OTHER_SALES, YUNFAN, Office, fields_of, selected, unified


@pytest.fixture
def product(office: Office, customer: UUID) -> UUID:
    product = office.product(customer)
    office.account(product, customer, "yunfan")
    office.price(product, unified("0.05"), kind="unified", valid_from="2026-01-01")
    return product


def change(*products: UUID, months: int = 3) -> dict[str, Any]:
    return {"product_ids": [str(product) for product in products], "billing_cycle_months": months, "remarks": "合同约定"}


def agreed(office: Office, customer: UUID, *products: UUID, months: int = 3, **archived: Any) -> UUID:
    process = new_id()
    office.prepare("billing_cycle_change", process, customer, change(*products, months=months))
    office.archive("billing_cycle_change", process, change(*products, months=months), **archived)
    return process


def cycle(office: Office, product: UUID) -> int:
    months: int = office.value("SELECT billing_cycle_months FROM products WHERE id = :id", id=product)
    return months


def billed(office: Office, month: Month, customer: UUID) -> UUID:
    office.report([("yunfan", month.first_day, "CMCC", 1000)])
    office.run_billing(month)
    (bill,) = office.rows("SELECT id FROM bills WHERE month = :month AND customer_id = :id", month=month.first_day, id=customer)
    return UUID(str(bill.id))


def due(office: Office, customer: UUID, bill: UUID) -> date:
    process = new_id()
    office.prepare("reconciliation", process, customer, selected(bill))
    office.archive("reconciliation", process, selected(bill))
    day: date = office.value("SELECT due_on FROM bills WHERE id = :id", id=bill)
    return day


def test_bills_made_after_it_is_archived_have_the_new_cycle_and_those_before_keep_theirs(
    office: Office, customer: UUID, product: UUID
) -> None:
    before = billed(office, Month(2026, 2), customer)
    agreed(office, customer, product)
    after = billed(office, Month(2026, 3), customer)
    assert due(office, customer, before) == date(2026, 3, 31)
    assert due(office, customer, after) == date(2026, 6, 30)


def test_every_product_is_told_of_by_itself(office: Office, customer: UUID, product: UUID) -> None:
    other = office.product(customer, "彩信", "mms")
    process = agreed(office, customer, product, other, months=12)
    told = office.events("billing_cycle_changed")
    assert sorted(one["product_id"] for one in told) == sorted([str(product), str(other)])
    assert told[0] == {
        "product_id": told[0]["product_id"],
        "customer_id": str(customer),
        "customer_name": YUNFAN,
        "billing_cycle_months": 12,
        "process_id": str(process),
    }
    (applied,) = office.applied("billing_cycle_change")
    assert applied["summary_zh"] == "2 个产品此后账单的账单周期为 12 个月"


def test_the_form_shows_what_each_product_has_now(office: Office, customer: UUID, product: UUID) -> None:
    prepared = office.prepare("billing_cycle_change", new_id(), customer, change(product))
    assert prepared["form"]["products"] == [{"product_id": str(product), "name": "行业短信", "billing_cycle_months": 1}]
    assert prepared["product_ids"] == [str(product)]
    assert cycle(office, product) == 1, "nothing changes before it is archived"


def test_news_of_the_product_from_before_the_change_does_not_bring_the_old_cycle_back(
    office: Office, customer: UUID, product: UUID
) -> None:
    agreed(office, customer, product)
    renamed = {
        "id": str(product),
        "customer_id": str(customer),
        "name": "行业短信（验证码）",
        "type": "industry_sms",
        "payment_mode": "postpaid",
        "billing_cycle_months": 1,
        "needs_invoice": False,
    }
    office.hear(copy_product, "product_changed", renamed, version=7)
    row = office.rows("SELECT name, needs_invoice, billing_cycle_months FROM products")[0]
    assert tuple(row) == ("行业短信（验证码）", False, 3)


def test_of_two_changes_the_one_archived_later_counts_whichever_is_told_first(
    office: Office, customer: UUID, product: UUID
) -> None:
    agreed(office, customer, product, months=6, time=datetime(2026, 4, 1, 3, tzinfo=UTC))
    agreed(office, customer, product, months=2, time=datetime(2026, 4, 1, 2, tzinfo=UTC))
    assert cycle(office, product) == 6
    assert len(office.events("billing_cycle_changed")) == 1


def test_changes_of_the_same_products_at_once_neither_lose_nor_block_each_other(
    office: Office, customer: UUID, product: UUID
) -> None:
    other = office.product(customer, "彩信", "mms")

    def archive(number: int) -> None:
        wanted = (product, other) if number % 2 else (other, product)
        form = change(*wanted, months=2 + number)
        office.archive("billing_cycle_change", new_id(), form, time=datetime(2026, 4, 1, 2, number, tzinfo=UTC))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(archive, range(8)))
    assert (cycle(office, product), cycle(office, other)) == (9, 9)
    assert len(office.applied("billing_cycle_change")) == 8


@pytest.mark.parametrize("months", [0, 13])
def test_a_cycle_has_1_to_12_months(office: Office, customer: UUID, product: UUID, months: int) -> None:
    wrong = fields_of(lambda: office.prepare("billing_cycle_change", new_id(), customer, change(product, months=months)))
    assert wrong == {"billing_cycle_months": ["range|1|12"]}


def test_products_are_the_customers_own_each_once_and_change(office: Office, customer: UUID, product: UUID) -> None:
    hidden = office.product(office.customer("别的公司", OTHER_SALES))
    other = office.product(office.customer("另一家公司"))
    wanted = change(product, hidden, product, other)
    wrong = fields_of(lambda: office.prepare("billing_cycle_change", new_id(), customer, wanted))
    assert wrong == {
        "product_ids.1": ["product_not_found"],
        "product_ids.2": ["repeated"],
        "product_ids.3": ["not_of_customer"],
    }
    wrong = fields_of(lambda: office.prepare("billing_cycle_change", new_id(), customer, change(product, months=1)))
    assert wrong == {"product_ids.0": ["cycle_is_already|1"]}


def test_a_change_that_comes_before_its_product_is_tried_again(office: Office, product: UUID) -> None:
    with pytest.raises(Conflict, match="product_not_known_yet"):
        office.archive("billing_cycle_change", new_id(), change(product, new_id()))
    assert cycle(office, product) == 1
