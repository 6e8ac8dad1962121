"""Who is told over channels, what they have set, and units of work that are about it."""

from base64 import b64encode
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.contracts.notify import EVENTS
from services.contracts.notify_channel_calls import SetMessagePreferences
from services.kit.caller import CallContext, Caller
from services.kit.clock import SHANGHAI
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.ids import new_id
from services.kit.schema import load
from services.kit.sealing import Seals
from services.kit.settings import Settings
from services.kit.unit_of_work import Begin
from services.notify.domain.recipients import Recipient
from services.notify.usecases.copy_department import copy_department
from services.notify.usecases.copy_user import copy_user
from services.notify.usecases.couriers import channels_with_servers
from services.notify.usecases.post_messages import post_messages
from services.notify.usecases.send_letters import send_letters
from services.notify.usecases.set_preferences import set_preferences
from services.notify.usecases.show_preferences import show_preferences

SALES, LEAD, FINANCE, CUSTOMER = (str(UUID(int=number)) for number in range(1, 5))
DIVISION, DEPARTMENT = str(UUID(int=11)), str(UUID(int=12))
MORNING = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI).astimezone(UTC)
SEALING_KEY, NEXT_SEALING_KEY = (b64encode(bytes([number]) * 32).decode() for number in (1, 2))
EVERYTHING = ("task", "funnel", "contract", "billing", "payment", "customer", "system")


def settings_of(
    database: Database,
    *,
    smtp_url: str = "",
    robot_hosts: tuple[str, ...] = (),
    sealing_keys: tuple[str, ...] = (SEALING_KEY,),
) -> Settings:
    return Settings(
        database_url=database.url,
        amqp_url="l2c-memory://",
        celery_broker_url="memory://",
        files_folder=Path("unused"),
        smtp_url=smtp_url,
        mail_from="L2C <l2c@example.com>",
        robot_hosts=robot_hosts,
        sealing_keys=sealing_keys,
        console_url="https://l2c.example.com",
    )


def begin_of(database: Database, *, at: datetime = MORNING, caller: Caller | None = None, consumer: str = "") -> Begin:
    return Begin("notify", database, EVENTS, CallContext(caller or Caller.system("notify"), as_of=at), consumer)


def person(user_id: str, **claims: Any) -> Caller:
    return Caller(user_id, "张伟", **claims)


def user_changed(user_id: str, version: int = 1, **changes: Any) -> Event:
    data = {
        "id": user_id,
        "login": f"u{user_id[-2:]}",
        "name": "张伟",
        "email": f"u{int(UUID(user_id))}@example.com",
        "department_id": DEPARTMENT,
        "roles": ["sales"],
        "active": True,
        "successor_id": None,
        **changes,
    }
    return Event(new_id(), "gateway", "user_changed", user_id, MORNING, 1, version, data)


def department_changed(department_id: str, parent_id: str | None, lead_id: str | None, version: int = 1) -> Event:
    data = {"id": department_id, "name": "销售一部", "parent_id": parent_id, "lead_id": lead_id}
    return Event(new_id(), "gateway", "department_changed", department_id, MORNING, 1, version, data)


def know_the_people(database: Database) -> None:
    """A salesperson in a department without a lead, below one with a lead; and somebody in finance."""
    for event in (
        user_changed(SALES),
        user_changed(LEAD, name="李领导", roles=["sales", "sales_lead"]),
        user_changed(FINANCE, name="钱会计", department_id=None, roles=["finance"]),
    ):
        copy_user(begin_of(database, consumer="on_user_changed"), event)
    for event in (department_changed(DIVISION, None, LEAD), department_changed(DEPARTMENT, DIVISION, None)):
        copy_department(begin_of(database, consumer="on_department_changed"), event)


def channel(name: str = "email", **content: Any) -> dict[str, Any]:
    return {"channel": name, "at_once": list(EVERYTHING), **content}


def prefer(database: Database, settings: Settings, user_id: str, *channels: dict[str, Any], **content: Any) -> dict[str, Any]:
    """Set somebody's preferences, whatever they were."""
    begin = begin_of(database, caller=person(user_id))
    seen = show_preferences(begin, (), Seals.of(settings))["version"]
    wanted = load(SetMessagePreferences, {"version": seen, "digest_at": "09:00", "channels": list(channels), **content})
    return set_preferences(begin, channels_with_servers(settings), settings.robot_hosts, Seals.of(settings), **wanted)


def seen_by(database: Database, settings: Settings, user_id: str, *, at: datetime = MORNING) -> dict[str, Any]:
    """What the first of somebody's channels is said to do."""
    begin = begin_of(database, at=at, caller=person(user_id))
    first: dict[str, Any] = show_preferences(begin, channels_with_servers(settings), Seals.of(settings))["channels"][0]
    return first


def task_event(number: int = 1, user_id: str = SALES, kind: str = "node_entered") -> Event:
    task_id = str(UUID(int=1000 + number))
    data: dict[str, Any] = {
        "process_id": str(UUID(int=500 + number)),
        "code": "write_off",
        "name_zh": "销账",
        "name_en": "Write-off",
        "title": f"销账 {number} 号",
        "customer_id": CUSTOMER,
        "initiator": {"id": SALES, "name": "王芳", "department_id": DEPARTMENT},
        "node": {"code": "confirm", "name_zh": "销售确认", "name_en": "Confirmation"},
        "tasks": [{"id": task_id, "user_id": user_id, "user_name": "张伟"}],
        "task_ids": [task_id],
    }
    return Event(new_id(), "workflow", kind, data["process_id"], MORNING, 1, 1, data)


def fall_event() -> Event:
    """For the owner, who is the salesperson, and for the department's lead."""
    data: dict[str, Any] = {
        "customer_id": CUSTOMER,
        "customer_name": "上海云帆",
        "from_tier": "intent",
        "to_tier": "silent",
        "rule": "intent_without_log",
        "process_id": None,
        "facts": {},
        "owner_id": SALES,
        "owner_department_id": DEPARTMENT,
        "former_owner_id": SALES,
        "former_owner_department_id": DEPARTMENT,
        "superior_department_id": DEPARTMENT,
    }
    return Event(new_id(), "customer", "tier_changed", CUSTOMER, MORNING, 1, 1, data)


def row_to(recipient: Recipient) -> dict[str, Any]:
    """Of a message to whoever that is."""
    return {
        "id": new_id(),
        "deduplication_key": f"test/{recipient.key}",
        "addressee": recipient.key,
        "recipient_kind": recipient.kind,
        "user_id": recipient.user_id and UUID(recipient.user_id),
        "department_id": recipient.department_id and UUID(recipient.department_id),
        "role": recipient.role,
        "category": "system",
        "place": "system",
        "severity": "info",
        **{f"{part}_{language}": "维护" for part in ("title", "text") for language in ("zh", "en")},
        "link": "/messages",
        "customer_id": None,
        "task_id": None,
        "posted_at": MORNING,
        "done_at": None,
    }


def post(database: Database, event: Event, *, at: datetime = MORNING) -> None:
    post_messages(begin_of(database, at=at, consumer=f"on_{event.type}"), event)


def send(database: Database, settings: Settings, *, at: datetime = MORNING) -> int:
    return send_letters(begin_of(database, at=at), settings)


def rows(database: Database, query: str) -> list[Any]:
    with database.session() as session:
        return list(session.execute(text(query)).all())


def let_leases_run_out(database: Database) -> None:
    """As if the time in which a dead worker is waited for were over."""
    with database.session() as session, session.begin():
        session.execute(text("UPDATE letters SET claimed_until = now() - interval '1 second' WHERE claimed_until IS NOT NULL"))


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant in March 2026."""
    return datetime.combine(date(2026, 3, day), time(hour, minute), tzinfo=SHANGHAI).astimezone(UTC)
