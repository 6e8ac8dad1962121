"""Salespeople at work on one database: who they are, and what they do in one line each."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import select

from services.contracts import customer_calls as calls
from services.contracts import customer_parts_calls as parts
from services.contracts.customer import EVENTS
from services.contracts.workflow import PrepareProcess
from services.customer.store.tables import Customer, TierMove
from services.customer.usecases.add_contact import add_contact
from services.customer.usecases.add_contact_log import add_contact_log
from services.customer.usecases.add_customer import add_customer
from services.customer.usecases.add_product import add_product
from services.customer.usecases.apply_process import apply_process
from services.customer.usecases.prepare_process import prepare_process
from services.customer.usecases.release_customer import release_customer
from services.customer.usecases.release_process import release_process
from services.customer.usecases.sweep_funnel import sweep_funnel
from services.kit.caller import CallContext, Caller
from services.kit.clock import SHANGHAI
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.errors import Refusal
from services.kit.ids import new_id
from services.kit.jobs import Shard
from services.kit.schema import load
from services.kit.tables import outbox
from services.kit.unit_of_work import Begin

EAST, WEST = new_id(), new_id()
DRAFT: Final = [{"id": str(new_id()), "name": "draft.pdf"}]

T = TypeVar("T")


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


def person(name: str, department: UUID | None = EAST, *roles: str, leads: tuple[UUID, ...] = ()) -> Caller:
    led = tuple(str(each) for each in leads)
    department_id = str(department) if department else ""
    return Caller(str(new_id()), name, department_id, led, led, frozenset(roles or ("sales",)))


@dataclass(frozen=True)
class Running:
    """A process as the customer service sees it from outside."""

    id: UUID
    code: str
    subject_id: str
    form: Mapping[str, Any]
    initiator: Caller


class Office:
    """One database, and its people: 张伟 and 李娜 sell in the east, 王芳 leads it, 赵强 sells in the west."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.zhang, self.li, self.zhao = person("张伟"), person("李娜"), person("赵强", WEST)
        self.lead = person("王芳", EAST, "sales_lead", leads=(EAST,))
        self.admin = person("周敏", None, "sales_admin")
        self.today = date(2026, 3, 10)

    def begin(self, caller: Caller, *, consumer: str = "") -> Begin:
        context = CallContext(caller, as_of=noon(self.today))
        return Begin("customer", self.database, EVENTS, context, consumer=consumer)

    def add(self, caller: Caller, name: str, **fields: Any) -> UUID:
        # Names here are short, and so most are near each other; tests of just that do not confirm.
        customer = {"name": name, "confirm_near_duplicates": True, **fields}
        added = add_customer(self.begin(caller), **load(calls.AddCustomer, customer))
        return UUID(str(added["id"]))

    def contact(self, caller: Caller, customer_id: UUID, **fields: Any) -> dict[str, Any]:
        return add_contact(self.begin(caller), customer_id, **load(parts.AddContact, {"name": "顾晓岚", **fields}))

    def log(self, caller: Caller, customer_id: UUID, **fields: Any) -> dict[str, Any]:
        log = {"channel": "call", "content": "谈了价格", **fields}
        return add_contact_log(self.begin(caller), customer_id, **load(parts.AddContactLog, log))

    def product(self, caller: Caller, customer_id: UUID, **fields: Any) -> UUID:
        product = {"type": "industry_sms", "payment_mode": "postpaid", **fields}
        return UUID(str(add_product(self.begin(caller), customer_id, **load(parts.AddProduct, product))["id"]))

    def pooled(self, name: str) -> UUID:
        customer_id = self.add(self.zhao, name)
        release_customer(self.begin(self.zhao), customer_id, "转做其他行业")
        return customer_id

    # Processes

    def claim(self, caller: Caller, customer_id: UUID) -> Running:
        return Running(new_id(), "claim_customer", str(customer_id), {"reason": "老客户介绍"}, caller)

    def test_account(self, caller: Caller, product_id: UUID) -> Running:
        form = {"signature": "云帆科技", "interface": "http", "template": "验证码{code}", "industry": "软件"}
        return Running(new_id(), "test_account", str(product_id), form, caller)

    def contract(self, caller: Caller, customer_id: UUID, valid_from: date, valid_to: date, **form: Any) -> Running:
        terms = {"valid_from": valid_from.isoformat(), "valid_to": valid_to.isoformat(), "is_standard": True}
        return Running(
            new_id(), "contract_review", str(customer_id), {**terms, "draft": DRAFT, "remarks": "标准", **form}, caller
        )

    def prepare(
        self, process: Running, phase: str = "start", *, node: str | None = None, version: int = 0, **entered: Any
    ) -> dict[str, Any]:
        caller = process.initiator
        request = {
            "process_id": str(process.id),
            "process_version": version,
            "code": process.code,
            "phase": phase,
            "node": node,
            "subject_id": process.subject_id,
            "form": {**process.form, **entered},
            "initiator": {"id": caller.user_id, "name": caller.name, "department_id": caller.department_id or None},
        }
        acting = self.admin if phase == "node" else caller
        return prepare_process(self.begin(acting), load(PrepareProcess, request))

    def archive(self, process: Running, **entered: Any) -> Event:
        event = self.event(process, "process_archived", **entered)
        apply_process(self.begin(Caller.system("workflow"), consumer="on_process_archived"), event)
        return event

    def turn(self, process: Running, how: str, *, version: int = 2) -> Event:
        """``how`` is ``rejected`` or ``withdrawn``."""
        words = {"by_id": self.admin.user_id, "by_name": self.admin.name, "opinion": "不同意", "to_node": None}
        event = replace(self.event(process, f"process_{how}"), aggregate_version=version)
        event.data.update(words)
        release_process(self.begin(Caller.system("workflow"), consumer=f"on_process_{how}"), event)
        return event

    def event(self, process: Running, event_type: str, **entered: Any) -> Event:
        caller = process.initiator
        subject_type = "product" if process.code == "test_account" else "customer"
        data = {
            "process_id": str(process.id),
            "code": process.code,
            "definition_version": 1,
            "name_zh": process.code,
            "name_en": process.code,
            "owner_service": "customer",
            "title": process.code,
            "subject": {"type": subject_type, "id": process.subject_id, "name": "…"},
            "customer_id": None,
            "customer_name": None,
            "initiator": {"id": caller.user_id, "name": caller.name, "department_id": caller.department_id or None},
            "form": {**process.form, **entered},
            "facts": {},
        }
        return Event(new_id(), "workflow", event_type, str(process.id), noon(self.today), 1, 9, data)

    # What has become of it

    def sweep(self, day: date) -> dict[str, Any]:
        self.today = day
        shard = Shard(self.begin(Caller.system("funnel_sweep")), new_id(), 0, 1, day, {})
        return sweep_funnel(shard)

    def row(self, customer_id: UUID) -> Customer:
        with self.database.session() as session:
            return session.scalars(select(Customer).where(Customer.id == customer_id)).one()

    def moves(self, customer_id: UUID) -> list[tuple[str | None, str, str]]:
        with self.database.session() as session:
            query = select(TierMove).where(TierMove.customer_id == customer_id).order_by(TierMove.moved_at, TierMove.id)
            return [(move.from_tier, move.to_tier, move.rule) for move in session.scalars(query)]

    def said(self, event_type: str) -> list[dict[str, Any]]:
        """The data of all events of a type, in the order they were said."""
        with self.database.session() as session:
            query = select(outbox.c.envelope).where(outbox.c.type == event_type).order_by(outbox.c.position)
            return [envelope["data"] for envelope in session.scalars(query)]


def outcomes_of(work: Callable[[T], Any], items: list[T], *, threads: int = 16) -> list[Any]:
    """Do something for all items at the same time.

    :returns: for each what came of it: ``"ok"``, or the code of the refusal.
    """

    def outcome(item: T) -> str:
        try:
            work(item)
        except Refusal as refusal:
            return refusal.code
        return "ok"

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(outcome, items))
