"""The bus and the jobs' broker: whether they let us in, and whether what stands there is what the code declares.

Imported in green processes only: what queues there are is read from the services' classes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from amqp.exceptions import AccessRefused, AMQPError, NotAllowed, NotFound, PreconditionFailed
from kombu.exceptions import KombuError

from deploy.catalogue import CONTAINERS, services_with_tasks
from deploy.doctor.finding import Finding, broken, note, wrong
from deploy.subscriptions import Subscription, subscriptions
from services.kit.bus.links import bound_waits, broker_connection
from services.kit.bus.publisher import events_exchange
from services.kit.bus.retries import RetryQueues, dead_letter_queue, event_queue_arguments
from services.kit.server_urls import BEAT, WORKER
from services.kit.settings import Settings

_CONNECT_SECONDS: Final = 5.0
_ANSWER_SECONDS: Final = 5.0
_WAITING_MAX: Final = 1000
_MEANS_NO_BUS: Final = "No service answers any other, and events and jobs wait."


class _Queue(NamedTuple):
    messages: int
    consumers: int


def of_brokers(settings: Settings) -> Iterator[Finding]:
    """Both brokers; the embedded one lives in the process that serves, and cannot be seen from here."""
    if settings.is_embedded:
        return
    bus = {service: settings.amqp_url_of(service) for service in CONTAINERS}
    yield from _of_users("L2C_AMQP_URL", bus, lambda connection, service: _of_bus(connection, settings, service))
    jobs = {user: settings.celery_broker_url_of(user) for user in (WORKER, BEAT)}
    yield from _of_users("L2C_CELERY_BROKER_URL", jobs, _of_jobs)


def _of_users(setting: str, urls: dict[str, str], look: Callable[[Any, str], Iterator[Finding]]) -> Iterator[Finding]:
    """What each user finds there; one that all are is told once of what keeps it out."""
    refused: set[str] = set()
    for user, url in urls.items():
        if url in refused:
            continue
        try:
            with broker_connection(url, connect_timeout=_CONNECT_SECONDS) as connection:
                connection.connect()
                bound_waits(connection, _ANSWER_SECONDS)  # a queue without a leader answers nothing
                yield from look(connection, user)
        except (OSError, AMQPError, KombuError) as error:
            refused.add(url)
            yield _unreachable(setting if len(set(urls.values())) == 1 else f"{setting} ({user})", error)


def _unreachable(setting: str, error: Exception) -> Finding:
    words = " ".join(str(error).split())
    if isinstance(error, NotAllowed):
        return broken(
            setting,
            f"names a virtual host that is not there, or not for this user: {words}",
            _MEANS_NO_BUS,
            "`rabbitmqctl add_vhost NAME`, and `rabbitmqctl set_permissions -p NAME USER …`.",
        )
    if isinstance(error, AccessRefused):
        return broken(
            setting, f"is refused: {words}", _MEANS_NO_BUS, "Mend user and password in it, or the user's rights at the broker."
        )
    return broken(
        setting, f"leads nowhere: {words or type(error).__name__}", _MEANS_NO_BUS, f"Is the broker up, and {setting} its address?"
    )


def _of_bus(connection: Any, settings: Settings, service: str) -> Iterator[Finding]:
    wanted = subscriptions()
    exchange = events_exchange(service).name
    if any(each.source == service for each in wanted) and not _has_exchange(connection, exchange):
        yield wrong(
            f"bus {service}",
            f"has no exchange {exchange}",
            "The service's relay has never run here.",
            f"Start `l2c relay {service}`, or one without a name: it declares it, with the queues of all who listen.",
        )
    yield from _of_handlers(connection, settings, service, [each for each in wanted if each.consumer == service])
    yield from _of_dead_letters(connection, service)


def _of_handlers(connection: Any, settings: Settings, service: str, wanted: list[Subscription]) -> Iterator[Finding]:
    found = {each: _look(connection, each.queue_name) for each in wanted}
    absent = sum(queue is None for queue in found.values())
    if absent:
        yield wrong(
            f"bus {service}",
            f"lacks {absent} of {len(found)} queues",
            "Events for them reach nobody.",
            f"Start `l2c run {service}` or `l2c relay`: either declares them.",
        )
    arguments = event_queue_arguments(service, quorum=settings.quorum_queues)
    there = {each.queue_name: arguments for each, queue in found.items() if queue is not None}
    for queue in RetryQueues(service, settings.event_retry_delays_seconds, quorum=settings.quorum_queues).queues:
        if _look(connection, queue.name) is not None:
            there[queue.name] = queue.queue_arguments or {}
    yield from _of_arguments(connection, service, there)
    counted = {each.queue_name: queue for each, queue in found.items() if queue is not None}
    if counted and not any(queue.consumers for queue in counted.values()):
        yield wrong(
            f"bus {service}",
            f"nobody takes its events; {sum(queue.messages for queue in counted.values())} wait",
            "What follows from them does not happen, until somebody does.",
            f"Start `l2c run {service}`.",
        )
    for name, queue in counted.items():
        if queue.messages > _WAITING_MAX:
            yield wrong(
                f"bus {service}",
                f"{queue.messages} events wait in {name}",
                "They are handled late.",
                f"Look at {service}'s log: does the handler fail, or is one process too few?",
            )


def _of_arguments(connection: Any, service: str, wanted: dict[str, dict[str, Any]]) -> Iterator[Finding]:
    """Declared once more, as the service will: a queue of the same arguments takes that, and another refuses it."""
    for name, arguments in wanted.items():
        with _channel(connection) as channel:
            try:
                channel.queue_declare(queue=name, durable=True, auto_delete=False, arguments=arguments)
            except PreconditionFailed as error:
                yield broken(
                    f"bus {service}",
                    f"the queue {name} has other arguments than the code's: {' '.join(str(error).split())}",
                    f"{service} does not start.",
                    "Delete the queue once it is empty, or go back to the setting it was made by "
                    "(L2C_QUORUM_QUEUES, L2C_EVENT_RETRY_DELAYS_SECONDS).",
                )
            except AccessRefused:
                yield note(
                    f"bus {service}",
                    f"this user may not declare {name}, and so not compare it",
                    "Its arguments are not known to be right.",
                    "Ask again as the service's own user.",
                )
                return


def _of_dead_letters(connection: Any, service: str) -> Iterator[Finding]:
    parked = _look(connection, dead_letter_queue(service))
    if parked is not None and parked.messages:
        yield wrong(
            f"dead letters {service}",
            f"{parked.messages} events failed too often and are parked",
            "What follows from them did not happen.",
            f"`l2c dead-letters list {service}` says why; mend that, then `l2c dead-letters replay {service}`.",
        )


def _of_jobs(connection: Any, user: str) -> Iterator[Finding]:
    # Beat only has to get in: what stands there is the workers' matter.
    for service in services_with_tasks() if user == WORKER else ():
        queue = _look(connection, service)
        if queue is None or not queue.consumers:
            waiting = 0 if queue is None else queue.messages
            yield wrong(
                f"jobs {service}",
                f"no worker takes its tasks; {waiting} wait",
                "Nothing of it is done: bills, sweeps, letters.",
                f"Start `l2c worker {service}`, or one without a name for all.",
            )


def _look(connection: Any, queue: str) -> _Queue | None:
    with _channel(connection) as channel:
        try:
            declared = channel.queue_declare(queue=queue, passive=True)
        except NotFound:
            return None
        return _Queue(declared.message_count, declared.consumer_count)


def _has_exchange(connection: Any, exchange: str) -> bool:
    with _channel(connection) as channel:
        try:
            channel.exchange_declare(exchange=exchange, type="topic", passive=True)
        except NotFound:
            return False
        return True


@contextmanager
def _channel(connection: Any) -> Iterator[Any]:
    """A channel of its own: a refusal closes it."""
    channel = connection.channel()
    try:
        yield channel
    finally:
        if channel.is_open:
            channel.close()
