"""Whose balance is low: prepaid accounts with what they have, as far as one sees them."""

from typing import Any
from uuid import UUID

import pytest

from services.billing.usecases.list_balances import list_balances
from services.contracts.billing_ledger_calls import BalancePage
from tests.integration.billing.office import FINANCE, LEAD, OTHER_SALES, SALES, YUNFAN, Office
from tests.integration.billing.prepaid import PAGE, Prepaid

ALL: dict[str, Any] = {"customer_id": None, "product_id": None, "low": None, **PAGE}


def listed(office: Office, caller: Any = SALES, **wanted: Any) -> list[dict[str, Any]]:
    page = BalancePage().dump(list_balances(office.begin(caller), **{**ALL, **wanted}))
    rows: list[dict[str, Any]] = page["items"]
    return rows


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["identifier"] for row in rows]


@pytest.fixture
def rich(office: Office, customer: UUID) -> Prepaid:
    rich = Prepaid(office, customer, "rich")
    rich.recharge("5000.00")
    return rich


@pytest.fixture
def poor(office: Office, customer: UUID) -> Prepaid:
    poor = Prepaid(office, customer, "poor")
    poor.recharge("30.00", "prepurchase")
    poor.defer("100.00", until="2026-05-31")
    poor.use("80.00")
    return poor


@pytest.fixture
def new(office: Office, customer: UUID) -> Prepaid:
    return Prepaid(office, customer, "new")


def test_each_prepaid_account_is_listed_with_its_balance_the_lowest_first(
    office: Office, customer: UUID, rich: Prepaid, poor: Prepaid, new: Prepaid
) -> None:
    office.account(office.product(customer), customer, "paid-afterwards")
    rows = listed(office)
    assert names(rows) == ["poor", "new", "rich"]
    assert rows[0] == {
        "account_id": str(poor.account),
        "identifier": "poor",
        "status": "active",
        "product_id": str(poor.product),
        "product_name": "行业短信 poor",
        "customer_id": str(customer),
        "customer_name": YUNFAN,
        "total": "-50.00",
        "prepay": "-50.00",
        "prepurchase": "0.00",
        "held": "0.00",
        "limit": "100.00",
        "until": "2026-05-31",
        "is_low": True,
        "last_kind": "consumption",
        "last_amount": rows[0]["last_amount"],
        "last_day": "2026-04-01",
    }
    assert rows[0]["last_amount"] in {"-50.00", "-30.00"}
    assert (rows[1]["total"], rows[1]["is_low"], rows[1]["last_kind"], rows[1]["limit"]) == ("0.00", True, None, None)
    assert (rows[2]["total"], rows[2]["is_low"], rows[2]["last_kind"]) == ("5000.00", False, "recharge")


def test_those_whose_balance_is_low_are_found_across_all_that_one_sees(
    office: Office, rich: Prepaid, poor: Prepaid, new: Prepaid
) -> None:
    Prepaid(office, office.customer("别的公司", OTHER_SALES), "others")
    assert names(listed(office, low=True)) == ["poor", "new"]
    assert names(listed(office, low=False)) == ["rich"]
    assert names(listed(office, LEAD, low=True)) == ["poor", "new"]
    assert names(listed(office, OTHER_SALES)) == ["others"]
    assert names(listed(office, FINANCE, low=True)) == ["poor", "new", "others"]


def test_balances_are_listed_by_customer_and_product_and_page_by_page(
    office: Office, customer: UUID, rich: Prepaid, poor: Prepaid, new: Prepaid
) -> None:
    other = Prepaid(office, office.customer("别的公司"), "others")
    assert names(listed(office, customer_id=other.customer)) == ["others"]
    assert names(listed(office, product_id=rich.product)) == ["rich"]
    for sort in ("balance", "-balance", "identifier", "-customer"):
        whole = names(listed(office, sort=sort))
        paged, cursor = [], ""
        while True:
            page = list_balances(office.begin(SALES), **{**ALL, "sort": sort, "page_size": 1, "cursor": cursor})
            paged += [row.identifier for row in page.items]
            if page.next_cursor is None:
                break
            cursor = page.next_cursor
        assert paged == whole
        assert len(whole) == 4


def test_a_closed_account_is_listed_as_long_as_it_has_money(office: Office, rich: Prepaid, new: Prepaid) -> None:
    office.rows("UPDATE accounts SET status = 'closed' RETURNING 1")
    assert [(row["identifier"], row["status"]) for row in listed(office)] == [("rich", "closed")]
