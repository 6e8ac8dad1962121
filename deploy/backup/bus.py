"""The broker before a restore: what waits there is of another time than the backup."""

from collections.abc import Sequence

from amqp.exceptions import NotFound
from kombu import Queue

from deploy.catalogue import CONTAINERS, services_with_tasks
from deploy.subscriptions import subscriptions
from services.kit.bus.links import broker_connection, open_channel
from services.kit.bus.retries import RetryQueues
from services.kit.server_urls import WORKER
from services.kit.settings import Settings

_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 15.0
"""How long the broker may take for one answer: about a quorum queue that has no leader yet it gives none."""


class BusInUse(Exception):
    """Somebody consumes from a queue; the message says from which."""


def clear_bus(settings: Settings) -> int:
    """Empty the queues of events and jobs, as far as there are any: a restored system must not hear what it has yet to do.

    :returns: how many messages went.
    :raises BusInUse: if a service still runs; nothing has gone then.
    :raises OSError: if the broker is away, or does not answer.
    """
    if settings.is_embedded:
        return 0  # it went with its process
    waiting: dict[str, list[str]] = {service: [] for service in CONTAINERS}
    for service in CONTAINERS:
        queues = RetryQueues(service, settings.event_retry_delays_seconds, quorum=settings.quorum_queues).queues
        waiting[service] += [queue.name for queue in queues]
    for subscription in subscriptions():
        waiting[subscription.consumer].append(subscription.queue_name)
    gone = sum(_clear(settings.amqp_url_of(service), queues) for service, queues in waiting.items())
    return gone + _clear(settings.celery_broker_url_of(WORKER), services_with_tasks())


def _clear(url: str, names: Sequence[str]) -> int:
    with broker_connection(url, connect_timeout=_CONNECT_SECONDS) as connection:
        there = []
        for name in names:
            # A queue that is missing closes the channel that asked for it.
            with open_channel(connection, _ANSWER_SECONDS) as channel:
                try:
                    declared = channel.queue_declare(name, passive=True)
                except NotFound:
                    continue
            if declared.consumer_count:
                raise BusInUse(f"{name} is consumed from; stop the services first")
            there.append(name)
        with open_channel(connection, _ANSWER_SECONDS) as channel:
            return sum(Queue(name, channel=channel).purge() or 0 for name in there)
