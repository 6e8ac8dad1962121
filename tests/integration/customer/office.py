"""Salespeople at work on one database: who they are, and what they do in one line each."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import event as listening
from sqlalchemy import insert, select, text

from services.contracts import customer_calls as calls
from services.contracts import customer_parts_calls as parts
from services.contracts import customer_pool_calls as pool
from services.contracts.customer import EVENTS
from services.contracts.workflow import PrepareProcess
from services.customer.domain.policy import Policy
from services.customer.store import tables
from services.customer.store.tables import Customer, TierMove
from services.customer.usecases.add_contact import add_contact
from services.customer.usecases.add_contact_log import add_contact_log
from services.customer.usecases.add_customer import add_customer
from services.customer.usecases.add_product import add_product
from services.customer.usecases.apply_process import apply_process
from services.customer.usecases.copy_department import copy_department
from services.customer.usecases.copy_user import copy_user
from services.customer.usecases.prepare_process import prepare_process
from services.customer.usecases.release_customer import release_customer
from services.customer.usecases.release_process import release_process
from services.customer.usecases.sweep_funnel import sweep_funnel
from services.customer.usecases.transfer_customers import transfer_customers
from services.kit.caller import CallContext, Caller
from services.kit.clock import SHANGHAI
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.errors import Refusal
from services.kit.ids import new_id
from services.kit.jobs import Shard
from services.kit.schema import dump, load
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
    subject_type: str = "customer"


class Office:
    """One database, and its people: 张伟 and 李娜 sell in the east, 王芳 leads it, 赵强 sells in the west."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.zhang, self.li, self.zhao = person("张伟"), person("李娜"), person("赵强", WEST)
        self.lead = person("王芳", EAST, "sales_lead", leads=(EAST,))
        self.admin = person("周敏", None, "sales_admin")
        self.today = date(2026, 3, 10)
        self._versions = count(1)

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

    def holding(self, caller: Caller, *names: str) -> list[UUID]:
        return [self.add(caller, name) for name in names]

    def many(self, caller: Caller, number: int) -> list[UUID]:
        """So many customers of one owner, written at once."""
        (first,) = self.holding(caller, f"{caller.name}的客户 00000")
        like = {column.key: getattr(self.row(first), column.key) for column in Customer.__table__.columns}
        rows = [
            {**like, "id": new_id(), "name": name, "normalised_name": name}
            for name in (f"{caller.name}的客户 {each:05}" for each in range(1, number))
        ]
        with self.database.session() as session, session.begin():
            session.execute(insert(Customer), rows)
        return [first, *(row["id"] for row in rows)]

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """What the database is asked meanwhile."""
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            asked.append(statement)

        listening.listen(self.database.engine, "before_cursor_execute", note)
        try:
            yield asked
        finally:
            listening.remove(self.database.engine, "before_cursor_execute", note)

    def transfer(self, caller: Caller, to: Caller, customer_ids: Sequence[UUID] | None = None, **fields: Any) -> dict[str, Any]:
        which = {} if customer_ids is None else {"customer_ids": [str(each) for each in customer_ids]}
        transfer = {"to_user_id": to.user_id, "reason": "区域调整", **which, **fields}
        loaded = load(pool.TransferCustomers, transfer)
        answer: dict[str, Any] = dump(pool.TransferAnswer, transfer_customers(self.begin(caller), **loaded))
        return answer

    def set_policy(self, **changes: Any) -> None:
        """Put a policy into force: fields of the pool's or the funnel's."""
        policy = Policy()
        of_pool = {name: value for name, value in changes.items() if hasattr(policy.pool, name)}
        of_funnel = {name: value for name, value in changes.items() if name not in of_pool}
        policy = Policy(replace(policy.funnel, **of_funnel), replace(policy.pool, **of_pool))
        row = tables.Policy(
            version=next(self._versions),
            content=policy.to_json(),
            reason="试行",
            set_by_id=UUID(self.admin.user_id),
            set_by_name=self.admin.name,
            set_at=noon(self.today),
        )
        with self.database.session() as session, session.begin():
            session.add(row)

    # What the gateway tells of the people

    def hear_user(self, user: Caller, *, active: bool = True, successor: Caller | None = None, **changes: Any) -> Event:
        data = {
            "id": user.user_id,
            "login": user.name,
            "name": user.name,
            "department_id": user.department_id or None,
            "roles": sorted(user.roles),
            "active": active,
            "successor_id": successor and successor.user_id,
            **changes,
        }
        event = self._gateway_event("user_changed", user.user_id, data)
        copy_user(self.begin(self.admin, consumer="on_user_changed"), event)
        return event

    def hear_everybody(self) -> None:
        for user in (self.zhang, self.li, self.lead, self.zhao):
            self.hear_user(user)

    def hear_department(self, department_id: UUID, *, lead: Caller | None = None, parent_id: UUID | None = None) -> Event:
        data = {
            "id": str(department_id),
            "name": str(department_id),
            "parent_id": parent_id and str(parent_id),
            "lead_id": lead and lead.user_id,
        }
        event = self._gateway_event("department_changed", str(department_id), data)
        copy_department(self.begin(self.admin, consumer="on_department_changed"), event)
        return event

    def _gateway_event(self, event_type: str, subject: str, data: dict[str, Any]) -> Event:
        return Event(new_id(), "gateway", event_type, subject, noon(self.today), 1, next(self._versions), data)

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
        return Running(new_id(), "test_account", str(product_id), form, caller, "product")

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
        data = {
            "process_id": str(process.id),
            "code": process.code,
            "definition_version": 1,
            "name_zh": process.code,
            "name_en": process.code,
            "owner_service": "customer",
            "title": process.code,
            "subject": {"type": process.subject_type, "id": process.subject_id, "name": "…"},
            "customer_id": None,
            "customer_name": None,
            "initiator": {"id": caller.user_id, "name": caller.name, "department_id": caller.department_id or None},
            "form": {**process.form, **entered},
            "facts": {},
        }
        return Event(new_id(), "workflow", event_type, str(process.id), noon(self.today), 1, 9, data)

    # What has become of it

    def sweep(self, day: date, number: int = 0, of: int = 1) -> dict[str, Any]:
        """One part of so many of the day's sweep."""
        self.today = day
        shard = Shard(self.begin(Caller.system("funnel_sweep")), new_id(), number, of, day, {})
        return sweep_funnel(shard)

    def row(self, customer_id: UUID) -> Customer:
        with self.database.session() as session:
            return session.scalars(select(Customer).where(Customer.id == customer_id)).one()

    def moves(self, customer_id: UUID) -> list[tuple[str | None, str, str]]:
        return [(move.from_tier, move.to_tier, move.rule) for move in self.history(customer_id)]

    def history(self, customer_id: UUID) -> list[TierMove]:
        with self.database.session() as session:
            query = select(TierMove).where(TierMove.customer_id == customer_id).order_by(TierMove.moved_at, TierMove.id)
            return list(session.scalars(query))

    def said(self, event_type: str) -> list[dict[str, Any]]:
        """The data of all events of a type, in the order they were said."""
        with self.database.session() as session:
            query = select(outbox.c.envelope).where(outbox.c.type == event_type).order_by(outbox.c.position)
            return [envelope["data"] for envelope in session.scalars(query)]


def outcome_of(step: Callable[[], Any]) -> str:
    """What comes of doing something: ``"ok"``, or the code of the refusal."""
    try:
        step()
    except Refusal as refusal:
        return refusal.code
    return "ok"


def outcomes_of(work: Callable[[T], Any], items: list[T], *, threads: int = 16) -> list[str]:
    """Do something for all items at the same time.

    :returns: for each what came of it, as :func:`outcome_of`.
    """
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda item: outcome_of(lambda: work(item)), items))


def wait_until_waiting(office: Office, number: int) -> None:
    """Return as soon as so many of the office's transactions wait for a lock."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    deadline = time.monotonic() + 20
    with office.database.session() as session:
        while session.scalar(waiting) != number:
            assert time.monotonic() < deadline, f"{number} never waited"
            session.rollback()  # what a transaction has seen of the activity stays as it was
            time.sleep(0.005)
