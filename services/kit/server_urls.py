"""The addresses of database and broker, and what proves to them who asks.

An address may be one for all services, or say where each one's stands::

    L2C_DATABASE_URL=postgresql+psycopg://l2c_{service}:{password}@db/l2c_{service}?sslmode=verify-full&sslrootcert=/etc/l2c/ca.pem
    L2C_DATABASE_PASSWORD_FILE=/run/secrets/database-{service}

``{service}`` stands for whoever asks: a service, and at the jobs' broker also :data:`WORKER` and :data:`BEAT`. ``{password}``
stands for its password, quoted as an address wants it; it is read when that service asks, since one process may act for several
and another may have but its own.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlsplit

WORKER: Final = "worker"
"""Who does the jobs of several services at once, to the jobs' broker."""
BEAT: Final = "beat"
"""Who starts the scheduled ones."""

_SERVICE: Final = "{service}"
_PASSWORD: Final = "{password}"  # noqa: S105  # the place of one

# RabbitMQ's own names for them (https://www.rabbitmq.com/docs/uri-query-parameters), and py-amqp's.
_BROKER_FILES: Final = {"cacertfile": "ca_certs", "certfile": "certfile", "keyfile": "keyfile"}
_BROKER_NAME: Final = "server_name_indication"


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it."""


def read_secret(path: str, variable: str) -> str:
    """What a file says, without the newline that editors leave at its end.

    :param variable: that names the file.
    :raises SettingsError: naming both, if it cannot be read or says nothing.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        # The words of a wrong encoding would quote what was read.
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SettingsError(f"{variable}={path}: {reason}") from None
    text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        raise SettingsError(f"{variable}={path}: the file is empty")
    return text


@dataclass(frozen=True)
class Password:
    """One for all services, or one a service in a file of its own.

    :param name: the setting's.
    :param file: the file's path, ``{service}`` in it if there are several.
    """

    name: str
    text: str = field(default="", repr=False)
    file: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.file)

    def of(self, service: str) -> str:
        """
        :raises SettingsError: if its file cannot be read.
        """
        return read_secret(self.file.replace(_SERVICE, service), self._variable) if self.file else self.text

    def complete(self, url: str, service: str) -> str:
        """A service's address, from what stands for all."""
        url = url.replace(_SERVICE, service)
        return url.replace(_PASSWORD, quote(self.of(service), safe="")) if _PASSWORD in url else url

    def check(self, **urls: str) -> None:
        """
        :param urls: the addresses it is for, by their settings' names.
        :raises SettingsError: if one of them lacks it, or none of them needs it.
        """
        waiting = [name for name, url in urls.items() if _PASSWORD in url]
        if waiting and not self:
            raise SettingsError(f"not set, and L2C_{waiting[0].upper()} has {_PASSWORD}: {self._variable}")
        if self and not waiting:
            names = " or ".join(f"L2C_{name.upper()}" for name in urls)
            raise SettingsError(f"{self._variable} is set, and there is no {_PASSWORD} in {names}")

    def to_environment(self) -> dict[str, str]:
        """As a setting; nothing if there is none."""
        if not self:
            return {}
        return {f"L2C_{self.name.upper()}_FILE": self.file} if self.file else {f"L2C_{self.name.upper()}": self.text}

    @property
    def _variable(self) -> str:
        return f"L2C_{self.name.upper()}{'' if self.text else '_FILE'}"


def database_url(text: str) -> str:
    """
    :raises ValueError: in words that quote nothing of it.
    """
    return _server_url(text, ("postgresql+psycopg",), "postgresql+psycopg://user:password@host/l2c_{service}")


def broker_url(text: str) -> str:
    """
    :raises ValueError: in words that quote nothing of it; also for TLS files that are not there.
    """
    _server_url(text, ("amqp", "amqps", "l2c-memory", "memory"), "amqp[s]://user:password@host/virtual-host")
    _, tls = plain_broker_url(text)
    for name in _BROKER_FILES.values():
        if tls and name in tls and not Path(tls[name]).is_file():
            raise ValueError(f"no such file: {tls[name]}")
    return text


def plain_broker_url(url: str) -> tuple[str, dict[str, Any] | None]:
    """A broker's address as kombu takes it, and its TLS options as py-amqp takes them; ``None`` without TLS.

    The broker must prove itself, under the name it is called by or ``server_name_indication``: to a certificate authority of the
    machine's, or of ``cacertfile``. ``certfile`` and ``keyfile`` prove us to it.

    :raises ValueError: for an option there is not.
    """
    parts = urlsplit(url)
    if parts.scheme != "amqps":
        return url, None
    options = dict(parse_qsl(parts.query))
    if unknown := options.keys() - {*_BROKER_FILES, _BROKER_NAME}:
        raise ValueError(f"unknown after ?: {', '.join(sorted(unknown))}")
    if ("certfile" in options) != ("keyfile" in options):
        raise ValueError("certfile and keyfile go together")
    tls: dict[str, Any] = {_BROKER_FILES[name]: value for name, value in options.items() if name in _BROKER_FILES}
    # By default py-amqp takes any certificate of a known authority, whosever it is.
    tls["server_hostname"] = options.get(_BROKER_NAME) or parts.hostname
    return parts._replace(query="").geturl(), tls


def _server_url(text: str, schemes: tuple[str, ...], example: str) -> str:
    if _scheme_of(text) not in schemes:
        raise ValueError(f"no URL such as {example}")
    return text


def _scheme_of(text: str) -> str | None:
    try:
        url = urlsplit(text)
        url.port  # noqa: B018  # raises for what is no port, in words that may quote a password
    except ValueError:
        return None
    return url.scheme
