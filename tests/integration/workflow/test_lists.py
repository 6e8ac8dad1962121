"""Lists (spec, workflow.md): "to do, done, started by me, copied to me; filter by process type, node, customer, product, time
range, state; search; count per type for the menus; each row opens the very page it concerns. Bulk approve where the definition
allows it." """

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update

from services.contracts import workflow_list_calls as lists
from services.kit.errors import InvalidInput
from services.kit.ids import new_id
from services.kit.schema import load
from services.workflow.store import tables
from services.workflow.store.copies import mark_read, put_copies
from services.workflow.usecases.approve_task import approve_task
from services.workflow.usecases.count_processes import count_processes
from services.workflow.usecases.list_processes import list_processes
from services.workflow.usecases.reject_task import reject_task
from services.workflow.usecases.resubmit_process import resubmit_process
from tests.integration.workflow.conftest import NOW, Company

CLAIM = {"reason": "老客户"}
TEST_ACCOUNT = {"signature": "云帆", "interface": "http", "template": "您的验证码是{code}", "industry": "互联网"}
BILLS = {"bill_ids": ["b1"]}


def listed(company: Company, name: str, box: str, *, at: datetime = NOW, sort: str = "", **wanted: Any) -> list[dict[str, Any]]:
    """Read in pages of two, so that every list is held against its cursor, too."""
    wanted = {"customer_id": company.owner.customer_id} | wanted
    rows: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = list_processes(company.begin(name, at), box=box, page_size=2, sort=sort, cursor=cursor, **wanted)
        rows += page.items
        cursor = page.next_cursor
    return rows


def ids(rows: list[dict[str, Any]]) -> list[UUID]:
    return [row["id"] for row in rows]


def change(company: Company, statement: Any) -> None:
    with company.database.session() as session, session.begin():
        session.execute(statement)


def copy_to(company: Company, name: str, process_id: UUID, at: datetime = NOW) -> None:
    with company.begin("lead")() as work:
        put_copies(work.session, process_id, [work.session.get_one(tables.User, company.id_of(name))], "李娜", at)


def name_deputy(company: Company, absent: str, deputy: str, first: date, last: date, ended_at: datetime | None = None) -> None:
    who, stands_in = company.people[absent], company.people[deputy]
    row = {
        "id": new_id(),
        "user_id": UUID(who.user_id),
        "user_name": who.name,
        "deputy_id": UUID(stands_in.user_id),
        "deputy_name": stands_in.name,
        "first_day": first,
        "last_day": last,
        "named_by": who.name,
        "named_at": NOW,
        "ended_at": ended_at,
    }
    change(company, insert(tables.Deputy).values(row))


def set_due(company: Company, process_id: UUID, due_at: datetime) -> None:
    change(company, update(tables.Task).where(tables.Task.process_id == process_id).values(due_at=due_at))


# To do


def test_each_row_opens_the_very_page_it_concerns(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    task_id = company.task_of(process_id, "lead")
    assert listed(company, "lead", "todo")[0]["link"] == f"/processes/{process_id}?task={task_id}"
    assert listed(company, "lead", "visible")[0]["link"] == f"/processes/{process_id}?task={task_id}"
    assert listed(company, "sales", "started")[0]["link"] == f"/processes/{process_id}"


def test_a_deputys_to_do_has_the_tasks_of_the_absent_marked_with_whose_they_are(company: Company) -> None:
    theirs = company.start("claim_customer", CLAIM)
    own = company.start("reconciliation", BILLS)
    lead = company.people["lead"]
    name_deputy(company, "lead", "risk", date(2026, 3, 2), date(2026, 3, 3))
    rows = {row["id"]: row for row in listed(company, "risk", "todo")}
    assert rows.keys() == {theirs, own}
    assert rows[theirs]["for_user"] == {"id": UUID(lead.user_id), "name": lead.name}
    assert rows[theirs]["task_id"] == company.task_of(theirs, "lead")
    assert rows[own]["for_user"] is None
    assert ids(listed(company, "lead", "todo")) == [theirs], "the absent handler still can"
    counts = count_processes(company.begin("risk"), box="todo")
    assert {item["code"]: item["count"] for item in counts["items"] if item["count"]} == {
        "claim_customer": 1,
        "reconciliation": 1,
    }


def test_an_initiators_to_do_has_nothing_of_his_own_that_waits_for_the_absent(company: Company) -> None:
    name_deputy(company, "lead", "sales", date(2026, 3, 2), date(2026, 3, 3))
    own = company.start("claim_customer", CLAIM)
    colleagues = company.start("claim_customer", CLAIM, by="colleague")
    assert ids(listed(company, "sales", "todo")) == [colleagues]
    assert count_processes(company.begin("sales"), box="todo")["total"] == 1
    (entered,) = [event for event in company.events(own) if event["type"] == "node_entered"]
    assert entered["data"]["tasks"][0]["deputy_id"] is None


@pytest.mark.parametrize(
    ("at", "is_deputy"),
    [
        (datetime.fromisoformat("2026-03-01T23:59:59+08:00"), False),
        (datetime.fromisoformat("2026-03-02T00:00:00+08:00"), True),
        (datetime.fromisoformat("2026-03-03T23:59:59+08:00"), True),
        (datetime.fromisoformat("2026-03-04T00:00:00+08:00"), False),
    ],
)
def test_somebody_is_a_deputy_from_the_first_day_to_the_last_in_shanghai(company: Company, at: datetime, is_deputy: bool) -> None:
    company.start("claim_customer", CLAIM)
    name_deputy(company, "lead", "risk", date(2026, 3, 2), date(2026, 3, 3))
    assert bool(listed(company, "risk", "todo", at=at)) is is_deputy


def test_a_deputy_who_was_taken_back_is_none(company: Company) -> None:
    company.start("claim_customer", CLAIM)
    name_deputy(company, "lead", "risk", date(2026, 3, 2), date(2026, 3, 3), ended_at=NOW)
    assert listed(company, "risk", "todo") == []


def test_what_is_overdue_is_marked_counted_filtered_and_sorted_by(company: Company) -> None:
    late, soon, never = (company.start("claim_customer", CLAIM) for _ in range(3))
    set_due(company, late, NOW - timedelta(minutes=1))
    set_due(company, soon, NOW + timedelta(hours=1))
    rows = listed(company, "lead", "todo", sort="due_at")
    assert ids(rows) == [late, soon, never]
    assert [row["is_overdue"] for row in rows] == [True, False, False]
    assert ids(listed(company, "lead", "todo", sort="-due_at")) == [never, soon, late]
    assert ids(listed(company, "lead", "todo", overdue=True)) == [late]
    assert ids(listed(company, "sales", "started", overdue=True)) == [late], "its initiator finds it, too"
    counts = count_processes(company.begin("lead"), box="todo")
    assert (counts["total"], counts["total_overdue"]) == (3, 1)
    assert {item["code"]: item["overdue"] for item in counts["items"] if item["overdue"]} == {"claim_customer": 1}


def test_a_task_that_asks_for_advice_is_marked(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    change(company, update(tables.Task).where(tables.Task.process_id == process_id).values(kind="advise"))
    (row,) = listed(company, "lead", "todo")
    assert (row["task_kind"], row["bulk_approve"]) == ("advise", False)


# Done


def test_a_rejection_where_any_one_decides_is_done_by_whoever_rejected_alone(company: Company) -> None:
    """Pitfalls: "a rejection in 或签 shows in everyone's done list"."""
    process_id = company.start("reconciliation", BILLS)
    reject_task(company.begin("audit"), company.task_of(process_id, "audit"), opinion="差额")
    assert ids(listed(company, "audit", "done")) == [process_id]
    for name in ("risk", "care", "vp"):
        assert listed(company, name, "done") == []
        assert count_processes(company.begin(name), box="done")["total"] == 0


def test_what_a_deputy_did_is_done_by_the_deputy(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    company.approve(process_id, "lead")
    deputy = UUID(company.people["risk"].user_id)
    change(
        company,
        update(tables.Task).where(tables.Task.process_id == process_id, tables.Task.state == "done").values(acted_by_id=deputy),
    )
    assert ids(listed(company, "risk", "done")) == [process_id]
    assert listed(company, "lead", "done") == []


def test_what_one_decided_twice_is_in_the_list_once_by_the_last_time(company: Company) -> None:
    first, second = company.start("claim_customer", CLAIM), company.start("claim_customer", CLAIM)
    for hours, process_id in enumerate((first, second)):
        at = NOW + timedelta(hours=hours)
        reject_task(company.begin("lead", at), company.task_of(process_id, "lead"), opinion="理由不足")
    later = NOW + timedelta(days=3)
    resubmit_process(company.begin("sales", later), company.owners, first, opinion="", form=None)
    approve_task(company.begin("lead", later), company.owners, company.task_of(first, "lead"), opinion="", form={})
    rows = listed(company, "lead", "done")
    assert [(row["id"], row["decided_at"]) for row in rows] == [(first, later), (second, NOW + timedelta(hours=1))]
    assert count_processes(company.begin("lead"), box="done")["total"] == 2


@pytest.mark.parametrize(
    ("days", "is_found"),
    [
        ({"decided_from": date(2026, 3, 2), "decided_to": date(2026, 3, 2)}, True),
        ({"decided_from": date(2026, 3, 3)}, False),
        ({"decided_to": date(2026, 3, 1)}, False),
    ],
)
def test_what_is_done_is_found_by_when_one_decided(company: Company, days: dict[str, Any], is_found: bool) -> None:
    """Handbook: 根据时间选择已处理流程."""
    process_id = company.start("claim_customer", CLAIM)
    company.approve(process_id, "lead")
    assert bool(listed(company, "lead", "done", **days)) is is_found
    assert bool(listed(company, "lead", "visible", **days)) is is_found
    assert listed(company, "sales", "started", **days) == [], "he or she decided nothing"


# Copied


def test_what_is_copied_shows_the_unread_first_until_it_is_read(company: Company) -> None:
    first, second, third = (company.start("claim_customer", CLAIM) for _ in range(3))
    for hours, process_id in enumerate((first, second, third)):
        copy_to(company, "legal", process_id, NOW + timedelta(hours=hours))
    rows = listed(company, "legal", "copied")
    assert ids(rows) == [third, second, first]
    assert all(row["is_unread"] for row in rows)
    assert (rows[0]["copied_by"], rows[0]["copied_at"]) == ("李娜", NOW + timedelta(hours=2))

    with company.begin("legal")() as work:
        mark_read(work.session, work.caller, third, work.now)
    rows = listed(company, "legal", "copied")
    assert [(row["id"], row["is_unread"]) for row in rows] == [(second, True), (first, True), (third, False)]
    assert ids(listed(company, "legal", "copied", sort="-copied_at")) == [third, second, first]
    assert ids(listed(company, "legal", "copied", unread=True)) == [second, first]
    counts = count_processes(company.begin("legal"), box="copied")
    assert (counts["total"], counts["total_unread"]) == (3, 2)


def test_reading_is_noted_once_and_of_the_reader_alone(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    copy_to(company, "legal", process_id)
    copy_to(company, "finance", process_id)
    for later in range(2):
        with company.begin("legal", NOW + timedelta(hours=later))() as work:
            mark_read(work.session, work.caller, process_id, work.now)
    with company.database.session() as session:
        read = select(tables.Copy.user_id, tables.Copy.read_at).where(tables.Copy.process_id == process_id)
        assert {row.user_id: row.read_at for row in session.execute(read)} == {
            UUID(company.people["legal"].user_id): NOW,
            UUID(company.people["finance"].user_id): None,
        }


# Started


def test_what_a_leaver_started_is_in_the_successors_list(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    successor = UUID(company.people["colleague"].user_id)
    change(
        company,
        update(tables.Process).where(tables.Process.id == process_id).values(successor_id=successor, successor_name="王芳"),
    )
    assert ids(listed(company, "colleague", "started")) == [process_id]
    assert count_processes(company.begin("colleague"), box="started")["total"] == 1


# Filters


def test_every_list_filters_by_what_the_process_is(company: Company) -> None:
    product = new_id()
    claim, bills = company.start("claim_customer", CLAIM), company.start("reconciliation", BILLS)
    change(company, update(tables.Process).where(tables.Process.id == bills).values(product_ids=[new_id(), product]))
    change(company, update(tables.Process).where(tables.Process.id == claim).values(changed_at=NOW + timedelta(days=5)))
    cases: list[tuple[dict[str, Any], set[UUID]]] = [
        ({"code": "claim_customer"}, {claim}),
        ({"code": "claim_customer,reconciliation"}, {claim, bills}),
        ({"code": "write_off,reconciliation"}, {bills}),
        ({"state": "running"}, {claim, bills}),
        ({"state": "running,returned"}, {claim, bills}),
        ({"state": "archived,withdrawn"}, set()),
        ({"node": "lead"}, {claim}),
        ({"node": "operations_check"}, {bills}),
        ({"product_id": product}, {bills}),
        ({"product_id": new_id()}, set()),
        ({"initiator_id": UUID(company.people["sales"].user_id)}, {claim, bills}),
        ({"initiator_id": UUID(company.people["lead"].user_id)}, set()),
        ({"changed_from": date(2026, 3, 3)}, {claim}),
        ({"changed_to": date(2026, 3, 2)}, {bills}),
        ({"started_from": date(2026, 3, 2), "started_to": date(2026, 3, 2)}, {claim, bills}),
        ({"text": "云帆网络"}, {claim, bills}),
        ({"text": "张伟"}, {claim, bills}),
        ({"text": "50%"}, set()),
        ({"effect": "failed"}, set()),
    ]
    for wanted, found in cases:
        assert set(ids(listed(company, "sales", "started", **wanted))) == found, wanted
        assert set(ids(listed(company, "finance", "visible", **wanted))) == found, wanted
    assert ids(listed(company, "lead", "todo", code="claim_customer,reconciliation", node="lead")) == [claim]


def test_an_archived_process_whose_effect_failed_is_found(company: Company) -> None:
    process_id, other = company.start("claim_customer", CLAIM), company.start("claim_customer", CLAIM)
    for each in (process_id, other):
        company.approve(each, "lead")
        company.approve(each, "admin")
    change(company, update(tables.Process).where(tables.Process.id == process_id).values(effect="failed"))
    (row,) = listed(company, "admin", "visible", effect="failed")
    assert (row["id"], row["effect"]) == (process_id, "failed")


def test_what_waits_for_nobody_but_people_who_have_left_is_stuck(company: Company) -> None:
    stuck, shared = company.start("claim_customer", CLAIM), company.start("reconciliation", BILLS)
    assert listed(company, "admin", "visible", stuck=True) == []
    company.hear_user("lead", ("sales_lead",), version=2, active=False)
    company.hear_user("risk", ("risk_expert",), version=2, active=False)
    assert ids(listed(company, "admin", "visible", stuck=True)) == [stuck], "the other one has more handlers"
    assert ids(listed(company, "lead", "todo", stuck=True)) == ids(listed(company, "sales", "started", stuck=True)) == [stuck]
    company.hear_user("lead", ("sales_lead",), version=3, active=True)
    assert listed(company, "admin", "visible", stuck=True) == []
    assert shared in ids(listed(company, "admin", "visible"))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"box": "trash"}, "box"),
        ({"code": "claim_customer,"}, "code"),
        ({"code": "a;b"}, "code"),
        ({"state": "starting"}, "state"),
        ({"state": "running,"}, "state"),
        ({"effect": "perhaps"}, "effect"),
        ({"overdue": "perhaps"}, "overdue"),
        ({"decided_from": "2026-02-30"}, "decided_from"),
        ({"product_id": "1"}, "product_id"),
    ],
)
def test_what_no_list_knows_is_refused_by_field(query: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        load(lists.ProcessQuery, query)
    assert refused.value.fields.keys() == {field}


def test_an_order_that_a_list_has_not_is_refused(company: Company) -> None:
    with pytest.raises(InvalidInput) as refused:
        listed(company, "lead", "done", sort="due_at")
    assert refused.value.fields.keys() == {"sort"}
