"""The people of the gateway's tests, and how these talk to a running gateway."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import requests
from sqlalchemy import func, select

from gateway.identity.usecases.seed_people import DepartmentSeed, UserSeed
from services.kit.database import Database
from services.workflow.store.tables import User
from tests.documented_answers import assert_documented
from tests.integration.kit.bus import eventually
from tests.servers.databases import NeededDatabases

PASSWORD = "correct horse battery"  # of people who are made up

DEPARTMENTS = (
    DepartmentSeed("销售事业部", lead="director"),
    DepartmentSeed("销售一部", parent="销售事业部", lead="lead"),
    DepartmentSeed("销售二部", parent="销售事业部"),
)
USERS = (
    UserSeed("admin", "管理员", "", ["admin"], PASSWORD, must_change_password=False),
    UserSeed("director", "邓总", "销售事业部", ["sales_director"], PASSWORD, must_change_password=False),
    UserSeed("lead", "李领导", "销售一部", ["sales_lead", "sales"], PASSWORD, must_change_password=False),
    UserSeed("sales", "张伟", "销售一部", ["sales"], PASSWORD, must_change_password=False),
    UserSeed("administration", "赵敏", "", ["sales_admin"], PASSWORD, must_change_password=False),
    UserSeed("care", "沈悦", "", ["customer_care"], PASSWORD, must_change_password=False),
    UserSeed("newcomer", "新人", "销售二部", ["sales"], PASSWORD),
    UserSeed("platform", "短信平台", "", [], None),
)


@dataclass
class Client:
    """A signed-in browser, or a nameless one. Every answer that it gets must be as OpenAPI says."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        # Else each request looks for proxies and passwords in the environment and in files, a third of its own time.
        self.session.trust_env = False

    def sign_in(self, login: str, password: str = PASSWORD) -> "Client":
        answer = self.post("/session", {"login": login, "password": password})
        assert answer.status_code == 201, answer.text
        self.session.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return self

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, body: Any, **options: Any) -> requests.Response:
        return self.request("POST", path, json=body, **options)

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        answer = self.session.request(method, f"{self.url}/api/v1{path}", timeout=20, **options)
        if not options.get("stream"):
            assert_documented(method, str(answer.request.url), answer.status_code, answer.headers, answer.content)
        return answer


@dataclass(frozen=True)
class RunningGateway:
    """A gateway process with people in its database.

    :param departments: ids by name.
    :param users: ids by login.
    :param process_id: of its process.
    """

    url: str
    database_url: str
    departments: dict[str, UUID]
    users: dict[str, UUID]
    process_id: int

    def client(self, login: str | None = None) -> Client:
        client = Client(self.url)
        return client.sign_in(login) if login else client

    def forget_answer(self, key: str) -> None:
        """As if it had died when the service had committed, and the lease of its claim of the idempotency key were over."""
        with psycopg.connect(self.database_url.format(service="gateway").replace("+psycopg", "")) as connection:
            assert connection.execute("DELETE FROM kept_answers WHERE key = %s", [key]).rowcount == 1


StartGateway = Callable[..., RunningGateway]


def wait_until_workflow_knows(databases: NeededDatabases, people: int) -> None:
    """Until so many have been heard of there: before, nobody can be asked to approve anything."""
    workflow = Database(databases.of("workflow"), pool_size=1)

    def knows_them() -> bool:
        with workflow.session() as session:
            return (session.scalar(select(func.count()).select_from(User)) or 0) >= people

    eventually(knows_them, 60)
    workflow.close()
