"""Settings: typed, from the environment, refused at the start if wrong. One code, settings apart, makes every way to run."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.kit.server_urls import Password, SettingsError, broker_url, database_url, read_secret
from services.kit.setting_values import (
    address,
    existing_file,
    issuer,
    mail_address,
    or_empty,
    origins,
    sealing_keys,
    seconds,
    smtp_url,
    store_url,
    truth,
)

__all__ = ["DATABASES", "SERVICES", "Settings", "SettingsError", "names_database"]

# What runs, not what it does: the kit opens a database and a health port for each of these names and knows no more of them.
SERVICES = ("customer", "workflow", "billing", "payments", "notify")
DATABASES = (*SERVICES, "gateway")
HEALTH_PORTS = (*SERVICES, "relay", "worker", "beat")
"""Whose health ports follow each other; the gateway answers on its HTTP port."""


@dataclass(frozen=True)
class Settings:
    """How one process runs. Environment names are the fields' in capitals, with ``L2C_`` before; with ``_FILE`` behind, they name
    the file that says it.

    :param database_url: of every service's database, ``{service}`` in place of its name; see :mod:`services.kit.server_urls`.
    :param database_password: what ``{password}`` stands for in it.
    :param database_owner_url: the same databases, for who makes them and owns their tables; empty: the services do.
    :param database_owner_password: what ``{password}`` stands for in it.
    :param amqp_url: the bus; ``l2c-memory://`` inside one process. With ``{service}`` in it each service is a user of its own,
        who finds there already what all share.
    :param amqp_password: what ``{password}`` stands for in it, and in ``celery_broker_url``.
    :param celery_broker_url: where jobs queue; a virtual host of its own, or ``memory://``.
    :param files_folder: where attachments and statements are kept, unless ``files_url`` says otherwise.
    :param files_url: the S3-compatible store that keeps them instead: ``https://host/bucket/prefix?region=…&style=virtual`` (the
        style, of its addresses, is ``path`` unless said), or ``s3://bucket/prefix`` for Amazon's own. Empty for the folder.
    :param files_access_key: the store's key, and ``files_secret_key`` its secret; empty for those that the machine itself has.
    :param http_address: where the gateway listens, ``host:port``.
    :param tls_certificate_file: the gateway's certificate, with what leads to its authority behind it, and ``tls_key_file`` its
        key, in PEM: it then speaks TLS itself. Empty where a proxy does.
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
    :param sealing_keys: what notify seals robots' addresses with (:mod:`services.kit.sealing`), and its worker opens them: the
        first seals, any opens. Empty: no address can be set.
    """

    database_url: str = field(repr=False)
    amqp_url: str = field(repr=False)
    celery_broker_url: str = field(repr=False)
    files_folder: Path
    database_password: Password = field(default=Password("database_password"))
    database_owner_url: str = field(default="", repr=False)
    database_owner_password: Password = field(default=Password("database_owner_password"))
    amqp_password: Password = field(default=Password("amqp_password"))
    files_url: str = ""
    files_access_key: str = ""
    files_secret_key: str = field(default="", repr=False)
    http_address: str = "127.0.0.1:8000"
    tls_certificate_file: str = ""
    tls_key_file: str = ""
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
    sealing_keys: tuple[str, ...] = field(default=(), repr=False)
    slow_query_seconds: float = 1.0
    figures_seconds: float = 60.0
    log_level: str = "INFO"
    log_format: str = "json"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """
        :raises SettingsError: naming the variable that is missing or wrong.
        """

        values: dict[str, Any] = {name: _password(environment, name) for name in _PASSWORDS}
        for name, convert in _VALUES.items():
            text = _text_of(environment, name)
            if text is None:
                continue
            try:
                values[name] = convert(text)
            except ValueError as error:
                shown = "…" if name in _SECRETS or "@" in text else repr(text)
                raise SettingsError(f"L2C_{name.upper()}={shown}: {error}") from error
        missing = [name for name in ("database_url", "amqp_url", "celery_broker_url", "files_folder") if name not in values]
        if missing:
            raise SettingsError(f"not set: {', '.join(f'L2C_{name.upper()}' for name in missing)}")
        settings = cls(**{"cookie_secure": bool(values.get("tls_certificate_file")), **values})
        settings._require_passwords()
        settings._require_whole_certificate()
        settings._require_whole_provider()
        settings._require_sender()
        return settings

    def _require_passwords(self) -> None:
        self.database_password.check(database_url=self.database_url)
        self.database_owner_password.check(database_owner_url=self.database_owner_url)
        self.amqp_password.check(amqp_url=self.amqp_url, celery_broker_url=self.celery_broker_url)

    def _require_whole_certificate(self) -> None:
        if bool(self.tls_certificate_file) != bool(self.tls_key_file):
            raise SettingsError("one is set and the other is not: L2C_TLS_CERTIFICATE_FILE, L2C_TLS_KEY_FILE")

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
            **self.database_password.to_environment(),
            "L2C_DATABASE_OWNER_URL": self.database_owner_url,
            **self.database_owner_password.to_environment(),
            "L2C_AMQP_URL": self.amqp_url,
            "L2C_CELERY_BROKER_URL": self.celery_broker_url,
            **self.amqp_password.to_environment(),
            "L2C_FILES_FOLDER": str(self.files_folder),
            "L2C_FILES_URL": self.files_url,
            "L2C_FILES_ACCESS_KEY": self.files_access_key,
            "L2C_FILES_SECRET_KEY": self.files_secret_key,
            "L2C_HTTP_ADDRESS": self.http_address,
            "L2C_TLS_CERTIFICATE_FILE": self.tls_certificate_file,
            "L2C_TLS_KEY_FILE": self.tls_key_file,
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
            "L2C_SEALING_KEYS": " ".join(self.sealing_keys),
            "L2C_SLOW_QUERY_SECONDS": str(self.slow_query_seconds),
            "L2C_FIGURES_SECONDS": str(self.figures_seconds),
            "L2C_LOG_LEVEL": self.log_level,
            "L2C_LOG_FORMAT": self.log_format,
        }

    @property
    def gateway_url(self) -> str:
        """Where the gateway is reached on this host."""
        return f"{'https' if self.tls_certificate_file else 'http'}://{self.http_address}"

    @property
    def console_origin(self) -> str:
        """What a link in a mail begins with."""
        return self.console_url or self.gateway_url

    @property
    def is_embedded(self) -> bool:
        """Whether the bus lives inside this process."""
        return self.amqp_url.startswith("l2c-memory:")

    @property
    def has_bus_users(self) -> bool:
        """Whether each service is a user of its own to the broker, with rights on what is its own there alone."""
        return "{service}" in self.amqp_url

    def database_url_of(self, service: str) -> str:
        """
        :raises SettingsError: if the service's password cannot be read; as the next ones.
        """
        return self.database_password.complete(self.database_url, service)

    def owned_database_url_of(self, service: str) -> str:
        """The same database, for who changes its tables."""
        if not self.database_owner_url:
            return self.database_url_of(service)
        return self.database_owner_password.complete(self.database_owner_url, service)

    def require_passwords_of(self, services: Sequence[str]) -> None:
        """
        :raises SettingsError: if one of these services has no password where it needs one: at the start, not at its first query.
        """
        for service in services:
            self.database_url_of(service)
            self.amqp_url_of(service)

    def amqp_url_of(self, service: str) -> str:
        """The bus, as a service is let in there."""
        return self.amqp_password.complete(self.amqp_url, service)

    def celery_broker_url_of(self, user: str) -> str:
        """The jobs' broker, as a service is let in there, or who works for several."""
        return self.amqp_password.complete(self.celery_broker_url, user)

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
            "AMQP_URI": self.amqp_url_of(service),
            "WEB_SERVER_ADDRESS": self.http_address,  # the gateway's; a service listens on its health port alone
            "max_workers": self.max_workers,
            "L2C": self,
        }


_PASSWORDS = ("database_password", "database_owner_password", "amqp_password")

# How each setting's value is made of its text.
_VALUES: Mapping[str, Callable[[str], Any]] = {
    "database_url": database_url,
    "database_owner_url": or_empty(database_url),
    "amqp_url": broker_url,
    "celery_broker_url": broker_url,
    "files_folder": Path,
    "files_url": store_url,
    "files_access_key": str,
    "files_secret_key": str,
    "http_address": str,
    "tls_certificate_file": or_empty(existing_file),
    "tls_key_file": or_empty(existing_file),
    "health_host": str,
    "health_port_base": int,
    "max_workers": int,
    "rpc_timeout_seconds": float,
    "page_part_seconds": float,
    "event_retry_delays_seconds": seconds,
    "allow_as_of": truth,
    "quorum_queues": truth,
    "cookie_secure": truth,
    "trusted_proxies": int,
    "streams_max": int,
    "stream_heartbeat_seconds": float,
    "slow_query_seconds": float,
    "figures_seconds": float,
    "console_url": address,
    "oidc_issuer": issuer,
    "oidc_client_id": str,
    "oidc_client_secret": str,
    "oidc_login_claim": str,
    "seller_name": str,
    "seller_bank": str,
    "seller_bank_account": str,
    "smtp_url": smtp_url,
    "mail_from": mail_address,
    "robot_hosts": origins,
    "sealing_keys": sealing_keys,
    "log_level": str,
    "log_format": str,
}

# What a mistake in one of these is told without.
_SECRETS = frozenset({"smtp_url", "database_url", "database_owner_url", "amqp_url", "celery_broker_url", "sealing_keys"})


def names_database(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether an environment says which database to use, so that it is not about the embedded system."""
    return not environment.keys().isdisjoint({"L2C_DATABASE_URL", "L2C_DATABASE_URL_FILE"})


def _text_of(environment: Mapping[str, str], name: str) -> str | None:
    """A setting's text, given itself or in a file."""
    variable = f"L2C_{name.upper()}"
    text, file = environment.get(variable), environment.get(f"{variable}_FILE")
    if file is None:
        return text
    if text is not None:
        raise SettingsError(f"both are set: {variable}, {variable}_FILE")
    return read_secret(file, f"{variable}_FILE")


def _password(environment: Mapping[str, str], name: str) -> Password:
    file = environment.get(f"L2C_{name.upper()}_FILE", "")
    if "{service}" in file and f"L2C_{name.upper()}" not in environment:
        return Password(name, file=file)
    # One for all is read at once, as every other setting is.
    return Password(name, text=_text_of(environment, name) or "")
