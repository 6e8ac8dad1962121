"""Bulk approval (spec, workflow.md, "Lists"): "Bulk approve where the definition allows it"."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select

from services.contracts import workflow_list_calls as lists
from services.kit.errors import InvalidInput
from services.kit.ids import new_id
from services.kit.schema import load
from services.workflow.store import tables
from services.workflow.usecases.approve_task import approve_task
from services.workflow.usecases.approve_tasks import approve_tasks
from services.workflow.usecases.list_processes import list_processes
from services.workflow.usecases.name_deputy import name_deputy
from tests.integration.workflow.conftest import NOW, Company

CLAIM = {"reason": "老客户"}
EDITION = 1_000
TEST_ACCOUNT = {"signature": "云帆", "interface": "http", "template": "您的验证码是{code}", "industry": "互联网"}


def bulk(company: Company, name: str, task_ids: list[UUID], opinion: str = "同意") -> list[dict[str, Any]]:
    return approve_tasks(company.begin(name), company.owners, task_ids=task_ids, opinion=opinion)


def test_many_are_approved_at_once_and_each_tells_what_happened(company: Company) -> None:
    """Never all or nothing: what one of them meets is no other's matter."""
    processes = [company.start("claim_customer", CLAIM) for _ in range(3)]
    tasks = [company.task_of(process_id, "lead") for process_id in processes]
    company.approve(processes[1], "lead")
    outcomes = bulk(company, "lead", [*tasks, new_id()])
    assert [(each["is_approved"], each["code"]) for each in outcomes] == [
        (True, None),
        (False, "task_already_decided"),
        (True, None),
        (False, "task_not_found"),
    ]
    assert outcomes[1]["params"]["by"] == "李娜"
    assert [each["process_id"] for each in outcomes] == [*processes, None]
    for process_id in processes:
        assert company.page(process_id)["node"]["code"] == "sales_admin"
    approved = [entry for entry in company.page(processes[0])["history"] if entry["action"] == "approved"]
    assert (approved[0]["opinion"], approved[0]["by_name"]) == ("同意", "李娜")


def test_only_nodes_whose_definition_allows_it_are_approved_from_the_list(company: Company) -> None:
    allowed, not_allowed = company.start("claim_customer", CLAIM), company.start("test_account", TEST_ACCOUNT)
    rows = {row["id"]: row for row in list_processes(company.begin("lead"), box="todo", page_size=50, sort="", cursor="").items}
    assert (rows[allowed]["bulk_approve"], rows[not_allowed]["bulk_approve"]) == (True, False)
    (refused,) = bulk(company, "lead", [company.task_of(not_allowed, "lead")])
    assert (refused["is_approved"], refused["code"], refused["process_id"]) == (False, "not_for_bulk", not_allowed)
    assert company.page(not_allowed)["node"]["code"] == "lead"


def test_what_one_may_not_see_answers_like_what_does_not_exist_and_anothers_task_is_refused(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    task_id = company.task_of(process_id, "lead")
    (hidden,) = bulk(company, "colleague", [task_id])
    assert (hidden["code"], hidden["process_id"], hidden["title"]) == ("task_not_found", None, None)
    (seen,) = bulk(company, "admin", [task_id])
    assert seen["code"] == "not_your_task"


def test_a_deputy_who_comes_after_the_handler_is_told_what_happened(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    task_id = company.task_of(process_id, "lead")
    day = NOW.date()
    name_deputy(company.begin("lead"), user_id=None, deputy_id=company.id_of("colleague"), first_day=day, last_day=day)
    company.approve(process_id, "lead")
    (outcome,) = bulk(company, "colleague", [task_id])
    assert (outcome["code"], outcome["params"]["by"]) == ("task_already_decided", "李娜")


def test_a_bulk_approval_that_dies_leaves_approved_what_is(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    processes = [company.start("claim_customer", CLAIM) for _ in range(3)]
    tasks = [company.task_of(process_id, "lead") for process_id in processes]

    def die_at_second(begin: Any, owners: Any, task_id: UUID, **request: Any) -> UUID:
        if task_id == tasks[1]:
            raise KeyboardInterrupt
        return approve_task(begin, owners, task_id, **request)

    with monkeypatch.context() as patch:
        patch.setattr("services.workflow.usecases.approve_tasks.approve_task", die_at_second)
        with pytest.raises(KeyboardInterrupt):
            bulk(company, "lead", tasks)
    assert [company.page(each)["node"]["code"] for each in processes] == ["sales_admin", "lead", "lead"]
    # Asked again, the rest is done.
    assert [each["code"] for each in bulk(company, "lead", tasks)] == ["task_already_decided", None, None]


@pytest.fixture
def opinion_required(company: Company) -> Iterator[None]:
    """Of the lead, in the newest version of a definition; gone again afterwards."""
    company.start("claim_customer", CLAIM)  # published by now
    with company.database.session() as session, session.begin():
        newest = select(tables.Definition.content).where(tables.Definition.code == "claim_customer")
        content = session.scalars(newest.order_by(tables.Definition.version.desc())).first()
        assert content is not None
        nodes = [{**node, "opinion_required": node["code"] == "lead"} for node in content["nodes"]]
        edition = {"code": "claim_customer", "version": EDITION, "origin": "published", "digest": "x", "published_at": NOW}
        session.execute(insert(tables.Definition).values(edition | {"content": {**content, "nodes": nodes}}))
    yield
    with company.database.session() as session, session.begin():
        session.execute(delete(tables.Definition).where(tables.Definition.version == EDITION))


def test_an_opinion_that_a_node_requires_is_asked_of_each(company: Company, opinion_required: None) -> None:
    task_id = company.task_of(company.start("claim_customer", CLAIM), "lead")
    (refused,) = bulk(company, "lead", [task_id], opinion="")
    assert (refused["is_approved"], refused["errors"]) == (False, [{"field": "opinion", "code": "required"}])
    (approved,) = bulk(company, "lead", [task_id], opinion="同意")
    assert approved["is_approved"]


@pytest.mark.parametrize(
    ("task_ids", "code"),
    [([], "length|1|100"), ([UUID(int=1)] * 2, "repeated"), ([new_id() for _ in range(101)], "length|1|100")],
)
def test_a_hundred_tasks_are_approved_at_once_and_each_once(task_ids: list[UUID], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        load(lists.ApproveTasks, {"task_ids": [str(task_id) for task_id in task_ids]})
    assert refused.value.fields == {"task_ids": [code]}
