"""What is still on its way may arrive; if it does not, where everything stands is told, as the processes end with the run."""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from urllib.error import HTTPError
from urllib.request import urlopen

from amqp.exceptions import NotFound
from kombu import Connection
from psycopg import OperationalError

from deploy.catalogue import services_with_tasks
from deploy.local_cluster import PROCESSES
from services.kit.bus.links import LINK_ERRORS, broker_connection, open_channel
from services.kit.bus.retries import RetryQueues
from services.kit.settings import DATABASES, SERVICES
from tests.chaos.audit import untaken_events
from tests.chaos.crossed_mail import QUEUE, CrossedMail, Route
from tests.chaos.system import System

QUIET_SECONDS_MAX = 300.0
"""How long nothing may change before no more is waited for: RabbitMQ sends on after 180 s what a queue did not confirm, a failed
event waits 60 s for its last try, and sweeps look once a minute."""
SETTLE_SECONDS_MAX = 3600.0
"""How long it may change: a job that hangs is heard of for ever."""

_SHOWN_MAX = 50
_LOOK_SECONDS = 1.0
_ANSWER_SECONDS = 5.0


def wait_until_settled(look: Callable[[], list[str]]) -> list[str]:
    """Look again and again until nothing is wrong, or nothing changes any more. Half of the time at most goes by looking.

    :returns: what is wrong in the end.
    """
    give_up, changed = time.monotonic() + SETTLE_SECONDS_MAX, time.monotonic()
    before: list[str] = []
    while True:
        began = time.monotonic()
        wrong = look()
        looked = time.monotonic()
        if wrong != before:
            before, changed = wrong, looked
        if not wrong or looked > min(give_up, changed + QUIET_SECONDS_MAX):
            return wrong
        time.sleep(max(_LOOK_SECONDS, looked - began))


def whereabouts(system: System, routes: Sequence[Route], mail: CrossedMail) -> list[str]:
    """What every process, queue, and transaction is at, for whoever wants to know why something does not arrive."""
    return [
        *(f"process {name}: {_health(system, name)}" for name in PROCESSES),
        f"mail: {mail.state}",
        *_of_queues(system, routes),
        *_of_events(system, routes),
        *_of_databases(system),
    ]


def _health(system: System, name: str) -> str:
    if not system.cluster.is_running(name):
        return "has ended"
    said = []
    for path in ("/health/live", "/health/ready"):
        try:
            with urlopen(system.cluster.health_url(name, path), timeout=_ANSWER_SECONDS) as answer:  # noqa: S310  # http:// above
                said.append(f"{path} {answer.status}")
        except HTTPError as error:
            with error:
                said.append(f"{path} {error.code} {error.read().decode(errors='replace')}")
        except OSError as error:
            said.append(f"{path} {error}")
    return ", ".join(said)


def _of_events(system: System, routes: Sequence[Route]) -> Iterator[str]:
    try:
        yield from islice(untaken_events(system, routes), _SHOWN_MAX)
    except OperationalError as error:
        yield f"events: {error}"


def _of_queues(system: System, routes: Sequence[Route]) -> Iterator[str]:
    """Queues in which something waits, or which nobody takes from. What a consumer holds is in none of them."""
    delays = system.cluster.settings.event_retry_delays_seconds
    waiting = [queue.name for service in SERVICES for queue in RetryQueues(service, delays, quorum=True).queues]
    events = [QUEUE, *(route.queue for route in routes)]
    try:
        for url, names, have_consumers in (
            (system.rabbitmq.url, events, True),
            (system.rabbitmq.url, waiting, False),
            (system.jobs, services_with_tasks(), True),
        ):
            with broker_connection(url, connect_timeout=_ANSWER_SECONDS) as connection:
                yield from _of_names(connection, names, have_consumers=have_consumers)
    except LINK_ERRORS as error:
        yield f"broker: {type(error).__name__}: {error}"


def _of_names(connection: Connection, names: Sequence[str], *, have_consumers: bool) -> Iterator[str]:
    for name in names:
        with open_channel(connection, _ANSWER_SECONDS) as channel:
            try:
                queue = channel.queue_declare(name, passive=True)
            except NotFound:
                yield f"queue {name}: is not there"
                continue
        if queue.message_count or (have_consumers and not queue.consumer_count):
            yield f"queue {name}: {queue.message_count} wait, {queue.consumer_count} consumers"


def _of_databases(system: System) -> Iterator[str]:
    """Transactions that are open, whom they wait for, and who holds an advisory lock."""
    query = """
        SELECT a.pid, a.state, a.wait_event, now() - a.xact_start, pg_blocking_pids(a.pid), left(a.query, 200),
               ARRAY(SELECT l.classid || '/' || l.objid FROM pg_locks l
                      WHERE l.pid = a.pid AND l.locktype = 'advisory' AND l.granted)
          FROM pg_stat_activity a
         WHERE a.datname = current_database() AND a.xact_start IS NOT NULL AND a.pid <> pg_backend_pid()
    """
    for service in DATABASES:
        try:
            for pid, state, wait, age, blockers, statement, locks in system.ask(service, query):
                yield (
                    f"{service}'s database: {pid} {state} for {age}, waits for {wait or 'nothing'} of {blockers}, "
                    f"advisory locks {locks}: {statement}"
                )
        except OperationalError as error:
            yield f"{service}'s database: {error}"
