"""A small company on a real database, and an owning service that answers as it is told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from services.contracts.workflow import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.ids import new_id
from services.kit.tables import outbox
from services.kit.unit_of_work import Begin
from services.workflow.store import tables
from services.workflow.store.definition_files import checked_content
from services.workflow.store.definitions import publish_shipped
from services.workflow.usecases import publish_definitions as publishing
from services.workflow.usecases.approve_task import approve_task
from services.workflow.usecases.copy_department import copy_department
from services.workflow.usecases.copy_user import copy_user
from services.workflow.usecases.publish_definitions import publish_definitions
from services.workflow.usecases.show_process import show_process
from services.workflow.usecases.start_process import start_process
from tests.servers.worker_databases import WorkerDatabases

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HANDLERS = {
    "director": "sales_director",
    "admin": "sales_admin",
    "finance": "finance",
    "legal": "legal",
    "risk": "risk_expert",
    "care": "customer_care",
    "vp": "operations_vp",
    "audit": "audit_expert",
    "boss": "admin",
}


@dataclass
class Owner:
    """An owning service's ``prepare_process``, as a test wants it to answer."""

    facts: dict[str, Any] = field(default_factory=dict)
    completions: dict[str, Any] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    error: Exception | None = None
    before_answer: Callable[[dict[str, Any]], None] | None = None
    customer_id: UUID = field(default_factory=new_id)
    title: str = "上海云帆网络科技有限公司 申请"
    subject_name: str = "上海云帆网络科技有限公司"
    customer_name: str | None = "上海云帆网络科技有限公司"

    def prepare_process(self, request: dict[str, Any]) -> dict[str, Any]:
        self.requests.append(request)
        if self.before_answer is not None:
            self.before_answer(request)
        if self.error is not None:
            raise self.error
        return {
            "title": self.title,
            "subject": {"type": "customer", "id": request["subject_id"], "name": self.subject_name},
            "customer_id": str(self.customer_id),
            "customer_name": self.customer_name,
            "form": {**request["form"], **self.completions},
            "facts": self.facts,
        }


@dataclass
class Company:
    """People by short names, each with a :class:`Begin` of his or her own."""

    database: Database
    people: dict[str, Caller]
    owner: Owner

    def begin(self, name: str, now: datetime = NOW, consumer: str = "") -> Begin:
        context = CallContext(self.people[name], as_of=now)
        return Begin("workflow", self.database, EVENTS, context, consumer=consumer)

    @property
    def owners(self) -> dict[str, Any]:
        return dict.fromkeys(("customer", "billing", "payments"), self.owner.prepare_process)

    def start(
        self,
        code: str,
        form: dict[str, Any],
        *,
        by: str = "sales",
        key: str | None = None,
        handlers: dict[str, list[UUID]] | None = None,
        now: datetime = NOW,
    ) -> UUID:
        return start_process(
            self.begin(by, now),
            self.owners,
            code=code,
            subject_id=str(self.owner.customer_id),
            form=form,
            opinion="",
            idempotency_key=key,
            handlers=handlers,
        )

    def publish(self, content: dict[str, Any]) -> None:
        """A definition of a test's own."""
        publish_definitions(self.begin("sales"))
        with self.begin("sales")() as work:
            publish_shipped(work.session, [checked_content(content)], NOW)

    def task_of(self, process_id: UUID, name: str) -> UUID:
        with self.database.session() as session:
            mine = (tables.Task.process_id == process_id, tables.Task.user_id == UUID(self.people[name].user_id))
            return session.scalars(select(tables.Task.id).where(*mine, tables.Task.state == "open")).one()

    def approve(self, process_id: UUID, name: str, form: dict[str, Any] | None = None, opinion: str = "同意") -> None:
        task_id = self.task_of(process_id, name)
        approve_task(self.begin(name), self.owners, task_id, opinion=opinion, form=form or {})

    def waiting(self, process_id: UUID) -> list[tuple[str, str]]:
        """Whose open tasks there are, and for what, by name."""
        names = {caller.user_id: name for name, caller in self.people.items()}
        with self.database.session() as session:
            tasks = session.scalars(select(tables.Task).where(tables.Task.process_id == process_id, tables.Task.state == "open"))
            return sorted((names[str(task.user_id)], task.kind) for task in tasks)

    def id_of(self, name: str) -> UUID:
        return UUID(self.people[name].user_id)

    def page(self, process_id: UUID, name: str = "sales") -> dict[str, Any]:
        return show_process(self.begin(name), process_id)

    def events(self, process_id: UUID) -> list[dict[str, Any]]:
        """The envelopes about a process, in the order they leave."""
        with self.database.session() as session:
            query = select(outbox.c.envelope).where(outbox.c.subject == str(process_id)).order_by(outbox.c.position)
            return list(session.scalars(query))

    def event_types(self, process_id: UUID) -> list[str]:
        return [envelope["type"] for envelope in self.events(process_id)]

    def hear_user(
        self, name: str, roles: tuple[str, ...], *, version: int = 1, active: bool = True, successor: str | None = None
    ) -> None:
        caller = self.people[name]
        data = {
            "id": caller.user_id,
            "login": name,
            "name": caller.name,
            "department_id": caller.department_id or None,
            "roles": list(roles),
            "active": active,
            "successor_id": successor and self.people[successor].user_id,
        }
        copy_user(self.begin(name, consumer="on_user_changed"), event_of("gateway", "user_changed", data, version))

    def hear_department(self, data: dict[str, Any], version: int = 1) -> None:
        event = event_of("gateway", "department_changed", data, version)
        copy_department(self.begin("sales", consumer="on_department_changed"), event)


def event_of(source: str, event_type: str, data: dict[str, Any], version: int = 1) -> Event:
    return Event(new_id(), source, event_type, "subject", NOW, 1, version, data)


def person(name: str, roles: tuple[str, ...], department: UUID, *, leads: tuple[UUID, ...] = ()) -> Caller:
    return Caller(
        user_id=str(new_id()),
        name=name,
        department_id=str(department),
        departments_led=tuple(map(str, leads)),
        nearest_lead_of=tuple(map(str, leads)),
        roles=frozenset(roles),
    )


@pytest.fixture(scope="module")
def _begun(worker_databases: WorkerDatabases) -> None:
    """Workflow's database is new to each module. Its tests share it: publishing the definitions takes longer than many a test."""
    database = worker_databases.as_new("workflow")
    publishing._published.discard(database.url)  # what this process remembers of it


@pytest.fixture
def company(_begun: None, worker_databases: WorkerDatabases) -> Company:
    """A sales department with a lead, below headquarters; another salesperson elsewhere; every role of the catalogue held."""
    database = worker_databases.as_left("workflow")
    headquarters, sales, east = new_id(), new_id(), new_id()
    people = {
        "sales": person("张伟", ("sales",), sales),
        "colleague": person("王芳", ("sales",), east),
        "lead": person("李娜", ("sales_lead",), sales, leads=(sales,)),
        **{name: person(f"{name} 员", (role,), headquarters) for name, role in HANDLERS.items()},
    }
    company = Company(database, people, Owner())
    with database.session() as session, session.begin():
        session.execute(delete(tables.User))
        session.execute(delete(tables.Department))
    for name, caller in people.items():
        company.hear_user(name, tuple(caller.roles))
    lead_id = people["lead"].user_id
    company.hear_department({"id": str(headquarters), "name": "总部", "parent_id": None, "lead_id": None})
    company.hear_department({"id": str(sales), "name": "销售一部", "parent_id": str(headquarters), "lead_id": lead_id})
    company.hear_department({"id": str(east), "name": "华东组", "parent_id": str(sales), "lead_id": None})
    return company
