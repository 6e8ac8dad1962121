"""Processes from start to archive, on a real database."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from services.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.inbox import AlreadyConsumed
from services.workflow.store import tables
from services.workflow.usecases.comment_process import comment_process
from services.workflow.usecases.list_processes import list_processes
from services.workflow.usecases.note_effect import note_effect
from services.workflow.usecases.reject_task import reject_task
from services.workflow.usecases.resubmit_process import resubmit_process
from services.workflow.usecases.return_task import return_task
from services.workflow.usecases.show_process import show_process
from services.workflow.usecases.start_automatic_write_off import start_automatic_write_off
from services.workflow.usecases.transfer_task import transfer_task
from services.workflow.usecases.withdraw_process import withdraw_process
from tests.integration.workflow.conftest import Company, event_of

CLAIM = {"reason": "老客户"}
TEST_ACCOUNT = {"signature": "云帆", "interface": "http", "template": "您的验证码是{code}", "industry": "互联网"}
PRICES = {
    "valid_from": "2026-03-01",
    "kind": "tiered",
    "prices": [
        {
            "segment": None,
            "tiers": [{"up_to": 100000, "unit_price": "0.034500"}, {"up_to": None, "unit_price": "0.031234"}],
        }
    ],
}


def states_of(page: dict[str, Any]) -> list[tuple[str, str]]:
    return [(node["code"], node["state"]) for node in page["nodes"]]


def names_at(page: dict[str, Any], node: str) -> list[str]:
    return next([person["name"] for person in line["people"]] for line in page["nodes"] if line["code"] == node)


def test_a_claim_goes_round_its_nodes_and_says_so(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)

    page = company.page(process_id)
    assert page["state"] == "running"
    assert states_of(page) == [("start", "done"), ("lead", "current"), ("sales_admin", "future")]
    assert (names_at(page, "start"), names_at(page, "lead"), names_at(page, "sales_admin")) == (["张伟"], ["李娜"], ["admin 员"])

    company.approve(process_id, "lead")
    company.approve(process_id, "admin")

    page = company.page(process_id)
    assert (page["state"], page["effect"]["state"]) == ("archived", "awaited")
    assert [entry["action"] for entry in page["history"]] == ["started", "entered", "approved", "entered", "approved", "archived"]
    assert company.event_types(process_id) == [
        "process_started",
        "node_entered",
        "node_left",
        "node_entered",
        "node_left",
        "process_archived",
    ]
    versions = [envelope["aggregateversion"] for envelope in company.events(process_id)]
    assert versions == [1, 2, 3, 4, 5, 6]
    assert company.events(process_id)[-1]["data"]["form"] == CLAIM


def test_the_effect_of_an_archived_process_is_shown_when_its_owner_says_so(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    words = {"process_id": str(process_id), "code": "claim_customer", "summary_zh": "客户已归您", "summary_en": "Yours"}
    event = event_of("customer", "process_applied", words)
    begin = company.begin("sales", consumer="on_applied_by_customer")
    with pytest.raises(Conflict, match="process_not_known_yet"):
        note_effect(begin, event)

    company.approve(process_id, "lead")
    company.approve(process_id, "admin")
    note_effect(begin, event)
    with pytest.raises(AlreadyConsumed):
        note_effect(begin, event)

    page = company.page(process_id)
    assert page["effect"] == {"state": "in_force", "summary_zh": "客户已归您", "summary_en": "Yours"}
    assert [entry["action"] for entry in page["history"]].count("applied") == 1


def test_a_handler_enters_the_nodes_fields_and_the_owner_checks_them_first(company: Company) -> None:
    process_id = company.start("test_account", TEST_ACCOUNT)
    company.approve(process_id, "lead")
    company.approve(process_id, "risk")

    with pytest.raises(InvalidInput) as missing:
        company.approve(process_id, "care")
    assert missing.value.fields == {"form.account_identifiers": ["required"]}

    for kind in (InvalidInput, Conflict):
        company.owner.error = kind("account_identifier_taken", fields={"account_identifiers.0": ["taken"]}, identifiers="yf001")
        with pytest.raises(kind) as taken:
            company.approve(process_id, "care", {"account_identifiers": ["yf001"]})
        assert taken.value.fields == {"form.account_identifiers.0": ["taken"]}
        assert taken.value.params == {"identifiers": "yf001"}
    assert company.page(process_id)["state"] == "running"

    company.owner.error = None
    company.approve(process_id, "care", {"account_identifiers": ["yf001", "yf002"]})

    page = company.page(process_id)
    assert page["state"] == "archived"
    assert page["form"]["account_identifiers"] == ["yf001", "yf002"]
    approved = [entry for entry in page["history"] if entry["action"] == "approved"][-1]
    assert approved["changes"] == {"account_identifiers": [None, ["yf001", "yf002"]]}
    asked = company.owner.requests[-1]
    assert (asked["phase"], asked["node"], asked["form"]["signature"]) == ("node", "customer_care", "云帆")


def test_nobody_changes_a_field_of_another_node(company: Company) -> None:
    process_id = company.start("test_account", TEST_ACCOUNT)
    with pytest.raises(InvalidInput) as refused:
        company.approve(process_id, "lead", {"signature": "别的"})
    assert refused.value.fields == {"form.signature": ["unknown"]}


@pytest.mark.parametrize(("below_floor", "director"), [(False, "passed"), (True, "current")], ids=["above the floor", "below it"])
def test_the_director_is_asked_only_below_the_floor_price(company: Company, below_floor: bool, director: str) -> None:
    company.owner.facts = {"below_floor": below_floor}
    process_id = company.start("price_adjustment", PRICES)
    company.approve(process_id, "lead")
    page = company.page(process_id)
    assert dict(states_of(page))["sales_director"] == director
    if director == "passed":
        assert page["history"][-2]["opinion"] == "满足条件: 低于底价 等于 否 系统自动通过"


def test_a_missing_fact_passes_nobody_by(company: Company) -> None:
    company.owner.facts = {}
    process_id = company.start("price_adjustment", PRICES)
    company.approve(process_id, "lead")
    assert dict(states_of(company.page(process_id)))["sales_director"] == "current"


def test_one_of_the_six_operations_roles_is_enough(company: Company) -> None:
    process_id = company.start("reconciliation", {"bill_ids": ["b1"]})
    assert names_at(company.page(process_id), "operations_check") == ["audit 员", "care 员", "risk 员", "vp 员"]
    others_task = company.task_of(process_id, "risk")

    company.approve(process_id, "audit")

    with pytest.raises(Conflict) as lost:
        reject_task(company.begin("risk"), others_task, opinion="晚了")
    assert lost.value.code == "task_already_decided"
    assert lost.value.params == {"by": "audit 员", "how": "approved", "how_zh": "同意", "how_en": "approved it"}
    assert names_at(company.page(process_id), "operations_check") == ["audit 员"]
    company.approve(process_id, "finance")
    assert company.page(process_id)["state"] == "archived"


def write_off_event(company: Company, *, automatic: bool) -> Any:
    sales = company.people["sales"]
    data = {
        "write_off_id": str(new_id()),
        "automatic": automatic,
        "customer_id": str(company.owner.customer_id),
        "customer_name": "上海云帆网络科技有限公司",
        "owner_id": sales.user_id,
        "owner_name": sales.name,
        "owner_department_id": sales.department_id,
        "amount": "3450.00",
        "pairs": [
            {
                "receipt_id": str(new_id()),
                "bill_id": str(new_id()),
                "amount": "3450.00",
                "payer_name": "上海云帆网络科技有限公司",
                "bill_number": "账单-2026-02-1",
            }
        ],
    }
    return event_of("payments", "write_off_started", data)


def test_an_automatic_write_off_passes_three_nodes_by_itself_and_waits_for_its_owner(company: Company) -> None:
    event = write_off_event(company, automatic=True)
    begin = company.begin("lead", consumer="on_write_off_started")
    start_automatic_write_off(begin, event)
    with pytest.raises(AlreadyConsumed):
        start_automatic_write_off(begin, event)

    process_id = UUID(event.data["write_off_id"])
    page = company.page(process_id)
    assert states_of(page) == [("start", "passed"), ("sales_director", "passed"), ("finance", "passed"), ("confirm", "current")]
    assert [node["words_zh"] for node in page["nodes"]][:3] == ["满足条件: 自动销账 等于 1 系统自动通过"] * 3
    assert names_at(page, "confirm") == ["张伟"]
    assert page["form"]["pairs"] == event.data["pairs"]
    assert company.owner.requests == []
    found = list_processes(company.begin("sales"), box="todo", page_size=10, sort="", cursor="", text="自动销账 3450")
    assert [row["id"] for row in found.items] == [process_id]

    company.approve(process_id, "sales", opinion="确认")
    assert company.page(process_id)["state"] == "archived"


def test_a_write_off_that_a_person_started_gets_no_second_process(company: Company) -> None:
    event = write_off_event(company, automatic=False)
    start_automatic_write_off(company.begin("sales", consumer="on_write_off_started"), event)
    with pytest.raises(NotFound):
        company.page(UUID(event.data["write_off_id"]))


def test_a_rejected_process_can_be_edited_and_goes_round_again(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    with pytest.raises(InvalidInput):
        reject_task(company.begin("lead"), company.task_of(process_id, "lead"), opinion=" ")
    reject_task(company.begin("lead"), company.task_of(process_id, "lead"), opinion="理由不足")

    page = company.page(process_id)
    assert (page["state"], page["can"]) == ("rejected", ["comment", "copy", "withdraw", "resubmit"])
    assert company.event_types(process_id)[-2:] == ["node_left", "process_rejected"]
    rejected = company.events(process_id)[-1]

    resubmit_process(company.begin("sales"), company.owners, process_id, opinion="", form={"reason": "已拜访三次"})

    asked = company.owner.requests[-1]
    assert (asked["phase"], asked["process_version"]) == ("resubmit", rejected["aggregateversion"] + 1)
    page = company.page(process_id)
    assert (page["state"], page["form"]) == ("running", {"reason": "已拜访三次"})
    assert page["history"][-2]["changes"] == {"reason": ["老客户", "已拜访三次"]}


def test_a_process_returned_to_the_start_is_its_initiators_to_do(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    return_task(company.begin("lead"), company.task_of(process_id, "lead"), opinion="补充", to_node="start")

    page = company.page(process_id)
    assert (page["state"], page["node"]["code"], page["task"]["actions"]) == ("returned", "start", ["resubmit"])
    assert company.event_types(process_id)[-3:] == ["node_left", "process_returned", "node_entered"]
    with pytest.raises(Conflict, match="resubmit_instead"):
        company.approve(process_id, "sales", {"reason": "补充了"})

    resubmit_process(company.begin("sales"), company.owners, process_id, opinion="", form=None)
    assert dict(states_of(company.page(process_id)))["lead"] == "current"


def test_a_return_to_an_earlier_node_asks_that_node_and_the_following_ones_again(company: Company) -> None:
    process_id = company.start("test_account", TEST_ACCOUNT)
    company.approve(process_id, "lead")
    company.approve(process_id, "risk")
    task_id = company.task_of(process_id, "care")
    with pytest.raises(InvalidInput):
        return_task(company.begin("care"), task_id, opinion="查", to_node="customer_care")
    return_task(company.begin("care"), task_id, opinion="查", to_node="lead")

    page = company.page(process_id)
    assert states_of(page) == [("start", "done"), ("lead", "current"), ("risk_expert", "future"), ("customer_care", "future")]
    company.approve(process_id, "lead")
    assert dict(states_of(company.page(process_id)))["risk_expert"] == "current"


def test_a_transferred_task_is_the_other_persons(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    task_id = company.task_of(process_id, "lead")
    transfer_task(company.begin("lead"), task_id, user_id=UUID(company.people["director"].user_id), opinion="出差")
    assert names_at(company.page(process_id), "lead") == ["director 员"]
    with pytest.raises(Conflict, match="task_already_decided"):
        reject_task(company.begin("lead"), task_id, opinion="反悔")
    company.approve(process_id, "director")
    assert dict(states_of(company.page(process_id)))["sales_admin"] == "current"


def test_the_initiator_alone_withdraws_and_nothing_stays_open(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    task_id = company.task_of(process_id, "lead")
    with pytest.raises(Forbidden, match="not_the_initiator"):
        withdraw_process(company.begin("lead"), process_id, opinion="")
    withdraw_process(company.begin("sales"), process_id, opinion="客户已签")

    assert company.page(process_id)["state"] == "withdrawn"
    assert company.event_types(process_id)[-2:] == ["node_left", "process_withdrawn"]
    with pytest.raises(Conflict, match="task_already_decided"):
        reject_task(company.begin("lead"), task_id, opinion="晚了")
    with pytest.raises(Conflict, match="process_ended"):
        withdraw_process(company.begin("sales"), process_id, opinion="")


def test_an_archived_process_cannot_be_withdrawn(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    company.approve(process_id, "lead")
    company.approve(process_id, "admin")
    with pytest.raises(Conflict, match="process_ended"):
        withdraw_process(company.begin("sales"), process_id, opinion="")


def test_only_those_concerned_see_a_process(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    for name in ("sales", "lead", "finance", "risk"):
        assert company.page(process_id, name)["id"] == process_id
    for name in ("colleague", "legal"):
        with pytest.raises(NotFound, match="process_not_found"):
            company.page(process_id, name)
    with pytest.raises(NotFound, match="task_not_found"):
        reject_task(company.begin("colleague"), company.task_of(process_id, "lead"), opinion="看看")
    with pytest.raises(Forbidden, match="not_your_task"):
        reject_task(company.begin("finance"), company.task_of(process_id, "lead"), opinion="看看")


def test_a_comment_decides_nothing(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    before = company.event_types(process_id)
    comment_process(company.begin("finance"), process_id, opinion="请尽快")
    page = company.page(process_id)
    assert (page["state"], page["history"][-1]["opinion"]) == ("running", "请尽快")
    assert company.event_types(process_id) == before


def test_history_cannot_be_changed_even_by_hand(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    for statement in ("UPDATE entries SET opinion = 'x' WHERE process_id = :id", "DELETE FROM entries WHERE process_id = :id"):
        with company.database.session() as session, pytest.raises(DatabaseError, match="append-only"):
            session.execute(text(statement), {"id": process_id})


def test_a_running_process_keeps_the_version_it_started_with(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    with company.database.session() as session, session.begin():
        current = session.scalars(select(tables.Definition).where(tables.Definition.code == "claim_customer")).first()
        assert current is not None
        content = {**current.content, "nodes": current.content["nodes"][:2]}
        session.add(
            tables.Definition(
                code="claim_customer",
                version=99,
                origin="published",
                digest="short",
                content=content,
                published_at=current.published_at,
            )
        )
    try:
        assert len(company.page(process_id)["nodes"]) == 3
        assert len(show_process(company.begin("sales"), company.start("claim_customer", CLAIM))["nodes"]) == 2
    finally:
        with company.database.session() as session, session.begin():
            session.execute(text("UPDATE processes SET definition_version = 1 WHERE definition_version = 99"))
            session.execute(text("DELETE FROM definitions WHERE version = 99"))
