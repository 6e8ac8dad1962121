"""Bills and billing runs as lists: whose are seen, how they are found and paged (spec, billing.md, "Bills")."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.billing.usecases.list_billing_runs import list_billing_runs
from services.billing.usecases.list_bills import list_bills
from services.billing.usecases.show_bill import show_bill
from services.billing.usecases.show_billing_run import show_billing_run
from services.contracts import billing_calls as calls
from services.kit.caller import Caller
from services.kit.clock import Month
from services.kit.errors import InvalidInput, NotFound
from services.kit.ids import new_id
from tests.integration.billing.office import FINANCE, LEAD, MARCH, OTHER_SALES, SALES, YUNFAN, Office, unified

BILLS: dict[str, Any] = {
    "customer_id": None,
    "product_id": None,
    "month": None,
    "state": None,
    "number": None,
    "overdue": False,
    "page_size": 50,
    "sort": "",
    "cursor": "",
}


def test_bills_are_seen_by_the_owner_the_lead_and_those_who_see_all(office: Office, product: UUID) -> None:
    office.price(product, unified("0.03"), kind="unified")
    office.report([("yunfan01", date(2026, 3, 8), "CMCC", 1000)])
    office.run_billing()
    bill_id = office.value("SELECT id FROM bills")
    counts = [len(list_bills(office.begin(caller), **BILLS).items) for caller in (SALES, LEAD, FINANCE, OTHER_SALES)]
    assert counts == [1, 1, 1, 0]
    with pytest.raises(NotFound, match="bill_not_found"):
        show_bill(office.begin(OTHER_SALES), bill_id)


@pytest.mark.parametrize("sort", ["", "month", "number", "amount", "customer", "created_at"])
def test_pages_of_bills_hold_every_bill_once(office: Office, product: UUID, sort: str) -> None:
    office.price(product, unified("0.05"), kind="unified", valid_from="2026-01-01")
    months = [Month(2026, number) for number in (1, 2, 3)]
    for month in months:
        office.report([("yunfan01", month.first_day, "CMCC", 100 * month.number)])
        office.run_billing(month, shards=1)
    seen, cursor = [], ""
    while True:
        page = list_bills(office.begin(SALES), **{**BILLS, "page_size": 1, "sort": sort, "cursor": cursor})
        seen += [bill.month for bill in page.items]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert sorted(seen) == months


@pytest.mark.parametrize(
    ("sort", "last"), [("-month", "march"), ("-month", "2026-13"), ("number", "\0")], ids=["no month", "month 13", "no text"]
)
def test_a_cursor_that_somebody_made_up_is_refused(office: Office, sort: str, last: str) -> None:
    cursor = urlsafe_b64encode(json.dumps([sort, last, str(new_id())]).encode()).decode()
    with pytest.raises(InvalidInput):
        list_bills(office.begin(SALES), **{**BILLS, "sort": sort, "cursor": cursor})


RUNS: dict[str, Any] = {"month": None, "page_size": 50, "sort": "", "cursor": ""}


def test_runs_are_listed_the_newest_first_and_those_for_one_customer_to_those_who_see_it(office: Office, customer: UUID) -> None:
    everybody = office.run_billing()
    february = office.run_billing(Month(2026, 2))
    generated = office.run_billing(customer_id=customer)

    def seen(caller: Any, **query: Any) -> list[UUID]:
        return [run["id"] for run in list_billing_runs(office.begin(caller), **{**RUNS, **query}).items]

    assert seen(SALES) == seen(FINANCE) == [generated, february, everybody]
    assert seen(OTHER_SALES) == [february, everybody]
    assert seen(FINANCE, month=MARCH) == [generated, everybody]
    assert show_billing_run(office.begin(OTHER_SALES), everybody)["id"] == everybody
    assert show_billing_run(office.begin(SALES), generated)["customer_id"] == str(customer)
    with pytest.raises(NotFound, match="job_not_found"):
        show_billing_run(office.begin(OTHER_SALES), generated)
    first = list_billing_runs(office.begin(SALES), **{**RUNS, "page_size": 2})
    rest = list_billing_runs(office.begin(SALES), **{**RUNS, "page_size": 2, "cursor": first.next_cursor or ""})
    assert [run["id"] for run in (*first.items, *rest.items)] == [generated, february, everybody]
    shown: dict[str, Any] = calls.BillingRunPage().dump(first)
    assert (shown["items"][0]["month"], shown["items"][0]["state"]) == ("2026-03", "done")


def test_bills_are_found_by_customer_product_month_state_and_how_their_number_begins(
    office: Office, customer: UUID, product: UUID
) -> None:
    other = office.customer("北京云信有限公司")
    theirs = office.product(other)
    office.account(theirs, other, "yunxin01")
    for each in (product, theirs):
        office.price(each, unified("0.05"), kind="unified", valid_from="2026-01-01")
    for month in (Month(2026, 2), MARCH):
        office.report([(name, month.first_day, "CMCC", 100) for name in ("yunfan01", "yunxin01")])
        office.run_billing(month, shards=1)

    def found(**query: Any) -> list[tuple[str, Month]]:
        return sorted((bill.customer_name, bill.month) for bill in list_bills(office.begin(FINANCE), **{**BILLS, **query}).items)

    ours = [(YUNFAN, Month(2026, 2)), (YUNFAN, MARCH)]
    assert found(customer_id=customer) == found(product_id=product) == ours
    assert found(month=MARCH, customer_id=customer) == [(YUNFAN, MARCH)]
    assert len(found(state="open")) == 4
    assert found(state="closed") == found(number="账单_2026") == []
    assert found(number=f"2026-03-{YUNFAN[:4]}") == found(number=f"账单-2026-03-{YUNFAN}") == [(YUNFAN, MARCH)]


def test_bills_are_found_by_whoever_looks_after_the_customer_by_department_and_by_product_type(
    office: Office, customer: UUID, product: UUID
) -> None:
    other = office.customer("北京云信有限公司", owner=OTHER_SALES)
    theirs = office.product(other, name="彩信", kind="mms")
    office.account(theirs, other, "yunxin01")
    for each in (product, theirs):
        office.price(each, unified("0.05"), kind="unified", valid_from="2026-01-01")
    office.report([(name, MARCH.first_day, "CMCC", 100) for name in ("yunfan01", "yunxin01")])
    office.run_billing(MARCH, shards=1)

    def found(caller: Caller = FINANCE, **query: Any) -> list[str]:
        return sorted(bill.customer_name for bill in list_bills(office.begin(caller), **{**BILLS, **query}).items)

    ours, others = YUNFAN, "北京云信有限公司"
    assert found() == sorted([ours, others])
    assert found(owner_id=UUID(SALES.user_id)) == found(product_type="industry_sms") == [ours]
    assert found(owner_id=UUID(OTHER_SALES.user_id)) == found(product_type="mms") == [others]
    here, there = UUID(str(SALES.department_id)), UUID(str(OTHER_SALES.department_id))
    assert found(department_id=here) == found(department_ids=[here]) == [ours]
    assert found(department_id=here, department_ids=[here, there]) == sorted([ours, others])
    assert found(department_ids=[]) == found(owner_id=new_id()) == found(product_type="voice") == []
    assert found(SALES, owner_id=UUID(OTHER_SALES.user_id)) == [], "nobody finds what he or she does not see"


def test_overdue_bills_are_those_past_their_due_date_of_which_something_is_owed(office: Office, receivables: list[UUID]) -> None:
    # Cycles of 1, 2 and 3 months: due on the last of April, May and June.
    def overdue() -> list[UUID]:
        query = {**BILLS, "overdue": True, "sort": "amount"}
        return [bill.id for bill in list_bills(office.begin(SALES), **query).items]

    seen = []
    for day in (
        datetime(2026, 4, 30, 15, 59, tzinfo=UTC),
        datetime(2026, 4, 30, 16, tzinfo=UTC),
        datetime(2026, 6, 1, tzinfo=UTC),
    ):
        office.now = day  # the first two are the last minute of 30 April in Shanghai, and the first of 1 May
        seen.append(overdue())
    assert seen == [[], receivables[:1], receivables[:2]]
    office.settle(receivables[0], "0.00")
    assert overdue() == receivables[1:2]
