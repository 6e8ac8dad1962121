"""Deputies for absent handlers, and what people who leave leave behind (spec, "The engine")."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.contracts.workflow_list_calls import ProcessQuery
from services.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from services.kit.schema import load
from services.kit.tables import audit_entries, outbox
from services.workflow.store.tables import Deputy
from services.workflow.usecases.add_approver import add_approver
from services.workflow.usecases.approve_task import approve_task
from services.workflow.usecases.begin_deputies import begin_deputies
from services.workflow.usecases.end_deputy import end_deputy
from services.workflow.usecases.hand_over_tasks import hand_over_tasks
from services.workflow.usecases.list_deputies import list_deputies
from services.workflow.usecases.list_processes import list_processes
from services.workflow.usecases.name_deputy import name_deputy
from services.workflow.usecases.reassign_task import reassign_task
from services.workflow.usecases.resubmit_process import resubmit_process
from services.workflow.usecases.return_task import return_task
from services.workflow.usecases.transfer_task import transfer_task
from services.workflow.usecases.withdraw_process import withdraw_process
from tests.integration.workflow.conftest import NOW, Company
from tests.unit.workflow.examples import content, node

TODAY = date(2026, 3, 2)
CLAIM = {"reason": "老客户"}


def stand_in(company: Company, absent: str, deputy: str, days: int = 5, first: date = TODAY, *, by: str | None = None) -> Deputy:
    return name_deputy(
        company.begin(by or absent),
        user_id=company.id_of(absent),
        deputy_id=company.id_of(deputy),
        first_day=first,
        last_day=first + timedelta(days=days),
    )


def act(company: Company, deputy: str, task_id: UUID, days_later: int = 0) -> None:
    begin = company.begin(deputy, NOW + timedelta(days=days_later))
    approve_task(begin, company.owners, task_id, opinion="同意", form={})


def test_a_deputy_acts_for_the_absent_handler_and_the_entry_says_for_whom(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    task_id = company.task_of(process_id, "lead")
    with pytest.raises(NotFound):
        act(company, "colleague", task_id)
    stand_in(company, "lead", "colleague")
    task = company.page(process_id, "colleague")["task"]
    assert (task["id"], task["for_name"]) == (task_id, company.people["lead"].name)
    act(company, "colleague", task_id)
    page = company.page(process_id, "colleague")
    entry = next(entry for entry in page["history"] if entry["action"] == "approved")
    assert (entry["by_name"], entry["for_name"]) == (company.people["colleague"].name, company.people["lead"].name)
    person = page["nodes"][1]["people"][0]
    assert (person["name"], person["by_name"]) == (company.people["lead"].name, company.people["colleague"].name)
    assert page["node"]["code"] == "sales_admin", "whoever acted goes on seeing the process"


@pytest.mark.parametrize(
    ("days_later", "may"),
    [
        pytest.param(0, False, id="the day before the range"),
        pytest.param(1, True, id="its first day"),
        pytest.param(3, True, id="its last day"),
        pytest.param(4, False, id="the day after"),
    ],
)
def test_a_deputy_acts_within_the_days_alone(company: Company, days_later: int, *, may: bool) -> None:
    process_id = company.start("claim_customer", CLAIM)
    stand_in(company, "lead", "colleague", days=2, first=TODAY + timedelta(days=1))
    task_id = company.task_of(process_id, "lead")
    if may:
        act(company, "colleague", task_id, days_later)
        return
    with pytest.raises(NotFound, match="task_not_found"):
        act(company, "colleague", task_id, days_later)


def test_nobody_approves_his_own_in_anothers_name(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    stand_in(company, "lead", "sales")
    assert company.page(process_id)["task"] is None
    with pytest.raises(Forbidden, match="deputy_at_own_process"):
        act(company, "sales", company.task_of(process_id, "lead"))


def test_a_deputy_resubmits_what_came_back_to_the_absent_initiator_and_withdraws_nothing(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    stand_in(company, "sales", "colleague")
    with pytest.raises(NotFound):
        resubmit_process(company.begin("colleague"), company.owners, process_id, opinion="", form=None)
    return_task(company.begin("lead"), company.task_of(process_id, "lead"), opinion="补充", to_node="start")
    page = company.page(process_id, "colleague")
    assert (page["task"]["for_name"], page["task"]["actions"]) == (company.people["sales"].name, ["resubmit"])
    with pytest.raises(Forbidden, match="not_the_initiator"):
        withdraw_process(company.begin("colleague"), process_id, opinion="")
    resubmit_process(company.begin("colleague"), company.owners, process_id, opinion="已补", form={"reason": "补充后"})
    page = company.page(process_id)
    entry = next(entry for entry in page["history"] if entry["action"] == "resubmitted")
    names = (company.people["colleague"].name, company.people["sales"].name)
    assert (entry["by_name"], entry["for_name"], entry["changes"]) == (*names, {"reason": ["老客户", "补充后"]})
    first = page["nodes"][0]["people"][0]
    assert (first["name"], first["by_name"], page["initiator"]["name"]) == (names[1], names[0], names[1])
    assert company.waiting(process_id) == [("lead", "decide")]


def test_handler_and_deputy_at_once_decide_once(company: Company) -> None:
    stand_in(company, "lead", "colleague")
    process_id = company.start("claim_customer", CLAIM)
    task_id = company.task_of(process_id, "lead")

    def one(name: str) -> str:
        try:
            act(company, name, task_id)
        except Conflict as refusal:
            return refusal.code
        return "won"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, ("lead", "colleague"))) == ["task_already_decided", "won"]
    assert [entry["action"] for entry in company.page(process_id)["history"]].count("approved") == 1


def test_a_deputy_who_comes_after_the_handler_is_told_what_happened(company: Company) -> None:
    stand_in(company, "lead", "colleague")
    process_id = company.start("claim_customer", CLAIM)
    task_id = company.task_of(process_id, "lead")
    company.approve(process_id, "lead")
    with pytest.raises(Conflict, match="task_already_decided") as refused:
        act(company, "colleague", task_id)
    assert refused.value.params["by"] == company.people["lead"].name
    with pytest.raises(NotFound):
        company.page(process_id, "colleague")


def test_the_deputy_of_today_is_told_of_a_task(company: Company) -> None:
    stand_in(company, "lead", "colleague")
    process_id = company.start("claim_customer", CLAIM)
    entered = next(event for event in company.events(process_id) if event["type"] == "node_entered")
    assert entered["data"]["tasks"][0]["deputy_id"] == str(company.id_of("colleague"))


def test_a_task_names_the_department_of_its_handlers_lead_which_of_a_lead_is_the_one_above(company: Company) -> None:
    """Notify tells that lead of a task that waits too long."""
    process_id = company.start("claim_customer", CLAIM)
    company.approve(process_id, "lead")
    entered = [event["data"]["tasks"] for event in company.events(process_id) if event["type"] == "node_entered"]
    of_lead, of_next = ({task["user_name"]: task["superior_department_id"] for task in tasks} for tasks in entered)
    departments = {person.name: person.department_id for person in company.people.values()}
    assert of_next == {name: departments[name] for name in of_next}
    (headquarters,) = of_next.values()
    assert of_lead == {"李娜": headquarters}
    assert headquarters != departments["李娜"]


def deputed(company: Company, process_id: UUID, days_later: int = 0) -> list[str]:
    """Whose deputies are told, by the sweep of a day, of tasks that waited before; all that is said so far."""
    begin_deputies(company.begin("sales", NOW + timedelta(days=days_later)))
    with company.database.session() as session:
        envelopes = session.scalars(select(outbox.c.envelope).where(outbox.c.type == "task_deputed")).all()
    of_it = [each["data"]["task"] for each in envelopes if each["data"]["process_id"] == str(process_id)]
    return [each["deputy_id"] for each in of_it]


def test_a_deputy_is_told_once_of_what_waited_already_when_the_days_begin(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM, now=NOW - timedelta(days=1))
    stand_in(company, "lead", "colleague", days=2, first=TODAY + timedelta(days=1))
    assert deputed(company, process_id) == [], "not before the first day"
    assert deputed(company, process_id, days_later=1) == [str(company.id_of("colleague"))]
    assert deputed(company, process_id, days_later=2) == [str(company.id_of("colleague"))], "once"
    rows = list_processes(company.begin("colleague", NOW + timedelta(days=1)), **load(ProcessQuery, {"box": "todo"})).items
    assert [row["id"] for row in rows] == [process_id]


def test_a_deputy_who_is_named_on_the_day_is_told_of_what_came_before_alone(company: Company) -> None:
    before = company.start("claim_customer", CLAIM, now=NOW - timedelta(hours=1))
    stand_in(company, "lead", "colleague")
    after = company.start("claim_customer", CLAIM, now=NOW + timedelta(minutes=1))
    assert deputed(company, before) == [str(company.id_of("colleague"))]
    assert deputed(company, after) == [], "its own event has told the deputy"


def test_a_deputy_who_was_taken_back_or_started_it_himself_is_told_of_nothing(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM, now=NOW - timedelta(hours=1))
    end_deputy(company.begin("lead"), stand_in(company, "lead", "colleague").id)
    stand_in(company, "lead", "sales")
    assert deputed(company, process_id) == []


def test_of_two_sweeps_at_once_one_tells_a_deputy(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM, now=NOW - timedelta(hours=1))
    stand_in(company, "lead", "colleague")
    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(begin_deputies, [company.begin("sales")] * 2))
    assert sum(counts) == 1
    assert len(deputed(company, process_id)) == 1


def test_a_deputy_is_named_for_days_that_are_not_taken(company: Company) -> None:
    stand_in(company, "lead", "colleague")
    with pytest.raises(Conflict) as refused:
        stand_in(company, "lead", "vp", first=TODAY + timedelta(days=5))
    assert refused.value.params["name"] == company.people["colleague"].name
    later = stand_in(company, "lead", "vp", first=TODAY + timedelta(days=6))
    items = list_deputies(company.begin("lead"), user_id=None)["items"]
    assert [item.deputy_name for item in items] == [company.people["colleague"].name, company.people["vp"].name]
    with pytest.raises(NotFound):
        end_deputy(company.begin("vp"), later.id)
    end_deputy(company.begin("lead"), later.id)
    assert len(list_deputies(company.begin("lead"), user_id=None)["items"]) == 1


def test_of_many_who_name_a_deputy_for_the_same_days_at_once_one_does(company: Company) -> None:
    def one(deputy: str) -> str:
        try:
            stand_in(company, "vp", deputy)
        except Conflict as refusal:
            return refusal.code
        return "named"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(one, ("lead", "audit", "risk", "care")))
    assert sorted(outcomes) == ["deputy_named_already"] * 3 + ["named"]


def test_wrong_days_and_people_are_refused_by_field(company: Company) -> None:
    with pytest.raises(InvalidInput) as refused:
        stand_in(company, "lead", "lead", days=-1)
    assert refused.value.fields.keys() == {"last_day", "deputy_id"}
    with pytest.raises(InvalidInput):
        stand_in(company, "lead", "vp", days=1, first=TODAY - timedelta(days=9))
    with pytest.raises(Forbidden):
        stand_in(company, "lead", "vp", by="colleague")
    stand_in(company, "lead", "vp", by="boss")


def test_a_deputy_who_leaves_stands_in_for_nobody_any_more(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    stand_in(company, "lead", "vp")
    assert company.page(process_id, "vp")["can"]
    company.hear_user("vp", ("operations_vp",), version=2, active=False)
    assert list_deputies(company.begin("lead"), user_id=None)["items"] == []
    with company.database.session() as session:
        query = select(audit_entries.c.subject_id, audit_entries.c.before).where(audit_entries.c.why == "the deputy has left")
        assert session.execute(query).all() == [(company.people["lead"].user_id, {"deputy_name": company.people["vp"].name})]
    stand_in(company, "lead", "colleague", days=1)


def test_a_leavers_tasks_go_to_the_successor(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    company.hear_user("lead", ("sales_lead",), version=2, active=False, successor="vp")
    assert hand_over_tasks(company.begin("sales")) == 1
    assert company.waiting(process_id) == [("vp", "decide")]
    entry = company.page(process_id)["history"][-1]
    assert (entry["action"], entry["by_name"], entry["for_name"], entry["to_name"]) == (
        "reassigned",
        None,
        company.people["lead"].name,
        company.people["vp"].name,
    )
    assert hand_over_tasks(company.begin("sales")) == 0, "again it finds nothing"
    company.approve(process_id, "vp")


def test_a_leavers_processes_are_the_successors_to_go_on_with(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    return_task(company.begin("lead"), company.task_of(process_id, "lead"), opinion="补充", to_node="start")
    company.hear_user("sales", ("sales",), version=2, active=False, successor="colleague")
    hand_over_tasks(company.begin("lead"))
    assert "withdraw" in company.page(process_id, "colleague")["can"]
    asked = []

    def owner(request: dict[str, Any]) -> Any:
        asked.append(request["initiator"])
        return company.owners["customer"](request)

    resubmit_process(company.begin("colleague"), {"customer": owner}, process_id, opinion="", form=None)
    assert company.waiting(process_id) == [("lead", "decide")]
    colleague = company.people["colleague"]
    assert asked == [{"id": colleague.user_id, "name": colleague.name, "department_id": colleague.department_id or None}]


def test_a_leavers_task_without_a_successor_waits_for_an_administrator(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    company.hear_user("lead", ("sales_lead",), version=2, active=False)
    assert hand_over_tasks(company.begin("sales")) == 0
    start, row = company.page(process_id)["nodes"][:2]
    assert (row["missing_en"], row["helpers"]) == (f"{company.people['lead'].name} (left)", [company.people["boss"].name])
    assert "reassign" in company.page(process_id, "boss")["can"]
    assert [person["task_id"] for person in row["people"]] == [company.task_of(process_id, "lead")], "what is reassigned"
    assert [person["task_id"] for person in start["people"]] == [None]


def test_a_leavers_task_that_the_successor_cannot_take_over_stops_no_other(company: Company) -> None:
    """The successor is asked at that node anyway, and a further approver's agreement is one more: that is an administrator's."""
    both = node("both", "finance", "legal", agree="all")
    company.publish(content(code="stamp", nodes=[node("start"), both]))
    stuck = company.start("stamp", {"reason": "盖章"})
    task_id = company.task_of(stuck, "finance")
    add_approver(company.begin("finance"), task_id, user_id=company.id_of("vp"), position="before", opinion="")
    other = company.start("stamp", {"reason": "盖章"})
    transfer_task(company.begin("finance"), company.task_of(other, "finance"), user_id=company.id_of("vp"), opinion="")
    company.hear_user("vp", ("operations_vp",), version=2, active=False, successor="legal")

    hand_over_tasks(company.begin("sales"))

    assert company.waiting(stuck) == [("legal", "decide"), ("vp", "decide")]
    assert company.waiting(other) == [("legal", "decide")]


def test_what_came_back_to_a_leaver_without_a_successor_is_whose_an_administrator_gives_it(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    return_task(company.begin("lead"), company.task_of(process_id, "lead"), opinion="补充", to_node="start")
    company.hear_user("sales", ("sales",), version=2, active=False)
    task_id = company.task_of(process_id, "sales")
    reassign_task(company.begin("boss"), task_id, user_id=company.id_of("colleague"), opinion="离职")
    assert company.page(process_id, "colleague")["can"][-2:] == ["withdraw", "resubmit"]
    resubmit_process(company.begin("colleague"), company.owners, process_id, opinion="", form=None)
    assert company.waiting(process_id) == [("lead", "decide")]
