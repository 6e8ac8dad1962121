"""Statistics per process (spec, workflow.md, "Administration": "how many, how long per node, who is the bottleneck")."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text, update

from services.kit.errors import InvalidInput
from services.workflow.store import tables
from services.workflow.usecases.approve_task import approve_task
from services.workflow.usecases.reject_task import reject_task
from services.workflow.usecases.return_task import return_task
from services.workflow.usecases.show_statistics import show_statistics
from services.workflow.usecases.start_process import start_process
from services.workflow.usecases.withdraw_process import withdraw_process
from tests.integration.workflow.conftest import NOW, Company

HOUR = 3600
DAY = 24 * HOUR
CLAIM = {"reason": "老客户"}


@pytest.fixture
def company(company: Company) -> Company:
    """Without any process yet."""
    with company.database.session() as session, session.begin():
        session.execute(text("TRUNCATE processes CASCADE"))
    return company


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def start(company: Company, hours: float, by: str = "sales", code: str = "claim_customer", form: Any = None) -> UUID:
    subject_id = str(company.owner.customer_id)
    begin = company.begin(by, at(hours))
    wanted: dict[str, Any] = {
        "code": code,
        "subject_id": subject_id,
        "form": form or CLAIM,
        "opinion": "",
        "idempotency_key": None,
    }
    return start_process(begin, company.owners, **wanted)


def approve(company: Company, process_id: UUID, name: str, hours: float) -> None:
    task_id = company.task_of(process_id, name)
    approve_task(company.begin(name, at(hours)), company.owners, task_id, opinion="同意", form={})


def statistics(company: Company, name: str = "director", hours: float = 24, **wanted: Any) -> dict[str, Any]:
    everything = {"code": None, "first_day": None, "last_day": None}
    return show_statistics(company.begin(name, at(hours)), **{**everything, **wanted})


def node_of(shown: dict[str, Any], code: str) -> dict[str, Any]:
    return next(node for node in shown["items"][0]["nodes"] if node["code"] == code)


def test_how_many_were_started_and_what_became_of_them_and_how_long_they_took(company: Company) -> None:
    for hours in (2, 4, 12):
        archived = start(company, 0)
        approve(company, archived, "lead", 1)
        approve(company, archived, "admin", hours)
    rejected, withdrawn = start(company, 0), start(company, 0)
    start(company, 0)
    reject_task(company.begin("lead", at(1)), company.task_of(rejected, "lead"), opinion="理由不足")
    withdraw_process(company.begin("sales", at(1)), withdrawn, opinion="")

    (item,) = statistics(company)["items"]

    assert (item["code"], item["name_zh"]) == ("claim_customer", "申请客户")
    counts = ("started", "running", "archived", "rejected", "withdrawn")
    assert [item[name] for name in counts] == [6, 1, 3, 1, 1]
    assert item["median_seconds"] == 4 * HOUR
    assert item["p90_seconds"] == round((4 + 0.8 * (12 - 4)) * HOUR), "between the second and the third of three"


def test_how_long_tasks_wait_at_each_node_open_ones_until_now(company: Company) -> None:
    first, second, third = start(company, 0), start(company, 0), start(company, 0)
    approve(company, first, "lead", 2)
    approve(company, second, "lead", 6)
    approve(company, first, "admin", 5)

    shown = statistics(company, hours=10)

    lead, admin = node_of(shown, "lead"), node_of(shown, "sales_admin")
    assert (lead["processes"], lead["tasks"], lead["open"], lead["returned"]) == (3, 3, 1, 0)
    assert (lead["median_seconds"], lead["p90_seconds"]) == (6 * HOUR, round((6 + 0.8 * 4) * HOUR)), (
        "2, 6 and, until now, 10 hours"
    )
    assert (admin["processes"], admin["tasks"], admin["open"]) == (2, 2, 1)
    assert (admin["median_seconds"], admin["p90_seconds"]) == (round(3.5 * HOUR), round(3.9 * HOUR)), "3 and, until now, 4 hours"
    start_node = node_of(shown, "start")
    assert (start_node["tasks"], start_node["median_seconds"]) == (0, None)
    assert company.page(third)["state"] == "running"


def test_how_often_a_node_sent_processes_back_and_that_each_stay_counts(company: Company) -> None:
    process_id = start(company, 0)
    approve(company, process_id, "lead", 1)
    task_id = company.task_of(process_id, "admin")
    return_task(company.begin("admin", at(2)), task_id, opinion="请领导再看", to_node="lead")
    approve(company, process_id, "lead", 5)

    shown = statistics(company, hours=6)

    lead, admin = node_of(shown, "lead"), node_of(shown, "sales_admin")
    assert (lead["processes"], lead["tasks"], lead["median_seconds"], lead["returned"]) == (1, 2, 2 * HOUR, 0), "1 and 3 hours"
    assert (admin["processes"], admin["tasks"], admin["returned"]) == (1, 2, 1)


def test_who_is_the_bottleneck(company: Company) -> None:
    oldest = start(company, -24 * 200)
    first, second = start(company, 0), start(company, 1)
    for process_id, hours in ((first, 3), (second, 10)):
        approve(company, process_id, "lead", hours)
    start(company, 2)
    start(company, 3)
    with company.database.session() as session, session.begin():
        late = (tables.Task.process_id == oldest, tables.Task.state == "open")
        session.execute(update(tables.Task).where(*late).values(due_at=at(-1)))

    lead, admin = statistics(company, hours=12)["people"]

    assert (lead["name"], lead["open"], lead["overdue"]) == ("李娜", 3, 1), "one of them from long before the range"
    assert (lead["oldest_at"], lead["oldest_seconds"]) == (at(-24 * 200), 200 * DAY + 12 * HOUR)
    assert (lead["done"], lead["median_seconds"]) == (2, 6 * HOUR), "3 and 9 hours"
    assert (admin["name"], admin["open"], admin["overdue"], admin["oldest_seconds"]) == ("admin 员", 2, 0, 9 * HOUR)
    assert (admin["done"], admin["median_seconds"]) == (0, None)


def test_the_range_is_the_last_ninety_days_of_starts_unless_one_is_asked_for(company: Company) -> None:
    start(company, -24 * 89)
    start(company, -24 * 90)
    shown = statistics(company, hours=0)
    assert (shown["first_day"], shown["last_day"]) == (date(2025, 12, 3), date(2026, 3, 2))
    assert [item["started"] for item in shown["items"]] == [1]
    day = date(2025, 12, 2)
    assert [item["started"] for item in statistics(company, first_day=day, last_day=day)["items"]] == [1]
    assert statistics(company, first_day=date(2025, 11, 1), last_day=date(2025, 12, 1))["items"] == []


@pytest.mark.parametrize(
    ("first_day", "last_day", "error"),
    [
        (date(2026, 3, 2), date(2026, 3, 1), "before_start"),
        (date(2024, 3, 1), date(2025, 3, 2), "range|2024-03-01|2025-03-01"),
        (date(1, 1, 1), date(9999, 12, 31), "range|0001-01-01|0002-01-01"),
    ],
)
def test_a_range_that_is_none_or_too_long_is_refused(company: Company, first_day: date, last_day: date, error: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        statistics(company, first_day=first_day, last_day=last_day)
    assert refused.value.fields == {"to": [error]}


def test_everybody_counts_only_what_he_or_she_sees(company: Company) -> None:
    start(company, 0)
    start(company, 0, by="colleague")
    assert [item["started"] for item in statistics(company, "director")["items"]] == [2]
    assert [item["started"] for item in statistics(company, "sales")["items"]] == [1]
    assert statistics(company, "legal")["items"] == []
    assert statistics(company, "legal")["people"] == []
    assert [person["open"] for person in statistics(company, "sales")["people"]] == [1]


def test_one_kind_alone_can_be_asked_for(company: Company) -> None:
    start(company, 0)
    start(company, 0, code="reconciliation", form={"bill_ids": ["b1"]})
    assert [item["code"] for item in statistics(company)["items"]] == ["claim_customer", "reconciliation"]
    shown = statistics(company, code="claim_customer")
    assert [item["code"] for item in shown["items"]] == ["claim_customer"]
    assert [person["name"] for person in shown["people"]] == ["李娜"]
    assert statistics(company, code="holiday")["items"] == []
