"""The unit of work: one transaction with its caller, its instant, its events and its audit entries.

A use case takes a :class:`Begin` and does everything between ``with begin() as work:`` and the end of that block::

    def release_customer(begin: Begin, customer_id: UUID, reason: str) -> None:
        with begin() as work:
            customer = customers.lock_visible(work, customer_id)
            ...
            work.publish("customer_released", customer.id, {...}, version=customer.version)
            work.audit("customer_released", ("customer", customer.id), why=reason)

Leaving the block writes what was said and noted, a statement each, and commits; an exception rolls everything back.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.kit.audit import AuditEntry, write_audit_entries
from services.kit.caller import CallContext, Caller
from services.kit.clock import business_date, utc_now
from services.kit.database import Database, read_one_moment
from services.kit.envelope import Event
from services.kit.ids import new_id, new_ids
from services.kit.inbox import note_consumed
from services.kit.outbox import EventContracts, event_data, write_events
from services.kit.tracing import Kind, Span, span

_DATABASE = {"db.system.name": "postgresql"}


@dataclass(frozen=True)
class Fact:
    """Something to publish; as the parameters of :meth:`UnitOfWork.publish`."""

    type: str
    subject: object
    payload: Mapping[str, Any]
    version: int = 0


@dataclass
class UnitOfWork:
    """One open transaction.

    :param now: the instant that counts as now for all of it, in UTC.
    :param said: the events of it, and ``noted`` its audit entries; both are written at its end.
    """

    session: Session
    source: str
    contracts: EventContracts
    context: CallContext
    now: datetime
    said: list[Event] = field(default_factory=list)
    noted: list[AuditEntry] = field(default_factory=list)

    @property
    def caller(self) -> Caller:
        return self.context.caller

    @property
    def today(self) -> date:
        """The business day (Shanghai) of :attr:`now`."""
        return business_date(self.now)

    def new_id(self) -> UUID:
        return new_id()

    def publish(self, event_type: str, subject: object, payload: Mapping[str, Any], *, version: int = 0) -> Event:
        """Say a fact to whoever listens, if and when this transaction commits.

        :param event_type: one of this service's contract.
        :param subject: the id of the aggregate.
        :param payload: values for the contract's schema to dump.
        :param version: the aggregate's, after this change.
        """
        return self.publish_all([Fact(event_type, subject, payload, version)])[0]

    def publish_all(self, facts: Sequence[Fact]) -> list[Event]:
        """Say many facts, in their order."""
        self._require_no_savepoint()
        events = [self._event(event_id, fact) for event_id, fact in zip(new_ids(len(facts)), facts, strict=True)]
        self.said += events
        return events

    def _event(self, event_id: UUID, fact: Fact) -> Event:
        contract = self.contracts[fact.type]
        return Event(
            id=event_id,
            source=self.source,
            type=fact.type,
            subject=str(fact.subject),
            time=self.now,
            contract_version=contract.version,
            aggregate_version=fact.version,
            data=event_data(contract, fact.payload),
            trace=self.context.trace,
        )

    def audit(
        self,
        action: str,
        subject: tuple[str, object],
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        why: str = "",
    ) -> None:
        """Leave an audit entry in this transaction."""
        self.audit_all([AuditEntry(action, subject, before, after, why)])

    def audit_all(self, entries: Sequence[AuditEntry]) -> None:
        """Leave many audit entries."""
        self._require_no_savepoint()
        self.noted += entries

    def _require_no_savepoint(self) -> None:
        assert not self.session.in_nested_transaction(), "a savepoint rolled back would not take back what was said in it"


def _write_down(work: UnitOfWork) -> None:
    """Write what was said and noted: at the end, so that it takes two statements however often something was."""
    if work.noted:
        write_audit_entries(work.session, work.context, work.now, work.noted)
    if work.said:
        write_events(work.session, work.said, work.context)


@dataclass(frozen=True)
class Begin:
    """Opens units of work for one call: knows the database, the events that may be said, and on whose behalf.

    :param service: whose database and events these are.
    :param consumer: the name of the event handler at work, if it is one; events count once for each consumer.
    """

    service: str
    database: Database
    contracts: EventContracts
    context: CallContext
    consumer: str = ""

    @contextmanager
    def __call__(self, consuming: Event | None = None) -> Iterator[UnitOfWork]:
        """A transaction; committed at the block's end.

        :param consuming: the event being handled; its inbox row is written in this same transaction.
        :raises AlreadyConsumed: before the block, if this consumer has handled it.
        """
        with self._span("transaction") as traced, self.database.session() as session, session.begin():
            now = self.context.as_of or utc_now()
            if consuming is not None:
                # The real time, not a pretended one: it is what retention counts from.
                note_consumed(session, self.consumer, consuming, utc_now())
            work = UnitOfWork(session, self.service, self.contracts, self.context, now)
            yield work
            _write_down(work)
            traced.note({"l2c.events": len(work.said), "l2c.audit_entries": len(work.noted)})

    @contextmanager
    def asking(self) -> Iterator[UnitOfWork]:
        """For what only asks, by queries of which each stands for itself; a third of the way to the database and back.

        Under PostgreSQL's READ COMMITTED each query of a transaction sees its own moment, too.
        """
        with self._span("queries"), self.database.asking_session() as session:
            work = UnitOfWork(session, self.service, self.contracts, self.context, self.now)
            yield work
            assert not [*work.said, *work.noted], "who only asks has nothing to say"

    @contextmanager
    def at_one_moment(self) -> Iterator[tuple[UnitOfWork, "Begin"]]:
        """A transaction that sees one moment, and what begins no other: the units of work of the use cases that are given it are
        this very one. For an answer that takes several of them, or one several times."""
        with self() as work:
            read_one_moment(work.session)
            yield work, _Begun(self.service, self.database, self.contracts, self.context, self.consumer, work=work)

    @contextmanager
    def in_one_transaction(self) -> Iterator["Begin"]:
        """A transaction of which the units of work are parts that are begun with what it gives, one after the other: all of them
        are committed at its end, or none."""
        parts = _Parts()
        with self._span("transaction"), self.database.session() as session, session.begin():
            yield _Part(self.service, self.database, self.contracts, self.context, session=session, parts=parts)
            assert parts.are_whole, "what failed was written in part, and would be committed"
        for action in parts.afterwards:
            action(self)

    def once_committed(self, action: Callable[["Begin"], object]) -> None:
        """Do what others shall not hear of before it is there for them to see: now, unless what was begun is part of a
        transaction that goes on.

        :param action: is given what begins others.
        """
        action(self)

    def _span(self, name: str) -> Span:
        """Of the database's work as a whole: what its statements are tells the log of slow ones."""
        return span(self.service, name, Kind.INTERNAL, self.context.trace, _DATABASE)

    def on_behalf_of(self, caller: Caller) -> "Begin":
        """The same, for another caller."""
        return replace(self, context=self.context.on_behalf_of(caller))

    @property
    def now(self) -> datetime:
        """The instant a unit of work begun now would have."""
        return self.context.as_of or utc_now()


@dataclass(frozen=True)
class _Begun(Begin):
    """Of :meth:`Begin.at_one_moment`: whoever begins is in it already."""

    work: UnitOfWork = field(kw_only=True)

    @contextmanager
    def __call__(self, consuming: Event | None = None) -> Iterator[UnitOfWork]:
        assert consuming is None, "an event is handled in a transaction of its own"
        yield self.work

    @contextmanager
    def asking(self) -> Iterator[UnitOfWork]:
        yield self.work


@dataclass
class _Parts:
    """What the parts of one transaction have in common.

    :ivar are_whole: whether none is open, nor ended by an error: it would have been rolled back, were it not a part.
    :ivar afterwards: what waits for the commit.
    """

    are_whole: bool = True
    afterwards: list[Callable[[Begin], object]] = field(default_factory=list)


@dataclass(frozen=True)
class _Part(Begin):
    """Of :meth:`Begin.in_one_transaction`: a part as whoever begins it would have a transaction, with an empty session."""

    session: Session = field(kw_only=True)
    parts: _Parts = field(kw_only=True)

    @contextmanager
    def __call__(self, consuming: Event | None = None) -> Iterator[UnitOfWork]:
        assert consuming is None, "an event is handled in a transaction of its own"
        with self.asking() as work:
            yield work
            _write_down(work)
            work.said, work.noted = [], []

    @contextmanager
    def asking(self) -> Iterator[UnitOfWork]:
        assert self.parts.are_whole, "a part begins when the one before it has ended, and ended well"
        self.parts.are_whole = False
        work = UnitOfWork(self.session, self.service, self.contracts, self.context, self.now)
        yield work
        assert not [*work.said, *work.noted], "who only asks has nothing to say"
        self.session.flush()
        self.session.expunge_all()  # as if it had ended: what the next part looks at, it reads
        self.parts.are_whole = True

    def once_committed(self, action: Callable[[Begin], object]) -> None:
        self.parts.afterwards.append(action)
