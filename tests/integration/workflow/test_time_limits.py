"""Time limits with a reminder, alive after a return (spec, "The engine"; pitfalls, "Approvals")."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.kit.tables import outbox
from services.workflow.store.tables import Department
from services.workflow.usecases.approve_task import approve_task
from services.workflow.usecases.remind_handlers import remind_handlers
from services.workflow.usecases.return_task import return_task
from services.workflow.usecases.transfer_task import transfer_task
from tests.integration.workflow.conftest import NOW, Company
from tests.unit.workflow.examples import content, node

HOUR = timedelta(hours=1)


@pytest.fixture
def process_id(company: Company) -> UUID:
    """Waits for finance, who has 8 hours and is reminded 2 hours before they are over; legal is next, without a limit."""
    limited = node("finance", "finance", time_limit_hours=8, remind_before_hours=2)
    company.publish(content(code="stamp", nodes=[node("start"), limited, node("legal", "legal")]))
    return company.start("stamp", {"reason": "盖章"})


def told(company: Company, process_id: UUID, after: timedelta) -> list[str]:
    """What is said of the process's tasks when the sweep runs at that time after its start."""
    remind_handlers(company.begin("sales", NOW + after))
    with company.database.session() as session:
        envelopes = session.scalars(select(outbox.c.envelope).order_by(outbox.c.position)).all()
    timed: list[dict[str, Any]] = [each for each in envelopes if each["type"] in ("task_due_soon", "task_overdue")]
    return [each["type"] for each in timed if each["data"]["process_id"] == str(process_id)]


def test_a_handler_is_reminded_once_and_what_is_overdue_is_said_once(company: Company, process_id: UUID) -> None:
    assert told(company, process_id, 6 * HOUR - timedelta(seconds=1)) == []
    assert told(company, process_id, 6 * HOUR) == ["task_due_soon"]
    assert told(company, process_id, 7 * HOUR) == ["task_due_soon"], "once"
    assert told(company, process_id, 8 * HOUR) == ["task_due_soon", "task_overdue"]
    assert told(company, process_id, 9 * HOUR) == ["task_due_soon", "task_overdue"], "once"


def test_what_is_dealt_with_reminds_nobody(company: Company, process_id: UUID) -> None:
    company.approve(process_id, "finance")
    assert told(company, process_id, 99 * HOUR) == []


def test_a_sweep_that_comes_late_says_that_it_is_overdue_and_not_besides_that_it_will_be(
    company: Company, process_id: UUID
) -> None:
    assert told(company, process_id, 20 * HOUR) == ["task_overdue"]


def test_the_limit_begins_anew_after_a_return(company: Company, process_id: UUID) -> None:
    company.approve(process_id, "finance")
    later = company.begin("legal", NOW + 5 * HOUR)
    return_task(later, company.task_of(process_id, "legal"), opinion="再看", to_node="finance")
    assert company.page(process_id, "finance")["task"]["due_at"] == NOW + 13 * HOUR
    assert told(company, process_id, 10 * HOUR) == []
    assert told(company, process_id, 11 * HOUR) == ["task_due_soon"]
    assert told(company, process_id, 13 * HOUR) == ["task_due_soon", "task_overdue"]


def test_whoever_takes_over_has_the_time_that_is_left(company: Company, process_id: UUID) -> None:
    later = company.begin("finance", NOW + 5 * HOUR)
    transfer_task(later, company.task_of(process_id, "finance"), user_id=company.id_of("audit"), opinion="")
    assert company.page(process_id, "audit")["task"]["due_at"] == NOW + 8 * HOUR
    assert told(company, process_id, 6 * HOUR) == ["task_due_soon"]


def test_in_turn_each_handlers_time_begins_with_his_turn(company: Company) -> None:
    in_turn = node("both", "finance", "legal", agree="in_turn", time_limit_hours=8)
    company.publish(content(code="stamp", nodes=[node("start"), in_turn]))
    process_id = company.start("stamp", {"reason": "盖章"})
    first, second = sorted(("finance", "legal"), key=lambda name: company.people[name].name)
    begin = company.begin(first, NOW + 3 * HOUR)
    approve_task(begin, company.owners, company.task_of(process_id, first), opinion="", form={})
    assert company.page(process_id, second)["task"]["due_at"] == NOW + 11 * HOUR


@pytest.mark.parametrize(
    ("handler", "department"), [pytest.param("finance", 0, id="his lead"), pytest.param("lead", 1, id="a lead's own superior")]
)
def test_what_is_overdue_is_for_the_superior_to_know(company: Company, handler: str, department: int) -> None:
    roles = {"finance": "finance", "lead": "sales_lead"}
    limited = node("late", roles[handler], time_limit_hours=8)
    company.publish(content(code="stamp", nodes=[node("start"), limited]))
    process_id = company.start("stamp", {"reason": "盖章"})
    told(company, process_id, 9 * HOUR)
    with company.database.session() as session:
        envelopes = session.scalars(select(outbox.c.envelope).where(outbox.c.type == "task_overdue")).all()
        above = session.scalar(select(Department.parent_id).where(Department.lead_id == company.id_of("lead")))
    (said,) = [each["data"] for each in envelopes if each["data"]["process_id"] == str(process_id)]
    assert said["user_department_id"] == (str(above) if department else company.people["finance"].department_id)


def test_the_initiator_has_a_time_limit_too_where_the_start_has_one(company: Company) -> None:
    start = node("start", time_limit_hours=4, remind_before_hours=1)
    company.publish(content(code="stamp", nodes=[start, node("finance", "finance")]))
    process_id = company.start("stamp", {"reason": "盖章"})
    assert told(company, process_id, 99 * HOUR) == [], "nobody waits for whoever has started it"
    later = company.begin("finance", NOW + 100 * HOUR)
    return_task(later, company.task_of(process_id, "finance"), opinion="补充", to_node="start")
    assert company.page(process_id)["task"]["due_at"] == NOW + 104 * HOUR
    assert told(company, process_id, 103 * HOUR) == ["task_due_soon"]
    assert told(company, process_id, 104 * HOUR) == ["task_due_soon", "task_overdue"]
