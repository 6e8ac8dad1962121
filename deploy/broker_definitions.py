"""The broker's users, with the least rights that each needs, and what they share: for ``rabbitmqctl import_definitions``.

Read from the services' classes, so that a new handler or call has its right by itself. Imported in green processes only.

A service may make, read and remove its own queues, and publish by its own exchanges: events, retries, what returns to its queues.
It hears the kinds of events that it has handlers for, calls the services that it has clients of, and answers. The exchanges that
all share are made here, since whoever may make one may remove it. So are the queues that dead-letter: whoever makes one must be
allowed to publish to the default exchange, and by that to everybody's queue.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from inspect import getmembers
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from kombu import Exchange, Queue

from deploy.catalogue import CONTAINERS, GATEWAY, service_class, services_with_tasks
from deploy.story.usage import SOURCE as MESSAGING_PLATFORM
from deploy.subscriptions import subscriptions
from gateway.streams.hub import HEARD
from services.kit.bus.calls import RPC_EXCHANGE_NAME, rpc_exchange
from services.kit.bus.publisher import events_exchange
from services.kit.bus.retries import RetryQueues, event_queue_arguments, returns_exchange
from services.kit.bus.rpc import ServiceClient
from services.kit.server_urls import BEAT, WORKER
from services.kit.settings import Settings, SettingsError

_ANYTHING: Final = ".*"
_NOTHING: Final = "^$"
_REPLIES: Final = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
"""The routing keys of answers: whoever waits for one makes up a UUID, which nobody else can guess."""

_REPORTS: Final = ("external", "usage_reported")
"""What the messaging platform says, and where."""


def broker_definitions(settings: Settings) -> dict[str, Any]:
    """The definitions, as RabbitMQ reads them. Importing them again changes what is different, and removes nothing.

    :raises SettingsError: if the services are no users of their own, or a password cannot be read.
    """
    if not (settings.has_bus_users and "{service}" in settings.celery_broker_url):
        raise SettingsError("L2C_AMQP_URL and L2C_CELERY_BROKER_URL have no {service}: all services are one user")
    bus = _Host({name: settings.amqp_url_of(name) for name in (*CONTAINERS, MESSAGING_PLATFORM)})
    jobs = _Host({name: settings.celery_broker_url_of(name) for name in (*services_with_tasks(), WORKER, BEAT)})
    _describe_bus(bus, settings)
    _describe_jobs(jobs)
    return {
        "users": [user.to_wire() for user in {user.name: user for user in (*bus.users, *jobs.users)}.values()],
        "vhosts": [{"name": name} for name in dict.fromkeys((bus.name, jobs.name))],
        "permissions": bus.permissions + jobs.permissions,
        "topic_permissions": bus.topic_permissions,
        "exchanges": [*bus.exchanges.values(), *jobs.exchanges.values()],
        "queues": [*bus.queues.values(), *jobs.queues.values()],
        "bindings": bus.bindings + jobs.bindings,
    }


@dataclass(frozen=True)
class _User:
    name: str
    password: str = field(repr=False)

    @classmethod
    def of(cls, url: str) -> "_User":
        parts = urlsplit(url)
        return cls(unquote(parts.username or ""), unquote(parts.password or ""))

    def to_wire(self) -> dict[str, Any]:
        # RabbitMQ's own form (https://www.rabbitmq.com/docs/passwords): the salt, then SHA-256 of salt and password.
        salt = secrets.token_bytes(4)
        digest = hashlib.sha256(salt + self.password.encode()).digest()
        return {
            "name": self.name,
            "password_hash": base64.b64encode(salt + digest).decode(),
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": [],
        }


class _Host:
    """One virtual host, being described.

    :param urls: its address for each of those who use it.
    """

    def __init__(self, urls: dict[str, str]) -> None:
        (self.name,) = {unquote(urlsplit(url).path.removeprefix("/")) for url in urls.values()}
        self._users = {name: _User.of(url) for name, url in urls.items()}
        self.permissions: list[dict[str, Any]] = []
        self.topic_permissions: list[dict[str, Any]] = []
        self.exchanges: dict[str, dict[str, Any]] = {}
        self.queues: dict[str, dict[str, Any]] = {}
        self.bindings: list[dict[str, Any]] = []

    @property
    def users(self) -> list[_User]:
        return list(self._users.values())

    def allow(self, service: str, *, configure: Sequence[str] = (), write: Sequence[str], read: Sequence[str] = ()) -> None:
        """Let somebody do to what has one of these names, each a pattern: make and remove it, send to it, take from it."""
        patterns = {"configure": _one_of(configure), "write": _one_of(write), "read": _one_of(read)}
        self.permissions.append({"user": self._users[service].name, "vhost": self.name, **patterns})

    def allow_topics(self, service: str, exchange: str, *, write: str, read: str) -> None:
        """Of what an exchange carries, let somebody send and hear no more than this."""
        user = self._users[service].name
        self.topic_permissions.append({"user": user, "vhost": self.name, "exchange": exchange, "write": write, "read": read})

    def add_exchange(self, exchange: Exchange) -> None:
        self.exchanges[exchange.name] = {
            "name": exchange.name,
            "vhost": self.name,
            "type": exchange.type,
            "durable": True,
            "auto_delete": False,
            "internal": False,
            "arguments": {},
        }

    def add_queue(self, queue: Queue, *exchanges: tuple[Exchange, str]) -> None:
        """
        :param exchanges: that send to it, each with a routing key.
        """
        arguments = queue.queue_arguments or {}
        self.queues[queue.name] = {
            "name": queue.name,
            "vhost": self.name,
            "durable": True,
            "auto_delete": False,
            "arguments": arguments,
        }
        for exchange, key in exchanges:
            self.add_exchange(exchange)
            self.bindings.append(
                {
                    "source": exchange.name,
                    "vhost": self.name,
                    "destination": queue.name,
                    "destination_type": "queue",
                    "routing_key": key,
                    "arguments": {},
                }
            )


def _describe_bus(bus: _Host, settings: Settings) -> None:
    bus.add_exchange(rpc_exchange())
    for service in CONTAINERS:
        _describe_service(bus, service)
        for queue in RetryQueues(service, settings.event_retry_delays_seconds, quorum=settings.quorum_queues).queues:
            bus.add_queue(queue, (queue.exchange, queue.routing_key))
    for one in subscriptions():
        arguments = event_queue_arguments(one.consumer, quorum=settings.quorum_queues)
        queue = Queue(one.queue_name, durable=True, queue_arguments=arguments)
        bus.add_queue(queue, (events_exchange(one.source), one.type), (returns_exchange(one.consumer), one.queue_name))
    source, kind = _REPORTS
    exchange = events_exchange(source)
    bus.add_exchange(exchange)
    bus.allow(MESSAGING_PLATFORM, write=[re.escape(exchange.name)])
    bus.allow_topics(MESSAGING_PLATFORM, exchange.name, write=_one_of([kind]), read=_NOTHING)


def _describe_service(bus: _Host, service: str) -> None:
    heard = _heard_by(service)
    own_events = events_exchange(service)
    bus.add_exchange(own_events)
    bus.add_exchange(returns_exchange(service))
    # A delay's exchange and queue have one name.
    queues = [f"rpc-{service}", rf"rpc\.reply-{service}-{_REPLIES}", rf"evt-[a-z_-]+--{service}\.[a-z_]+"]
    queues += [rf"{service}\.delay\.[0-9.]+", rf"{service}\.dead-letters"]
    queues += [rf"streams--{service}-[0-9a-f]{{32}}"] if service == GATEWAY else []
    exchanges = [re.escape(own_events.name), rf"{service}\.returns"]
    sources = [re.escape(events_exchange(source).name) for source in heard]
    bus.allow(
        service,
        configure=queues + exchanges,
        write=[*queues, *exchanges, RPC_EXCHANGE_NAME],
        read=[*queues, rf"{service}\.returns", RPC_EXCHANGE_NAME, *sources],
    )
    calls = [rf"{callee}\.[a-z_]+" for callee in _called_by(service)]
    bus.allow_topics(service, RPC_EXCHANGE_NAME, write=_one_of([*calls, _REPLIES]), read=_one_of([rf"{service}\.\*", _REPLIES]))
    for source, kinds in heard.items():
        write = _ANYTHING if source == service else _NOTHING
        bus.allow_topics(service, events_exchange(source).name, write=write, read=_one_of(kinds))


def _describe_jobs(jobs: _Host) -> None:
    services = services_with_tasks()
    for service in services:
        # As Celery makes them: a queue's exchange has its name.
        jobs.add_queue(Queue(service, durable=True), (Exchange(service, type="direct", durable=True), service))
        jobs.allow(service, configure=[service], write=[service], read=[service])
    for user in (WORKER, BEAT):
        jobs.allow(user, configure=services, write=services, read=services)


def _heard_by(service: str) -> dict[str, list[str]]:
    """The types of events that somebody listens to, by source."""
    heard: dict[str, list[str]] = {}
    for one in subscriptions():
        if one.consumer == service:
            heard.setdefault(one.source, []).append(one.type)
    for source, kinds in HEARD.items() if service == GATEWAY else ():
        heard.setdefault(source, []).extend(kinds)
    return heard


def _called_by(service: str) -> Iterator[str]:
    clients = getmembers(service_class(service), lambda member: isinstance(member, ServiceClient))
    yield from sorted({client.target_service for _, client in clients})


def _one_of(patterns: Sequence[str]) -> str:
    return f"^({'|'.join(dict.fromkeys(patterns))})$" if patterns else _NOTHING
