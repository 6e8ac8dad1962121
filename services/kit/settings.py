"""Settings: typed, from the environment, refused at the start if wrong. One code, settings apart, makes every way to run."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

# What runs, not what it does: the kit opens a database and a health port for each of these names and knows no more of them.
SERVICES = ("customer", "workflow", "billing", "payments", "notify")
DATABASES = (*SERVICES, "gateway")
HEALTH_PORTS = (*SERVICES, "relay", "worker", "beat")
"""Whose health ports follow each other; the gateway answers on its HTTP port."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

T = TypeVar("T")


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it."""


@dataclass(frozen=True)
class Settings:
    """How one process runs. Environment names are the fields' in capitals, with ``L2C_`` before.

    :param database_url: of every service's database, ``{service}`` in place of its name.
    :param amqp_url: the bus; ``l2c-memory://`` inside one process.
    :param celery_broker_url: where jobs queue; a virtual host of its own, or ``memory://``.
    :param files_folder: where attachments and statements are kept, unless ``files_url`` says otherwise.
    :param files_url: the S3-compatible store that keeps them instead: ``https://host/bucket/prefix?region=…&style=virtual`` (the
        style, of its addresses, is ``path`` unless said), or ``s3://bucket/prefix`` for Amazon's own. Empty for the folder.
    :param files_access_key: the store's key, and ``files_secret_key`` its secret; empty for those that the machine itself has.
    :param http_address: where the gateway listens, ``host:port``.
    :param health_host: where health ports listen: an address of this host, ``0.0.0.0`` for all of them.
    :param health_port_base: the health ports: the first service's, the next one's 1 higher, and so on; relay, worker and beat
        follow the services. 0: any ports that are free.
    :param max_workers: green threads at work in a service; the database pool and the AMQP pools are as large.
    :param rpc_timeout_seconds: the deadline of a call between services.
    :param page_part_seconds: how long a page of several services' parts waits for them, before it goes without.
    :param event_retry_delays_seconds: how long a failed event waits before each further try; after the last it is parked.
    :param allow_as_of: whether callers may pretend another time (demo and tests; never where money is real).
    :param quorum_queues: whether event queues are replicated; needs RabbitMQ.
    :param cookie_secure: whether the session's cookie is for TLS only.
    :param streams_max: event streams open at once on one gateway process; fewer where it may open fewer files.
    :param stream_heartbeat_seconds: how often an event stream with nothing to say shows that it lives; how soon it ends, at the
        latest, with its session.
    :param console_url: where people reach the console, and with it the gateway: ``https://l2c.example.com``; empty if nobody
        outside this host does. Links that leave the system, and the way back from an identity provider, begin with it.
    :param oidc_issuer: the company's own OpenID provider, by its issuer's address; empty: people sign in by password alone.
    :param oidc_client_id: what the provider knows the gateway by, and ``oidc_client_secret`` what proves it; empty for a public
        client.
    :param oidc_login_claim: which claim names the person: its value is a login here; of ``email``, the address.
    :param seller_name: the company that runs this, as the documents name it that it gives its customers.
    :param seller_bank: where customers pay, and ``seller_bank_account`` the account; empty: not named.
    :param trusted_proxies: how many proxies stand before the gateway, each telling in ``X-Forwarded-For`` whom it heard from.
    :param smtp_url: the mail server: ``smtp://user:password@host:587`` (STARTTLS, unless ``?starttls=off``) or ``smtps://…``
        (TLS from the first byte); user and password only where it asks for them. Empty: no mail is sent.
    :param mail_from: who mail comes from, ``L2C <l2c@example.com>``; needed with ``smtp_url``.
    :param slow_query_seconds: a statement that takes longer is logged; 0: none is.
    :param figures_seconds: how old what the databases and queues hold may be that metrics tell.
    :param robot_hosts: the hosts of group robots that may be posted to, by https, or whole origins (``http://127.0.0.1:9999``);
        kept as origins. Empty: nothing is posted.
    """

    database_url: str
    amqp_url: str
    celery_broker_url: str
    files_folder: Path
    files_url: str = ""
    files_access_key: str = ""
    files_secret_key: str = field(default="", repr=False)
    http_address: str = "127.0.0.1:8000"
    health_host: str = "127.0.0.1"
    health_port_base: int = 8101
    max_workers: int = 32
    rpc_timeout_seconds: float = 10.0
    page_part_seconds: float = 3.0
    event_retry_delays_seconds: tuple[float, ...] = (1.0, 5.0, 30.0, 120.0, 600.0)
    allow_as_of: bool = False
    quorum_queues: bool = True
    cookie_secure: bool = False
    trusted_proxies: int = 0
    streams_max: int = 2000
    stream_heartbeat_seconds: float = 15.0
    console_url: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_login_claim: str = "preferred_username"
    seller_name: str = "示范通信技术有限公司"
    seller_bank: str = ""
    seller_bank_account: str = ""
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    robot_hosts: tuple[str, ...] = ()
    slow_query_seconds: float = 1.0
    figures_seconds: float = 60.0
    log_level: str = "INFO"
    log_format: str = "json"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """
        :raises SettingsError: naming the variable that is missing or wrong.
        """

        def read(name: str, convert: Callable[[str], T]) -> dict[str, T]:
            text = environment.get(f"L2C_{name.upper()}")
            if text is None:
                return {}
            try:
                return {name: convert(text)}
            except ValueError as error:
                shown = "…" if name in _SECRETS else repr(text)
                raise SettingsError(f"L2C_{name.upper()}={shown}: {error}") from error

        values: dict[str, Any] = {}
        for name in ("database_url", "amqp_url", "celery_broker_url", "http_address", "health_host", "log_level", "log_format"):
            values |= read(name, str)
        for name in ("files_access_key", "files_secret_key", "seller_name", "seller_bank", "seller_bank_account"):
            values |= read(name, str)
        for name in ("oidc_client_id", "oidc_client_secret", "oidc_login_claim"):
            values |= read(name, str)
        values |= read("console_url", _address) | read("oidc_issuer", _issuer)
        values |= read("files_folder", Path) | read("files_url", _store_url)
        values |= read("smtp_url", _smtp_url) | read("mail_from", _mail_address)
        values |= read("robot_hosts", _origins)
        for name in ("health_port_base", "max_workers", "trusted_proxies", "streams_max"):
            values |= read(name, int)
        for name in ("rpc_timeout_seconds", "page_part_seconds", "stream_heartbeat_seconds"):
            values |= read(name, float)
        for name in ("slow_query_seconds", "figures_seconds"):
            values |= read(name, float)
        values |= read("event_retry_delays_seconds", _seconds)
        for name in ("allow_as_of", "quorum_queues", "cookie_secure"):
            values |= read(name, _truth)
        missing = [name for name in ("database_url", "amqp_url", "celery_broker_url", "files_folder") if name not in values]
        if missing:
            raise SettingsError(f"not set: {', '.join(f'L2C_{name.upper()}' for name in missing)}")
        settings = cls(**values)
        settings._require_whole_provider()
        settings._require_sender()
        return settings

    def _require_sender(self) -> None:
        if self.smtp_url and not self.mail_from:
            raise SettingsError("not set, and L2C_SMTP_URL is: L2C_MAIL_FROM")

    def _require_whole_provider(self) -> None:
        needed = ("oidc_client_id", "oidc_login_claim", "console_url")
        missing = [f"L2C_{name.upper()}" for name in needed if not getattr(self, name)]
        if self.oidc_issuer and missing:
            raise SettingsError(f"not set, and L2C_OIDC_ISSUER is: {', '.join(missing)}")

    def to_environment(self) -> dict[str, str]:
        """The environment that makes another process run alike; the inverse of :meth:`from_environment`."""
        return {
            "L2C_DATABASE_URL": self.database_url,
            "L2C_AMQP_URL": self.amqp_url,
            "L2C_CELERY_BROKER_URL": self.celery_broker_url,
            "L2C_FILES_FOLDER": str(self.files_folder),
            "L2C_FILES_URL": self.files_url,
            "L2C_FILES_ACCESS_KEY": self.files_access_key,
            "L2C_FILES_SECRET_KEY": self.files_secret_key,
            "L2C_HTTP_ADDRESS": self.http_address,
            "L2C_HEALTH_HOST": self.health_host,
            "L2C_HEALTH_PORT_BASE": str(self.health_port_base),
            "L2C_MAX_WORKERS": str(self.max_workers),
            "L2C_RPC_TIMEOUT_SECONDS": str(self.rpc_timeout_seconds),
            "L2C_PAGE_PART_SECONDS": str(self.page_part_seconds),
            "L2C_EVENT_RETRY_DELAYS_SECONDS": ",".join(str(delay) for delay in self.event_retry_delays_seconds),
            "L2C_ALLOW_AS_OF": str(self.allow_as_of).lower(),
            "L2C_QUORUM_QUEUES": str(self.quorum_queues).lower(),
            "L2C_COOKIE_SECURE": str(self.cookie_secure).lower(),
            "L2C_TRUSTED_PROXIES": str(self.trusted_proxies),
            "L2C_STREAMS_MAX": str(self.streams_max),
            "L2C_STREAM_HEARTBEAT_SECONDS": str(self.stream_heartbeat_seconds),
            "L2C_CONSOLE_URL": self.console_url,
            "L2C_OIDC_ISSUER": self.oidc_issuer,
            "L2C_OIDC_CLIENT_ID": self.oidc_client_id,
            "L2C_OIDC_CLIENT_SECRET": self.oidc_client_secret,
            "L2C_OIDC_LOGIN_CLAIM": self.oidc_login_claim,
            "L2C_SELLER_NAME": self.seller_name,
            "L2C_SELLER_BANK": self.seller_bank,
            "L2C_SELLER_BANK_ACCOUNT": self.seller_bank_account,
            "L2C_SMTP_URL": self.smtp_url,
            "L2C_MAIL_FROM": self.mail_from,
            "L2C_ROBOT_HOSTS": ",".join(self.robot_hosts),
            "L2C_SLOW_QUERY_SECONDS": str(self.slow_query_seconds),
            "L2C_FIGURES_SECONDS": str(self.figures_seconds),
            "L2C_LOG_LEVEL": self.log_level,
            "L2C_LOG_FORMAT": self.log_format,
        }

    @property
    def console_origin(self) -> str:
        """What a link in a mail begins with."""
        return self.console_url or f"http://{self.http_address}"

    @property
    def is_embedded(self) -> bool:
        """Whether the bus lives inside this process."""
        return self.amqp_url.startswith("l2c-memory:")

    def database_url_of(self, service: str) -> str:
        return self.database_url.format(service=service)

    def health_port_of(self, process: str) -> int:
        """
        :param process: one of :data:`HEALTH_PORTS`.
        """
        return self.health_port_base and self.health_port_base + HEALTH_PORTS.index(process)

    def address_of(self, process: str) -> tuple[str, int]:
        """Where a process listens: host and port.

        :param process: ``gateway``, or one of :data:`HEALTH_PORTS`.
        """
        if process != "gateway":
            return self.health_host, self.health_port_of(process)
        host, _, port = self.http_address.rpartition(":")
        return host, int(port)

    def nameko_config(self, service: str) -> dict[str, Any]:
        """The configuration of one service's nameko container; ``settings`` itself is reachable under ``L2C``."""
        return {
            "AMQP_URI": self.amqp_url,
            "WEB_SERVER_ADDRESS": self.http_address,  # the gateway's; a service listens on its health port alone
            "max_workers": self.max_workers,
            "L2C": self,
        }


# What a mistake in one of these is told without.
_SECRETS = frozenset({"smtp_url"})


def _truth(text: str) -> bool:
    if text.lower() not in {"true", "false", "1", "0"}:
        raise ValueError("true or false")
    return text.lower() in {"true", "1"}


def _store_url(text: str) -> str:
    url = urlsplit(text)
    has_bucket = bool(url.netloc if url.scheme == "s3" else url.netloc and url.path.strip("/"))
    if text and not (url.scheme in {"s3", "http", "https"} and has_bucket):
        raise ValueError("https://host/bucket or s3://bucket")
    if url.username or url.password:
        raise ValueError("keys are settings of their own")
    if unknown := parse_qs(url.query).keys() - {"region", "style"}:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    return text


def _smtp_url(text: str) -> str:
    if not text:
        return text
    try:
        url = urlsplit(text)
        url.port  # noqa: B018  # raises for what is no port
    except ValueError:
        # Its own words would quote the password.
        raise ValueError("no URL") from None
    if url.scheme not in {"smtp", "smtps"} or not url.hostname or url.path.strip("/"):
        raise ValueError("smtp[s]://user:password@host:port")
    if (url.username is None) != (url.password is None):
        raise ValueError("a user has a password")
    options = parse_qs(url.query)
    if options and (
        options.keys() != {"starttls"} or options["starttls"] not in (["required"], ["off"]) or url.scheme == "smtps"
    ):
        raise ValueError("after ? only starttls=required or starttls=off, and of smtp:// only")
    return text


def _mail_address(text: str) -> str:
    _, address = parseaddr(text)
    local, at, domain = address.rpartition("@")
    if text and not (local and at and domain and text.isprintable()):
        raise ValueError("an address such as L2C <l2c@example.com>")
    return text


def _origins(text: str) -> tuple[str, ...]:
    return tuple(_origin(part.strip()) for part in text.split(",") if part.strip())


def _origin(text: str) -> str:
    url = urlsplit(text if "://" in text else f"https://{text}")
    if url.scheme not in {"http", "https"} or not url.hostname or "@" in url.netloc or url.path.strip("/") or url.query:
        raise ValueError("hosts, or origins such as http://127.0.0.1:9999, with commas between")
    return f"{url.scheme}://{url.netloc.lower()}"


def _address(text: str) -> str:
    url = urlsplit(text)
    if text and (url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment or url.username):
        raise ValueError("https://host, with or without a path")
    return text.rstrip("/")


def _issuer(text: str) -> str:
    """As it was given: a provider's tokens name it to the letter."""
    _address(text)
    url = urlsplit(text)
    if url.scheme == "http" and url.hostname not in _LOOPBACK:
        raise ValueError("https://…: whoever stands between could sign in as anybody")
    return text


def _seconds(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(",") if part)
