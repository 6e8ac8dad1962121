"""Tasks handed on, lent for advice and given further approvers; processes copied and urged (spec, "The engine")."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.kit.errors import Conflict, Forbidden, InvalidInput, NotFound, TooMany
from services.workflow.store.tables import Task
from services.workflow.usecases.add_approver import add_approver
from services.workflow.usecases.advise_task import advise_task
from services.workflow.usecases.approve_task import approve_task
from services.workflow.usecases.copy_process import copy_process
from services.workflow.usecases.delegate_task import delegate_task
from services.workflow.usecases.hand_over_tasks import hand_over_tasks
from services.workflow.usecases.reassign_task import reassign_task
from services.workflow.usecases.recall_task import recall_task
from services.workflow.usecases.reject_task import reject_task
from services.workflow.usecases.resubmit_process import resubmit_process
from services.workflow.usecases.return_task import return_task
from services.workflow.usecases.transfer_task import transfer_task
from services.workflow.usecases.urge_process import urge_process
from tests.integration.workflow.conftest import NOW, Company
from tests.unit.workflow.examples import content, node

LEAD = {"code": "lead", "name_zh": "领导", "name_en": "Lead", "actors": {"kind": "lead"}}


@pytest.fixture
def process_id(company: Company) -> UUID:
    """At its first node, of which finance and legal are handlers and both must agree; the director is next."""
    both = node("both", "finance", "legal", agree="all")
    company.publish(content(code="stamp", nodes=[node("start"), both, node("director", "sales_director")]))
    return company.start("stamp", {"reason": "盖章"})


def line(company: Company, process_id: UUID) -> dict[str, list[tuple[str, str | None]]]:
    """The whole node line by names: who did what, or may."""
    return {
        row["code"]: [(person["name"], person["decision"]) for person in row["people"]]
        for row in company.page(process_id)["nodes"]
    }


def add(company: Company, process_id: UUID, by: str, whom: str, position: str) -> None:
    task_id = company.task_of(process_id, by)
    add_approver(company.begin(by), task_id, user_id=company.id_of(whom), position=position, opinion="请一并确认")


def test_a_further_approver_before_is_asked_first(company: Company, process_id: UUID) -> None:
    add(company, process_id, "finance", "vp", "before")
    assert company.waiting(process_id) == [("legal", "decide"), ("vp", "decide")]
    with pytest.raises(Conflict, match="task_already_decided"):
        approve_task(company.begin("finance"), company.owners, first_task(company, process_id, "finance"), opinion="", form={})
    company.approve(process_id, "vp")
    assert company.waiting(process_id) == [("finance", "decide"), ("legal", "decide")]


def test_a_further_approver_after_is_asked_when_the_asker_has_agreed(company: Company, process_id: UUID) -> None:
    add(company, process_id, "finance", "vp", "after")
    assert company.waiting(process_id) == [("finance", "decide"), ("legal", "decide")]
    company.approve(process_id, "finance")
    assert company.waiting(process_id) == [("legal", "decide"), ("vp", "decide")]
    company.approve(process_id, "legal")
    assert company.page(process_id)["node"]["code"] == "both", "the further approver is still missing"
    company.approve(process_id, "vp")
    assert company.page(process_id)["node"]["code"] == "director"


def test_the_line_stays_true_after_return_transfer_and_a_further_approver(company: Company, process_id: UUID) -> None:
    add(company, process_id, "finance", "vp", "after")
    transfer_task(company.begin("legal"), company.task_of(process_id, "legal"), user_id=company.id_of("audit"), opinion="")
    for name in ("finance", "audit", "vp"):
        company.approve(process_id, name)
    people = company.people
    agreed = [(people[name].name, "approved") for name in ("finance", "vp", "audit")]
    assert line(company, process_id)["both"] == agreed
    return_task(company.begin("director"), company.task_of(process_id, "director"), opinion="金额不符", to_node="both")
    assert company.waiting(process_id) == [("finance", "decide"), ("legal", "decide")], "those whom the definition asks"
    asked = [(people[name].name, None) for name in ("finance", "vp", "legal")]
    assert line(company, process_id)["both"] == asked, "and the further approver, who is asked again"
    assert line(company, process_id)["director"] == [(people["director"].name, None)]


def test_nobody_is_asked_twice_at_one_node(company: Company, process_id: UUID) -> None:
    task_id, legal = company.task_of(process_id, "finance"), company.id_of("legal")
    with pytest.raises(Conflict, match="already_handler"):
        add_approver(company.begin("finance"), task_id, user_id=legal, position="before", opinion="")
    with pytest.raises(Conflict, match="already_handler"):
        delegate_task(company.begin("finance"), task_id, user_id=legal, opinion="")
    with pytest.raises(InvalidInput):
        add_approver(company.begin("finance"), task_id, user_id=company.id_of("vp"), position="beside", opinion="")


def test_whoever_is_asked_for_advice_answers_and_the_handler_decides(company: Company, process_id: UUID) -> None:
    delegate_task(company.begin("finance"), company.task_of(process_id, "finance"), user_id=company.id_of("vp"), opinion="怎么看")
    assert company.waiting(process_id) == [("legal", "decide"), ("vp", "advise")]
    page = company.page(process_id, "vp")
    assert (page["task"]["kind"], page["task"]["actions"]) == ("advise", ["advise"])
    task_id = company.task_of(process_id, "vp")
    with pytest.raises(Conflict, match="advice_only"):
        approve_task(company.begin("vp"), company.owners, task_id, opinion="同意", form={})
    with pytest.raises(InvalidInput):
        advise_task(company.begin("vp"), task_id, opinion=" ")
    advise_task(company.begin("vp"), task_id, opinion="可以")
    assert company.waiting(process_id) == [("finance", "decide"), ("legal", "decide")]
    with pytest.raises(Conflict, match="decide_instead"):
        advise_task(company.begin("finance"), company.task_of(process_id, "finance"), opinion="可以")
    history = company.page(process_id)["history"]
    assert [(entry["action"], entry["by_name"], entry["to_name"]) for entry in history[-2:]] == [
        ("delegated", company.people["finance"].name, company.people["vp"].name),
        ("advised", company.people["vp"].name, company.people["finance"].name),
    ]


def test_a_handler_need_not_wait_for_the_advice(company: Company, process_id: UUID) -> None:
    delegate_task(company.begin("finance"), company.task_of(process_id, "finance"), user_id=company.id_of("vp"), opinion="")
    assert "recall" in company.page(process_id, "finance")["can"]
    recall_task(company.begin("finance"), process_id, opinion="")
    assert company.waiting(process_id) == [("finance", "decide"), ("legal", "decide")]
    with pytest.raises(Conflict, match="nothing_to_recall"):
        recall_task(company.begin("finance"), process_id, opinion="")


def test_whom_it_is_copied_to_sees_it(company: Company, process_id: UUID) -> None:
    with pytest.raises(NotFound):
        company.page(process_id, "colleague")
    copy_process(company.begin("sales"), process_id, user_ids=[company.id_of("colleague")], opinion="供参考")
    assert company.page(process_id, "colleague")["task"] is None
    said = company.events(process_id)[-1]
    assert (said["type"], said["data"]["recipient_ids"]) == ("process_copied", [str(company.id_of("colleague"))])
    with pytest.raises(Forbidden, match="not_concerned"):
        copy_process(company.begin("colleague"), process_id, user_ids=[company.id_of("vp")], opinion="")
    with pytest.raises(InvalidInput) as refused:
        copy_process(company.begin("sales"), process_id, user_ids=[UUID(int=1)], opinion="")
    assert refused.value.fields == {"user_ids.0": ["cannot_be_chosen"]}


def test_it_is_urged_no_more_often_than_every_four_hours(company: Company, process_id: UUID) -> None:
    urge_process(company.begin("sales"), process_id, opinion="客户着急")
    said = company.events(process_id)[-1]
    waiting = {str(company.id_of("finance")), str(company.id_of("legal"))}
    assert (said["type"], {task["user_id"] for task in said["data"]["tasks"]}) == ("process_urged", waiting)
    soon = company.begin("sales", NOW + timedelta(hours=3, minutes=30))
    with pytest.raises(TooMany) as refused:
        urge_process(soon, process_id, opinion="")
    assert refused.value.params["minutes"] == 30
    urge_process(company.begin("sales", NOW + timedelta(hours=4)), process_id, opinion="")


def test_there_is_nobody_to_urge_where_it_waits_for_its_initiator_alone(company: Company, process_id: UUID) -> None:
    return_task(company.begin("finance"), company.task_of(process_id, "finance"), opinion="补材料", to_node="start")
    with pytest.raises(Conflict, match="nobody_to_urge"):
        urge_process(company.begin("sales"), process_id, opinion="")


def test_an_administrator_reassigns_what_is_stuck(company: Company, process_id: UUID) -> None:
    task_id = company.task_of(process_id, "legal")
    company.hear_user("legal", ("legal",), version=2, active=False)
    row = company.page(process_id)["nodes"][1]
    assert row["missing_zh"] is None, "finance can still act"
    company.approve(process_id, "finance")
    row = company.page(process_id)["nodes"][1]
    assert row["missing_zh"] == f"{company.people['legal'].name}（已离职）"
    reassign_task(company.begin("boss"), task_id, user_id=company.id_of("audit"), opinion="法务离职")
    assert company.waiting(process_id) == [("audit", "decide")]
    entry = company.page(process_id)["history"][-1]
    assert (entry["action"], entry["for_name"], entry["to_name"]) == (
        "reassigned",
        company.people["legal"].name,
        company.people["audit"].name,
    )


def test_whoever_lost_the_role_decides_nothing_any_more(company: Company, process_id: UUID) -> None:
    company.hear_user("legal", ("tech_support",), version=2)
    with pytest.raises(Forbidden, match="role_no_longer_held"):
        company.approve(process_id, "legal")
    assert company.page(process_id)["nodes"][1]["missing_zh"] is None, "finance can still act"


def test_the_page_says_who_lost_the_role_where_nobody_can_act_and_who_can_help(company: Company, process_id: UUID) -> None:
    company.approve(process_id, "finance")
    company.hear_user("legal", ("tech_support",), version=2)
    row, name = company.page(process_id)["nodes"][1], company.people["legal"].name
    assert (row["missing_zh"], row["missing_en"]) == (f"{name}（已不是法务）", f"{name} (no longer Legal)")
    assert row["helpers"] == [company.people["boss"].name]
    reassign_task(company.begin("boss"), company.task_of(process_id, "legal"), user_id=company.id_of("audit"), opinion="")
    assert company.page(process_id)["nodes"][1]["missing_zh"] is None


def test_a_start_that_nobody_could_finish_says_who_is_missing_and_who_can_help(company: Company) -> None:
    company.hear_user("legal", ("legal",), version=2, active=False)
    company.publish(content(code="stamp", nodes=[node("start"), node("legal", "legal")]))
    with pytest.raises(Conflict) as refused:
        company.start("stamp", {"reason": "盖章"})
    assert (refused.value.params["role"], refused.value.params["administrators"]) == ("法务", company.people["boss"].name)


def test_the_initiator_chooses_who_acts_where_the_definition_lets_him(company: Company) -> None:
    chosen = {**node("expert"), "actors": {"kind": "chosen", "roles": ["risk_expert", "audit_expert"]}}
    company.publish(content(code="consult", nodes=[node("start"), chosen]))

    def start(handlers: dict[str, list[UUID]]) -> UUID:
        return company.start("consult", {"reason": "咨询"}, handlers=handlers)

    for handlers, errors in (
        ({}, {"handlers.expert": ["required"]}),
        ({"expert": [company.id_of("legal")]}, {"handlers.expert.0": ["cannot_be_chosen"]}),
        ({"expert": [company.id_of("risk")], "boss": [company.id_of("risk")]}, {"handlers.boss": ["unknown"]}),
    ):
        with pytest.raises(InvalidInput) as refused:
            start(handlers)
        assert refused.value.fields == errors
    assert company.waiting(start({"expert": [company.id_of("risk")]})) == [("risk", "decide")]


def test_who_resubmits_can_choose_anew_whom_he_chose(company: Company) -> None:
    """Whoever was chosen may have left: without this, nobody could take the process past that node."""
    chosen = {**node("expert"), "actors": {"kind": "chosen", "roles": ["risk_expert", "audit_expert"]}}
    company.publish(content(code="consult", nodes=[node("start"), node("finance", "finance"), chosen]))
    process_id = company.start("consult", {"reason": "咨询"}, handlers={"expert": [company.id_of("risk")]})
    company.hear_user("risk", ("risk_expert",), version=2, active=False)
    with pytest.raises(Conflict, match="nobody_holds_role"):
        company.approve(process_id, "finance")
    reject_task(company.begin("finance"), company.task_of(process_id, "finance"), opinion="请另选专家")

    def resubmit(handlers: dict[str, list[UUID]] | None) -> None:
        resubmit_process(company.begin("sales"), company.owners, process_id, opinion="", form=None, handlers=handlers)

    with pytest.raises(Conflict, match="nobody_holds_role"):
        resubmit(None)
    with pytest.raises(InvalidInput) as refused:
        resubmit({"expert": [company.id_of("risk")]})
    assert refused.value.fields == {"handlers.expert.0": ["cannot_be_chosen"]}
    resubmit({"expert": [company.id_of("audit")]})
    company.approve(process_id, "finance")
    assert company.waiting(process_id) == [("audit", "decide")]


@pytest.mark.parametrize("kind", ["users", "chosen"])
def test_a_successor_acts_where_somebody_named_or_chosen_has_left(company: Company, kind: str) -> None:
    named = {"user_ids": [str(company.id_of("risk"))]} if kind == "users" else {}
    expert = {**node("expert"), "actors": {"kind": kind, **named}}
    company.publish(content(code="consult", nodes=[node("start"), node("finance", "finance"), expert]))
    handlers = {"expert": [company.id_of("risk")]} if kind == "chosen" else None
    process_id = company.start("consult", {"reason": "咨询"}, handlers=handlers)
    company.hear_user("risk", ("risk_expert",), version=2, active=False, successor="audit")
    assert line(company, process_id)["expert"] == [(company.people["audit"].name, None)]
    company.approve(process_id, "finance")
    assert company.waiting(process_id) == [("audit", "decide")]
    company.approve(process_id, "audit")
    assert company.page(process_id)["state"] == "archived"


def test_nobody_is_given_the_approval_of_what_he_started(company: Company, process_id: UUID) -> None:
    """Asked for advice or for one agreement more, the initiator decides for nobody else."""
    task_id, sales = company.task_of(process_id, "finance"), company.id_of("sales")
    with pytest.raises(Conflict, match="initiator_cannot_take_over"):
        transfer_task(company.begin("finance"), task_id, user_id=sales, opinion="")
    with pytest.raises(Conflict, match="initiator_cannot_take_over"):
        reassign_task(company.begin("boss"), task_id, user_id=sales, opinion="")
    company.hear_user("legal", ("legal",), version=2, active=False, successor="sales")
    hand_over_tasks(company.begin("sales"))
    assert company.waiting(process_id) == [("finance", "decide"), ("legal", "decide")]
    delegate_task(company.begin("finance"), task_id, user_id=sales, opinion="怎么看")
    assert company.waiting(process_id) == [("legal", "decide"), ("sales", "advise")]


def test_the_initiators_own_node_may_come_back_to_him(company: Company) -> None:
    company.publish(content(code="stamp", nodes=[node("start"), node("finance", "finance"), node("scan")]))
    process_id = company.start("stamp", {"reason": "盖章"})
    company.approve(process_id, "finance")
    transfer_task(company.begin("sales"), company.task_of(process_id, "sales"), user_id=company.id_of("vp"), opinion="")
    transfer_task(company.begin("vp"), company.task_of(process_id, "vp"), user_id=company.id_of("sales"), opinion="")
    company.approve(process_id, "sales")
    assert company.page(process_id)["state"] == "archived"


def test_a_task_given_to_whose_it_is_stays_his(company: Company, process_id: UUID) -> None:
    task_id = company.task_of(process_id, "legal")
    with pytest.raises(Conflict, match="already_handler"):
        reassign_task(company.begin("boss"), task_id, user_id=company.id_of("legal"), opinion="")
    assert company.waiting(process_id) == [("finance", "decide"), ("legal", "decide")]


def test_users_whom_the_definition_names_act_in_its_order_and_nobody_else_of_their_role(company: Company) -> None:
    ids = [str(company.id_of(name)) for name in ("vp", "audit")]
    named = {**node("experts"), "agree": "in_turn", "actors": {"kind": "users", "user_ids": ids}}
    company.publish(content(code="named", nodes=[node("start"), named]))
    process_id = company.start("named", {"reason": "会签"})
    assert company.waiting(process_id) == [("vp", "decide")]
    company.approve(process_id, "vp")
    assert company.waiting(process_id) == [("audit", "decide")]
    company.approve(process_id, "audit")
    assert company.page(process_id)["state"] == "archived"


def test_a_role_within_the_initiators_department_or_above_it(company: Company) -> None:
    own = {**node("desk"), "actors": {"kind": "department_role", "roles": ["sales", "finance"]}}
    company.publish(content(code="desk", nodes=[node("start"), own]))
    assert company.waiting(company.start("desk", {"reason": "x"})) == [("sales", "decide")], "the own department's"
    above = {**node("desk"), "actors": {"kind": "department_role", "roles": ["finance"]}}
    company.publish(content(code="desk", nodes=[node("start"), above]))
    assert company.waiting(company.start("desk", {"reason": "x"})) == [("finance", "decide")], "headquarters has one"


@pytest.mark.parametrize(
    ("passes", "waiting"),
    [
        pytest.param([], [("lead", "decide")], id="nobody is passed by"),
        pytest.param(["initiator"], [("director", "decide")], id="the initiator is"),
    ],
)
def test_the_initiator_is_passed_by_where_the_node_says_so(
    company: Company, passes: list[str], waiting: list[tuple[str, str]]
) -> None:
    nodes = [node("start"), {**LEAD, "passes": passes}, node("director", "sales_director")]
    company.publish(content(code="stamp", starters=["sales", "sales_lead"], nodes=nodes))
    process_id = company.start("stamp", {"reason": "盖章"}, by="lead")
    assert company.waiting(process_id) == waiting
    passed = [entry["opinion"] for entry in company.page(process_id, "lead")["history"] if entry["action"] == "seat_passed"]
    assert passed == ([f"{company.people['lead'].name} 是发起人，系统自动通过"] if passes else [])


def test_who_agreed_before_is_passed_by_where_the_node_says_so(company: Company) -> None:
    later = node("later", "finance", "legal", agree="all", passes=["earlier_handler"])
    company.publish(content(code="stamp", nodes=[node("start"), node("finance", "finance"), later]))
    process_id = company.start("stamp", {"reason": "盖章"})
    company.approve(process_id, "finance")
    assert company.waiting(process_id) == [("legal", "decide")]
    people = line(company, process_id)["later"]
    assert sorted(people, key=str) == sorted(
        [(company.people["finance"].name, "passed"), (company.people["legal"].name, None)], key=str
    )
    return_task(company.begin("legal"), company.task_of(process_id, "legal"), opinion="再看", to_node="finance")
    assert company.waiting(process_id) == [("finance", "decide")], "a return asks him again"


def first_task(company: Company, process_id: UUID, name: str) -> Any:
    """The first task that somebody was given, whatever became of it."""
    with company.database.session() as session:
        mine = select(Task.id).where(Task.process_id == process_id, Task.user_id == company.id_of(name))
        return session.scalars(mine.order_by(Task.id)).first()
