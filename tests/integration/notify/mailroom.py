"""Notify on its database: events that it hears, messages that are in it, and what people find in their inboxes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.contracts import billing, customer, payments, workflow
from services.contracts.notify import EVENTS
from services.contracts.notify_calls import MessageQuery, MessagesMeant
from services.contracts.notify_places import ways_up
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.ids import new_id
from services.kit.jobs import Shard, open_job
from services.kit.schema import dump, load
from services.kit.tables import outbox
from services.kit.unit_of_work import Begin
from services.notify.domain.recipients import Recipient
from services.notify.service import NotifyService
from services.notify.store.messages import insert_messages
from services.notify.usecases.archive_messages import archive_messages
from services.notify.usecases.count_messages import count_messages
from services.notify.usecases.list_messages import list_messages
from services.notify.usecases.mark_messages_read import mark_matching_read, mark_messages_read

CONTRACTS = {"billing": billing.EVENTS, "customer": customer.EVENTS, "payments": payments.EVENTS, "workflow": workflow.EVENTS}
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def counted(inbox: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What the counters must be, by what the inbox shows."""
    messages = [message for message in inbox if not message["done"]]
    tasks = {(message["place"], message["task_id"]): 1 for message in messages if message["task_id"]}
    others = {(each["place"], each["id"]): each["things"] for each in messages if not each["task_id"] and not each["read"]}
    places: Counter[str] = Counter()
    for (place, _), things in (tasks | others).items():
        places.update(dict.fromkeys(ways_up(place), things))
    return {"total": sum(not message["read"] for message in messages), "places": dict(places)}


class Mailroom:
    """:ivar now: the instant at which things happen here."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOON

    def begin(self, caller: Caller | None = None, consumer: str = "") -> Begin:
        context = CallContext(caller or Caller.system("notify"), as_of=self.now)
        return Begin("notify", self.database, EVENTS, context, consumer)

    def hear(self, source: str, event_type: str, *, version: int = 1, subject: str = "", **fields: Any) -> Event:
        """An event as its service's contract has it, by the service's own handler."""
        contract = CONTRACTS[source][event_type]
        event = Event(new_id(), source, event_type, subject, self.now, contract.version, version, dump(contract.schema, fields))
        self.hear_again(event)
        return event

    def hear_again(self, event: Event) -> None:
        """The very event, from whoever has it."""
        service = NotifyService()
        vars(service)["begin"] = self.begin(consumer=f"on_{event.type}")  # as nameko gives it to each worker
        getattr(service, f"on_{event.type}")(event)

    def post(self, *recipients: Recipient, **columns: Any) -> list[UUID]:
        """A message to each recipient, as a template would make it."""
        rows = self.rows(*recipients, **columns)
        with self.begin()() as work:
            insert_messages(work.session, rows)
        return [row["id"] for row in rows]

    def rows(self, *recipients: Recipient, **columns: Any) -> list[dict[str, Any]]:
        words = {"title_zh": "标题", "title_en": "title", "text_zh": "内容", "text_en": "text"}
        plain: dict[str, Any] = {"category": "customer", "place": "customers.pool", "severity": "info", "link": "/pool", **words}
        plain |= {"customer_id": None, "task_id": None, "posted_at": self.now, "done_at": None}
        return [
            {**plain, **columns, "id": new_id(), "deduplication_key": str(new_id()), "addressee": recipient.key}
            | {"recipient_kind": recipient.kind, "role": recipient.role}
            | {"user_id": recipient.user_id and UUID(recipient.user_id)}
            | {"department_id": recipient.department_id and UUID(recipient.department_id)}
            for recipient in recipients
        ]

    def page(self, reader: Caller, **query: Any) -> Any:
        return list_messages(self.begin(reader), **load(MessageQuery, query))

    def inbox(self, reader: Caller, **query: Any) -> list[dict[str, Any]]:
        """The first page, as a query over HTTP asks for it."""
        return list(self.page(reader, **query).items)

    def whole(self, reader: Caller, page_size: int, **query: Any) -> list[dict[str, Any]]:
        """Every page."""
        found, cursor = [], ""
        while True:
            page = self.page(reader, page_size=page_size, cursor=cursor, **query)
            found += page.items
            if page.next_cursor is None:
                return found
            cursor = page.next_cursor

    def texts(self, reader: Caller, **query: Any) -> list[str]:
        return [message["text"]["zh"] for message in self.inbox(reader, **query)]

    def titles(self, reader: Caller, **query: Any) -> list[str]:
        return [message["title"]["zh"] for message in self.inbox(reader, **query)]

    def counts(self, reader: Caller) -> dict[str, Any]:
        return count_messages(self.begin(reader))

    def mark(self, reader: Caller, *message_ids: UUID) -> int:
        """These, or everything."""
        return mark_messages_read(self.begin(reader), message_ids or None)

    def mark_matching(self, reader: Caller, **meant: Any) -> tuple[int, bool]:
        """What a list is narrowed to, as a request over HTTP says it."""
        return mark_matching_read(self.begin(reader), **load(MessagesMeant, meant))

    def said(self, event_type: str) -> list[dict[str, Any]]:
        with self.database.session() as session:
            query = outbox.select().where(outbox.c.type == event_type).order_by(outbox.c.position)
            return [row.envelope["data"] for row in session.execute(query)]

    def archive(self, as_of: date) -> dict[str, int]:
        """The day's job."""
        with self.shard(as_of) as shard:
            return archive_messages(shard)

    @contextmanager
    def shard(self, as_of: date) -> Iterator[Shard]:
        begin = self.begin()
        with begin() as work:
            job_id, _ = open_job(work, "message_archiving", str(new_id()), as_of=as_of)
        yield Shard(begin, job_id, 0, 1, as_of, {})
