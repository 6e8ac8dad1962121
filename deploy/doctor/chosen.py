"""Settings that are valid, and still not what somebody would choose who knew what they do."""

import os
import socket
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from deploy.doctor.finding import Finding, broken, note, wrong
from services.kit.settings import Settings, SettingsError
from services.kit.tracing import is_asked_for

_DEMO_SELLER: Final = "示范通信技术有限公司"
_CONNECT_SECONDS: Final = 3.0


def of_settings(settings: Settings) -> Iterator[Finding]:
    """What the settings say together."""
    if not settings.is_embedded:
        yield from _of_money(settings)
        yield from _of_servers(settings)
    yield from _of_the_door(settings)
    if settings.seller_name == _DEMO_SELLER:
        yield note(
            "L2C_SELLER_NAME",
            f"is the demo's, {_DEMO_SELLER}",
            "Statements are from a company that does not exist.",
            "Set it to the company that runs this, with L2C_SELLER_BANK and L2C_SELLER_BANK_ACCOUNT.",
        )


def _of_money(settings: Settings) -> Iterator[Finding]:
    if settings.allow_as_of:
        yield wrong(
            "L2C_ALLOW_AS_OF",
            "is on",
            "Whoever signs in may act at another time: bills, interest and reminders of any day.",
            "Set it to false where money is real; it is for demos and tests.",
        )
    if not settings.quorum_queues:
        yield wrong(
            "L2C_QUORUM_QUEUES",
            "is off",
            "Events wait on one node of RabbitMQ: they are lost with its disk.",
            "Set it to true before the queues are made; existing ones must be deleted, empty, to be made anew.",
        )


def _of_servers(settings: Settings) -> Iterator[Finding]:
    if "{service}" not in settings.database_url:
        yield broken(
            "L2C_DATABASE_URL",
            "names one database for all services",
            "Their tables meet: outbox, inbox, customers.",
            "Put {service} in place of the database's name, and run `l2c migrate`.",
        )
    if settings.amqp_url == settings.celery_broker_url:
        yield wrong(
            "L2C_CELERY_BROKER_URL",
            "is the bus's own virtual host",
            "Celery's queues are named as the services are, and meet theirs.",
            "Give jobs a virtual host of their own.",
        )


def _of_the_door(settings: Settings) -> Iterator[Finding]:
    is_tls = bool(settings.tls_certificate_file) or settings.console_url.startswith("https://")
    if is_tls and not settings.cookie_secure:
        yield wrong(
            "L2C_COOKIE_SECURE",
            "is off, and people come by https",
            "A session's cookie is sent without TLS, too, if somebody is led there.",
            "Set it to true.",
        )
    if settings.cookie_secure and settings.console_url.startswith("http://"):
        yield broken(
            "L2C_COOKIE_SECURE",
            f"is on, and people come by {settings.console_url}",
            "Browsers do not keep the cookie: nobody stays signed in.",
            "Put TLS before the gateway and set L2C_CONSOLE_URL to https://…, or switch it off.",
        )
    if is_tls and not settings.tls_certificate_file and settings.trusted_proxies == 0:
        yield wrong(
            "L2C_TRUSTED_PROXIES",
            "is 0, and something before the gateway speaks TLS",
            "All requests seem to come from it: ten wrong passwords of one person slow everybody's sign-in.",
            "Set it to the number of proxies that tell in X-Forwarded-For whom they heard from.",
        )


def of_tracing(environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Whether spans go anywhere."""
    try:
        if not is_asked_for(environment):
            return
    except SettingsError as error:
        yield broken(
            "OTEL_…", str(error), "No process starts.", "Set it to http/protobuf, and the endpoint to the collector's port 4318."
        )
        return
    endpoint = environment.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") or environment["OTEL_EXPORTER_OTLP_ENDPOINT"]
    url = urlsplit(endpoint)
    try:
        port = url.port or (443 if url.scheme == "https" else 80)
        socket.create_connection((url.hostname or "", port), _CONNECT_SECONDS).close()
    except (OSError, ValueError) as error:
        yield wrong(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            f"{endpoint} does not answer: {error}",
            "Traces are lost; nothing else suffers.",
            "Start the collector, or take the variable away.",
        )
