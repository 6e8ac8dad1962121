"""Leaving users hand their customers and tasks to someone (spec, gateway.md, "Identity and access"): over HTTP, with the real
customer and workflow services and the bus between them, everything that somebody can hold."""

from datetime import timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import select

from gateway.identity.usecases.seed_people import UserSeed, seed_people
from services.contracts.gateway import EVENTS as GATEWAY_EVENTS
from services.contracts.workflow import EVENTS as WORKFLOW_EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.clock import business_date, utc_now
from services.kit.database import Database
from services.kit.unit_of_work import Begin
from services.workflow.store.tables import User
from services.workflow.usecases.hand_over_tasks import hand_over_tasks
from tests.integration.gateway.company import DEPARTMENTS, PASSWORD, USERS, Client, RunningGateway, StartGateway
from tests.integration.gateway.conftest import SERVICES_PROGRAM
from tests.integration.kit.bus import eventually
from tests.servers.databases import NeededDatabases

_MORE = (
    UserSeed("leaver", "马东", "销售一部", ["sales"], PASSWORD, must_change_password=False),
    UserSeed("colleague", "王芳", "销售一部", ["sales"], PASSWORD, must_change_password=False),
    UserSeed("risk", "风控", "", ["risk_expert"], PASSWORD, must_change_password=False),
    UserSeed("support", "技术", "", ["tech_support"], PASSWORD, must_change_password=False),
    UserSeed("loner", "独行", "", ["sales"], PASSWORD, must_change_password=False),
)
TODAY = business_date(utc_now())


def _ok(answer: requests.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def workflow_database(module_databases: NeededDatabases) -> Any:
    database = Database(module_databases.of("workflow"), pool_size=2)
    yield database
    database.close()


@pytest.fixture(scope="module")
def house(start_gateway: StartGateway, module_databases: NeededDatabases, workflow_database: Database) -> RunningGateway:
    people = Database(module_databases.of("gateway"), pool_size=2)
    begin = Begin("gateway", people, GATEWAY_EVENTS, CallContext(Caller.system("gateway")))
    seeded = seed_people(begin, DEPARTMENTS, (*USERS, *_MORE))
    people.close()
    house = start_gateway(
        SERVICES_PROGRAM, BEHIND="customer workflow", RELAYED="all", L2C_RPC_TIMEOUT_SECONDS="18", L2C_HEALTH_PORT_BASE="0"
    )
    house.users.update(seeded.users)

    def knows_everybody() -> bool:
        with workflow_database.session() as session:
            return set(session.scalars(select(User.id))) >= set(seeded.users.values())

    eventually(knows_everybody, 60)
    return house


class Holder:
    """The leaver, with one of everything."""

    def __init__(self, house: RunningGateway) -> None:
        self.house = house
        self.admin, self.lead, self.risk = (house.client(login) for login in ("admin", "lead", "risk"))
        self.leaver, self.colleague = house.client("leaver"), house.client("colleague")
        self.customer_id = _ok(self.leaver.post("/customers", {"name": "上海云帆网络科技有限公司"}), 201)["id"]
        log = {"channel": "call", "content": "谈价格", "follow_up_on": str(TODAY + timedelta(days=3)), "next_step": "回访"}
        _ok(self.leaver.post(f"/customers/{self.customer_id}/contact-logs", log), 201)
        form = {"kind": "green_customer", "explanation": "重点客户"}
        started = {"code": "special_request", "subject_id": self.customer_id, "form": form}
        self.process_id = _ok(self.leaver.post("/processes", started), 201)["id"]
        task = _ok(self.risk.get(f"/processes/{self.process_id}"))["task"]
        _ok(self.risk.post(f"/tasks/{task['id']}/return", {"opinion": "补充"}))
        _ok(self.leaver.request("PUT", "/drafts/half-written", json={"code": "special_request", "form": {}}))
        absence = {"deputy_id": self.id_of("leaver"), "first_day": str(TODAY), "last_day": str(TODAY + timedelta(days=5))}
        _ok(self.lead.post("/deputies", absence), 201)
        _ok(self.admin.post("/departments", {"name": "新部门", "lead_id": self.id_of("leaver")}), 201)

    def id_of(self, login: str) -> str:
        return str(self.house.users[login])

    def holds(self, login: str) -> dict[str, Any]:
        return dict(_ok(self.admin.get(f"/users/{self.id_of(login)}/holdings")))


@pytest.fixture(scope="module")
def holder(house: RunningGateway) -> Holder:
    return Holder(house)


def test_an_administrator_sees_beforehand_what_somebody_holds(holder: Holder) -> None:
    assert holder.holds("leaver") == {
        "customers": 1,
        "claims": 0,
        "tasks": 1,
        "processes": 1,
        "absences": 1,
        "departments_led": ["新部门"],
        "tokens": 0,
        "sessions": 1,
        "lead": {"id": holder.id_of("lead"), "name": "李领导"},
    }
    assert holder.holds("lead")["lead"] == {"id": holder.id_of("director"), "name": "邓总"}, "one does not take over from oneself"
    assert holder.holds("loner")["lead"] is None
    refused = holder.lead.get(f"/users/{holder.id_of('leaver')}/holdings")
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_missing")
    assert holder.admin.get(f"/users/{holder.process_id}/holdings").status_code == 404


def test_nothing_stays_behind(holder: Holder, workflow_database: Database) -> None:
    before = _ok(holder.admin.get(f"/users/{holder.id_of('leaver')}"))
    leaves = {"active": False, "successor_id": holder.id_of("colleague")}
    seen = {"If-Match": f'"{before["version"]}"'}
    changed = holder.admin.request("PATCH", f"/users/{before['id']}", json=leaves, headers=seen)
    assert _ok(changed)["successor_id"] == holder.id_of("colleague")

    # Out at once.
    assert holder.leaver.get("/session").status_code == 401
    assert holder.house.client().post("/session", {"login": "leaver", "password": PASSWORD}).status_code == 401

    # The customer, and what hangs on it, is the successor's; nobody had to look for it.
    path = f"/customers/{holder.customer_id}"
    eventually(lambda: holder.colleague.get(path).status_code == 200)
    assert _ok(holder.colleague.get(path))["owner_name"] == "王芳"
    (follow_up,) = _ok(holder.colleague.get("/follow-ups", params={"owner_id": holder.id_of("colleague")}))["items"]
    assert (follow_up["customer_id"], follow_up["next_step"]) == (holder.customer_id, "回访")

    # So is what came back to the leaver; the sweep does it within a minute.
    system = Begin("workflow", workflow_database, WORKFLOW_EVENTS, CallContext(Caller.system("workflow")))
    eventually(lambda: hand_over_tasks(system) == 1)
    (todo,) = _ok(holder.colleague.get("/processes", params={"box": "todo"}))["items"]
    assert todo["id"] == holder.process_id
    _ok(holder.colleague.post(f"/processes/{holder.process_id}/resubmit", {"opinion": "接手"}))
    assert _ok(holder.risk.get(f"/processes/{holder.process_id}"))["task"] is not None

    # The lead is without a deputy, and can name another.
    assert _ok(holder.lead.get("/deputies"))["items"] == []
    absence = {"deputy_id": holder.id_of("colleague"), "first_day": str(TODAY), "last_day": str(TODAY)}
    _ok(holder.lead.post("/deputies", absence), 201)

    left = holder.holds("leaver")
    kept = {"customers", "claims", "tasks", "processes", "absences", "tokens", "sessions"}
    assert {name: left[name] for name in kept} == dict.fromkeys(kept, 0)

    # It is all in the trail, by who did it, and why.
    trail = {"subject_type": "user", "subject_id": before["id"], "service": "gateway"}
    (entry,) = [
        each
        for each in _ok(holder.admin.get("/audit", params=trail))["items"]
        if each["after"] == {"active": False} | {"successor_id": holder.id_of("colleague")}
    ]
    assert (entry["user_name"], entry["action"]) == ("管理员", "user_changed")


def test_without_a_successor_customers_go_to_the_lead_and_with_nobody_there_they_stay(holder: Holder) -> None:
    admin = holder.admin
    customers = {}
    for login, name in (("sales", "北京云通科技有限公司"), ("loner", "深圳云信通信有限公司")):
        customers[login] = _ok(holder.house.client(login).post("/customers", {"name": name}), 201)["id"]
        _ok(admin.request("PATCH", f"/users/{holder.id_of(login)}", json={"active": False}))
    eventually(lambda: _ok(admin.get(f"/customers/{customers['sales']}"))["owner_name"] == "李领导")
    assert holder.holds("sales")["customers"] == 0
    assert _ok(admin.get(f"/customers/{customers['loner']}"))["owner_name"] == "独行"
    assert holder.holds("loner")["customers"] == 1, "they wait, and are seen to"
    named = {"active": False, "successor_id": holder.id_of("colleague")}
    _ok(admin.request("PATCH", f"/users/{holder.id_of('loner')}", json=named))
    eventually(lambda: _ok(admin.get(f"/customers/{customers['loner']}"))["owner_name"] == "王芳")


def test_the_successors_successor_takes_over_too(holder: Holder) -> None:
    """The colleague leaves, who took over from the leaver; what is the leaver's to go on with is the next one's."""
    gone = {"active": False, "successor_id": holder.id_of("director")}
    _ok(holder.admin.request("PATCH", f"/users/{holder.id_of('colleague')}", json=gone))
    for login in ("leaver", "loner"):
        assert _ok(holder.admin.get(f"/users/{holder.id_of(login)}"))["successor_id"] == holder.id_of("director")
    director: Client = holder.house.client("director")
    eventually(lambda: _ok(director.get(f"/customers/{holder.customer_id}"))["owner_name"] == "邓总")
