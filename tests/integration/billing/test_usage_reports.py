"""Sentences of "Usage" at their edges: days of Shanghai, months, zeros, limits; and the lists of what came."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.billing.usecases.list_usage import list_usage
from services.billing.usecases.list_usage_reports import list_usage_imports, list_usage_reports
from services.contracts import billing_usage_calls as calls
from services.contracts.external import USAGE_LINES_MAX, UsageReported
from services.kit.clock import Month
from services.kit.errors import InvalidInput
from services.kit.schema import dump, load
from tests.integration.billing.office import Office, unified

DAY = date(2026, 3, 31)
PAGE: dict[str, Any] = {"page_size": 50, "sort": "", "cursor": ""}
ALL: dict[str, Any] = {"source": None, "way": None, "counted": None, **PAGE}
EVERYTHING: dict[str, Any] = {"month": None, "customer_id": None, "product_id": None, "unknown_accounts": True, **PAGE}


def _reports(office: Office, **asked: Any) -> list[Any]:
    return list_usage_reports(office.begin(), **{**ALL, **asked}).items


def _reported(line_count: int, **line: Any) -> dict[str, Any]:
    lines = [
        {"account": f"a{number}", "day": "2026-03-31", "operator": "CMCC", "quantity": 1, **line} for number in range(line_count)
    ]
    return {"source": "platform", "report_id": "r", "lines": lines}


def test_a_batch_has_up_to_5000_lines(office: Office) -> None:
    assert len(load(UsageReported, _reported(USAGE_LINES_MAX))["lines"]) == 5_000
    with pytest.raises(InvalidInput) as refusal:
        load(UsageReported, _reported(USAGE_LINES_MAX + 1))
    assert refusal.value.fields == {"lines": ["length|1|5000"]}
    lines = [(f"a{number}", DAY, "CMCC", 1) for number in range(USAGE_LINES_MAX)]
    assert office.report(lines)["quantity"] == 5_000


@pytest.mark.parametrize("operator", ["CMCC", "CUCC", "CTCC", "US", "SG"])
def test_a_line_is_of_an_operator_or_a_country(office: Office, operator: str) -> None:
    office.report([("a1", DAY, operator, 3)])
    assert office.value("SELECT quantity FROM usage_daily WHERE operator = :operator", operator=operator) == 3


@pytest.mark.parametrize(
    ("now", "today"),
    [
        (datetime(2026, 3, 31, 15, 59, tzinfo=UTC), date(2026, 3, 31)),
        (datetime(2026, 3, 31, 16, 0, tzinfo=UTC), date(2026, 4, 1)),
    ],
    ids=["a minute to midnight in Shanghai", "midnight in Shanghai"],
)
def test_a_line_for_tomorrow_is_taken_and_one_for_the_day_after_is_not(office: Office, now: datetime, today: date) -> None:
    office.now = now
    tomorrow, after = today.toordinal() + 1, today.toordinal() + 2
    office.report([("a1", date.fromordinal(tomorrow), "CMCC", 1)])
    with pytest.raises(InvalidInput) as refusal:
        office.report([("a1", date.fromordinal(after), "CMCC", 1)])
    assert refusal.value.fields == {"lines.0.day": ["day_in_future"]}


def test_a_report_across_two_months_is_kept_and_billed_in_each(office: Office, customer: UUID) -> None:
    product = office.product(customer)
    office.account(product, customer, "yunfan01")
    office.price(product, unified("0.05"), kind="unified", valid_from="2026-02-01")
    office.report([("yunfan01", date(2026, 2, 28), "CMCC", 100), ("yunfan01", date(2026, 3, 1), "CMCC", 10)])
    for table in ("usage_lines", "usage_daily"):
        parts = office.rows(f"SELECT tableoid::regclass::text AS part, sum(quantity) AS sent FROM {table} GROUP BY 1 ORDER BY 1")
        assert [(row.part, row.sent) for row in parts] == [(f"{table}_2026_02", 100), (f"{table}_2026_03", 10)]
    for month in (Month(2026, 2), Month(2026, 3)):
        office.run_billing(month)
    assert office.rows("SELECT quantity FROM bills ORDER BY month") == [(100,), (10,)]


def test_a_quantity_of_0_is_kept_and_tells_of_no_usage(office: Office, customer: UUID) -> None:
    office.account(office.product(customer), customer, "yunfan01")
    counted = office.report([("yunfan01", DAY, "CMCC", 0), ("nobody", DAY, "CMCC", 0)])
    assert (counted["line_count"], counted["quantity"], counted["unknown_accounts"]) == (2, 0, ["nobody"])
    assert office.value("SELECT count(*) FROM usage_lines") == 2
    assert office.events("usage_recorded") == []


def test_a_correction_may_leave_an_account_out(office: Office, customer: UUID) -> None:
    product = office.product(customer)
    for name in ("yunfan01", "yunfan02"):
        office.account(product, customer, name)
    office.report([("yunfan01", DAY, "CMCC", 5), ("yunfan02", DAY, "CMCC", 7)], "march")
    office.report([("yunfan01", DAY, "CMCC", 6)], "march-b", replaces="march")
    assert office.rows("SELECT account, quantity FROM usage_daily WHERE quantity > 0") == [("yunfan01", 6)]
    assert office.value("SELECT count(*) FROM usage_lines WHERE account = 'yunfan02'") == 1, "nothing is dropped"


def test_a_correction_names_the_unknown_accounts_of_its_own_lines_alone(office: Office) -> None:
    office.report([("nobody", DAY, "CMCC", 5), ("stranger", DAY, "CMCC", 5)], "march")
    assert office.report([("stranger", DAY, "CMCC", 6)], "march-b", replaces="march")["unknown_accounts"] == ["stranger"]


def test_a_correction_may_lie_in_another_month(office: Office) -> None:
    office.report([("a1", date(2026, 2, 28), "CMCC", 5)], "march")
    office.report([("a1", date(2026, 3, 1), "CMCC", 5)], "march-b", replaces="march")
    assert office.rows("SELECT day, quantity FROM usage_daily WHERE quantity > 0") == [(date(2026, 3, 1), 5)]


def test_reports_are_listed_the_latest_first_with_what_became_of_them(office: Office) -> None:
    office.report([("a1", DAY, "CMCC", 5), ("a1", date(2026, 3, 1), "CMCC", 2)], "march")
    office.now = datetime(2026, 4, 1, 3, tzinfo=UTC)
    office.report([("a1", DAY, "CMCC", 6)], "march-b", replaces="march")
    office.report([("a1", DAY, "CMCC", 1)], "other", source="north")
    shown = dump(calls.UsageReportPage, list_usage_reports(office.begin(), **ALL))["items"]
    assert {(each["report_id"], each["counted"], each["replaces"]) for each in shown[:2]} == {
        ("other", True, None),
        ("march-b", True, "march"),
    }
    march = shown[2]
    assert (march["way"], march["line_count"], march["quantity"], march["first_day"], march["last_day"], march["counted"]) == (
        "http", 2, 7, "2026-03-01", "2026-03-31", False
    )  # fmt: skip  # side by side with their names
    assert [row.report_id for row in _reports(office, source="north")] == ["other"]
    assert [row.report_id for row in _reports(office, counted=False)] == ["march"]
    assert _reports(office, way="file") == []


def test_files_are_listed_the_latest_first(office: Office) -> None:
    statement = (
        "INSERT INTO usage_imports (id, file_key, file_name, source, report_id, state, errors, created_by, created_at)"
        " SELECT gen_random_uuid(), 'k', 'f' || number, 'file', 'r' || number, :state, '[]', '', now() + number * INTERVAL '1 s'"
        " FROM generate_series(CAST(:first AS int), :last) AS number RETURNING 1"
    )
    office.rows(statement, first=1, last=3, state="counted")
    office.rows(statement, first=4, last=4, state="refused")
    pages = []
    cursor: str | None = ""
    while cursor is not None:
        page = list_usage_imports(office.begin(), state=None, **{**PAGE, "page_size": 3, "cursor": cursor})
        pages.append([row.file_name for row in page.items])
        cursor = page.next_cursor
    assert pages == [["f4", "f3", "f2"], ["f1"]]
    refused = list_usage_imports(office.begin(), state="refused", **PAGE).items
    assert [row.file_name for row in refused] == ["f4"]


def test_usage_of_all_goes_by_account_and_of_one_customer_by_day(office: Office, customer: UUID) -> None:
    product = office.product(customer)
    for name in ("b", "a"):
        office.account(product, customer, name)
    office.report([("a", DAY, "CMCC", 1), ("b", DAY, "CMCC", 1), ("a", date(2026, 3, 1), "CMCC", 1)])
    asked = {**EVERYTHING, "unknown_accounts": False}
    of_all = list_usage(office.begin(), **asked).items
    assert [(row["account"], row["day"].day) for row in of_all] == [("a", 1), ("a", 31), ("b", 31)]
    of_one = list_usage(office.begin(), **{**asked, "customer_id": customer}).items
    assert [(row["account"], row["day"].day) for row in of_one] == [("b", 31), ("a", 31), ("a", 1)]
