"""The relay: takes events from the outbox to the bus, in order, and marks what the broker has confirmed.

At least once: killed between the broker's confirm and the mark, it publishes that batch again, and consumers' inboxes drop it.

One relay of a service works at a time (an advisory lock held for the batch), the others stand by: that keeps an aggregate's
events in order, which ``SKIP LOCKED`` between several could not (decision 0004).
"""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import psycopg
from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError

from services.kit.bus.links import LINK_ERRORS, PublishError
from services.kit.caller import CallContext, Caller
from services.kit.clock import utc_now
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.outbox import CHANNEL
from services.kit.pulse import Pulse
from services.kit.retention import prune
from services.kit.tables import outbox
from services.kit.telemetry import EVENTS_PUBLISHED

_log = logging.getLogger(__name__)

BATCH_SIZE = 500
POLL_SECONDS = 5.0
"""How long a relay sleeps at most when no notification wakes it: the fallback for one that was lost."""
RECONNECT_SECONDS = 1.0
TURN_SECONDS_MAX = 60.0
"""How long one turn may take. A batch has ten seconds for the broker; a database that died in silence is given up in thirty."""
PRUNE_EVERY_SECONDS = 3600.0
_RELAY_LOCK = 0x4C3243  # "L2C"; advisory locks are per database, so one number does for every service.


class Publisher(Protocol):
    """Where events go; see :class:`services.kit.bus.publisher.EventPublisher`."""

    def declare(self, source: str) -> None: ...

    def publish(self, batch: Sequence[tuple[Event, CallContext]]) -> None: ...


class Relay:
    """Publishes one service's outbox.

    :param service: the events' source.
    :param should_stop: asked after each batch and each wait.
    :ivar pulse: shows that it publishes, or tries.
    """

    def __init__(
        self, service: str, database: Database, publisher: Publisher, should_stop: Callable[[], bool] = lambda: False
    ) -> None:
        self.service = service
        self.database = database
        self.publisher = publisher
        self.should_stop = should_stop
        self.pulse = Pulse(service, TURN_SECONDS_MAX)
        self._prune_next = time.monotonic()

    def run(self) -> None:
        """Publish until told to stop; outlives restarts of the broker and of the database."""
        while not self.should_stop():
            self.pulse.beat()
            try:
                self.publisher.declare(self.service)
                self._publish_as_woken()
            except (PublishError, *LINK_ERRORS, SQLAlchemyError, psycopg.Error) as error:
                # Either end is away. What is not marked is taken again; the pause keeps a dead server from being hammered.
                _log.warning("relay of %s waits for its servers: %s", self.service, error)
                time.sleep(RECONNECT_SECONDS)

    def publish_batch(self) -> int:
        """Publish what waits, at most :data:`BATCH_SIZE`, and mark it.

        :returns: how many were published; 0 also when another relay is at work.
        """
        with self.database.session() as session, session.begin():
            if not session.scalar(select(func.pg_try_advisory_xact_lock(_RELAY_LOCK))):
                return 0
            rows = session.execute(
                select(outbox.c.id, outbox.c.envelope, outbox.c.headers)
                .where(outbox.c.published_at.is_(None))
                .order_by(outbox.c.position)
                .limit(BATCH_SIZE)
            ).all()
            if not rows:
                return 0
            sender = Caller.system(self.service)
            self.publisher.publish(
                [(Event.from_wire(row.envelope), CallContext.from_headers(row.headers, default=sender)) for row in rows]
            )
            published = [row.id for row in rows]
            session.execute(update(outbox).where(outbox.c.id.in_(published)).values(published_at=utc_now()))
            EVENTS_PUBLISHED.labels(self.service).inc(len(rows))
            return len(rows)

    def _publish_as_woken(self) -> None:
        connection_url = self.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(connection_url, autocommit=True) as listener:
            # Listening before the first look: nothing written in between is missed.
            listener.execute(f"LISTEN {CHANNEL}")
            while not self.should_stop():
                self.pulse.beat()
                while self.publish_batch() == BATCH_SIZE:
                    self.pulse.beat()
                self._prune_at_times()
                for _ in listener.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass

    def _prune_at_times(self) -> None:
        if time.monotonic() < self._prune_next:
            return
        self._prune_next = time.monotonic() + PRUNE_EVERY_SECONDS
        if gone := prune(self.database, utc_now()):
            _log.info("pruned %d old rows of %s's outbox, inbox and answered calls", gone, self.service)
