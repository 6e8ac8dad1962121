"""A process of five nodes through workflow's use cases, in a company of 300: what ``bench_workflow`` measures of ours."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Engine, insert, text

from services.contracts.workflow import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.clock import utc_now
from services.kit.database import Database
from services.kit.ids import new_id
from services.kit.unit_of_work import Begin
from services.workflow.store.definitions import publish_shipped
from services.workflow.store.tables import Department, User
from services.workflow.usecases.approve_task import approve_task
from services.workflow.usecases.start_process import start_process

USERS: Final = 300
DEPARTMENTS: Final = 20
NODES: Final = ("lead", "legal", "finance", "operations_vp", "sales_director")
"""Each asks one person; four of them by a role of the same name."""

FORM: Final = {
    "product_names": ["行业短信", "营销短信"],
    "valid_from": "2026-04-01",
    "valid_to": "2027-03-31",
    "monthly_volume": 1_200_000,
    "amount": "480000.00",
    "unit_price": "0.033500",
    "is_standard": True,
    "is_auto_renewing": False,
    "payment": "postpaid",
    "remarks": "客户要求按月对账，次月十五日前付款；首三个月的发送量按实际结算，第四个月起执行阶梯价。" * 3,
}

_FIELDS: Final = [
    {"code": "product_names", "name_zh": "产品", "name_en": "Products", "type": "list", "required": True},
    {"code": "valid_from", "name_zh": "开始有效期", "name_en": "Valid from", "type": "date", "required": True},
    {"code": "valid_to", "name_zh": "结束有效期", "name_en": "Valid to", "type": "date", "required": True},
    {"code": "monthly_volume", "name_zh": "月发送量", "name_en": "Monthly volume", "type": "integer", "minimum": "0"},
    {"code": "amount", "name_zh": "合同金额", "name_en": "Amount", "type": "money", "minimum": "0"},
    {"code": "unit_price", "name_zh": "单价", "name_en": "Unit price", "type": "decimal", "places": 6, "minimum": "0"},
    {"code": "is_standard", "name_zh": "是否标准合同", "name_en": "Standard", "type": "boolean", "required": True},
    {"code": "is_auto_renewing", "name_zh": "是否自动续签", "name_en": "Auto-renewing", "type": "boolean"},
    {
        "code": "payment",
        "name_zh": "付款方式",
        "name_en": "Payment",
        "type": "choice",
        "choices": [
            {"code": "prepaid", "name_zh": "预付", "name_en": "Prepaid"},
            {"code": "postpaid", "name_zh": "后付", "name_en": "Postpaid"},
        ],
    },
    {"code": "remarks", "name_zh": "备注", "name_en": "Remarks", "type": "long_text", "required": True},
]
DEFINITION: Final = {
    "code": "five_nodes",
    "name_zh": "五节点评审",
    "name_en": "Review in five nodes",
    "owner_service": "customer",
    "subject_type": "customer",
    "starters": ["sales"],
    "fields": _FIELDS,
    "nodes": [
        {"code": "start", "name_zh": "发起", "name_en": "Start", "actors": {"kind": "initiator"}},
        {"code": "lead", "name_zh": "销售部门领导", "name_en": "Sales lead", "actors": {"kind": "lead"}},
        *({"code": role, "name_zh": role, "name_en": role, "actors": {"kind": "role", "roles": [role]}} for role in NODES[1:]),
    ],
}

_OPEN_TASK: Final = text("SELECT id FROM tasks WHERE process_id = :process_id AND state = 'open'")


class Office:
    """The company on workflow's database, and an owning service that answers within the process.

    Salespeople start in turn; their department's lead and the one holder of each role approve.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        departments = [new_id() for _ in range(DEPARTMENTS)]
        self._leads = {department: _person("sales_lead", department) for department in departments}
        self._holders = {role: _person(role, departments[0]) for role in NODES[1:]}
        others = USERS - len(self._leads) - len(self._holders)
        self._sales = [_person("sales", departments[number % DEPARTMENTS]) for number in range(others)]
        self._employ(database.engine)

    def _employ(self, engine: Engine) -> None:
        people = [*self._leads.values(), *self._holders.values(), *self._sales]
        users = [
            {
                "id": UUID(each.user_id),
                "name": each.name,
                "department_id": UUID(each.department_id),
                "roles": sorted(each.roles),
                "active": True,
                "version": 1,
            }
            for each in people
        ]
        departments = [
            {"id": department, "name": "销售部", "parent_id": None, "lead_id": UUID(lead.user_id), "version": 1}
            for department, lead in self._leads.items()
        ]
        with engine.begin() as connection:
            connection.execute(insert(User), users)
            connection.execute(insert(Department), departments)
        with self._database.session() as session, session.begin():
            publish_shipped(session, [DEFINITION], utc_now())
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))

    def begin(self, caller: Caller) -> Begin:
        return Begin("workflow", self._database, EVENTS, CallContext(caller))

    def start(self, number: int) -> "Running":
        """The next salesperson starts one."""
        initiator = self._sales[number % len(self._sales)]
        process_id = start_process(
            self.begin(initiator),
            _OWNERS,
            code="five_nodes",
            subject_id=str(new_id()),
            form=dict(FORM),
            opinion="请审批",
            idempotency_key=str(new_id()),
        )
        lead = self._leads[UUID(initiator.department_id)]
        return Running(process_id, (lead, *self._holders.values()))

    def approve(self, handler: Caller, task_id: UUID) -> None:
        """The handler agrees."""
        approve_task(self.begin(handler), _OWNERS, task_id, opinion="同意", form={})

    def run(self, number: int, connection: Connection) -> None:
        """One process from its start to the archive.

        :param connection: where each node's handler finds the task, as the to-do list would have shown it; in autocommit.
        """
        running = self.start(number)
        for handler in running.handlers:
            self.approve(handler, running.open_task(connection))


@dataclass(frozen=True)
class Running:
    """A process that was started, and who approves it, in the order of its nodes."""

    id: UUID
    handlers: tuple[Caller, ...]

    def open_task(self, connection: Connection) -> UUID:
        task_id: UUID = connection.execute(_OPEN_TASK, {"process_id": self.id}).scalar_one()
        return task_id


def _person(role: str, department: UUID) -> Caller:
    return Caller(str(new_id()), f"{role} 员", str(department), roles=frozenset({role}))


def _prepare(request: dict[str, Any]) -> dict[str, Any]:
    """What customer answers: the form as it is, and whom it concerns."""
    return {
        "title": "上海云帆网络科技有限公司 五节点评审",
        "subject": {"type": "customer", "id": request["subject_id"], "name": "上海云帆网络科技有限公司"},
        "customer_id": request["subject_id"],
        "customer_name": "上海云帆网络科技有限公司",
        "form": request["form"],
        "facts": {},
    }


_OWNERS: Final = {"customer": _prepare}
