"""Mail by SMTP, many over one connection: what the server takes, puts off and refuses told apart (RFC 5321, 4.2.1).

::

    with Mailer(server, sender) as mailer:
        for mail in mails:
            answer = mailer.send(mail)

smtplib and email do the work. Nothing here is green by itself: in a patched process the sockets are.
"""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qs, unquote, urlsplit

SECONDS_MAX: Final = 10.0
"""How long the server may take for each step."""
_PORTS: Final = {"smtp": 25, "smtps": 465}
_ANSWER_CHARACTERS_MAX: Final = 300


class MailDelayed(Exception):
    """It could not be sent now: the server is away, or says to try later."""


class MailRefused(Exception):
    """It never will be sent as it is: no such recipient, a content that the server does not take."""


class MailServerAway(MailDelayed):
    """There is no talking to the server now, about this mail or any other."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in; as the setting ``smtp_url`` names it.

    :param tls: ``implicit`` (from the first byte), ``starttls`` (or no mail is sent), or ``none``.
    """

    host: str
    port: int
    tls: str
    user: str
    password: str

    @classmethod
    def of(cls, url: str) -> Self:
        """
        :param url: one that the settings have checked.
        """
        parts = urlsplit(url)
        plain = parse_qs(parts.query).get("starttls") == ["off"]
        tls = "implicit" if parts.scheme == "smtps" else "none" if plain else "starttls"
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname or "", parts.port or _PORTS[parts.scheme], tls, user, password)

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port}, {self.tls})"


@dataclass(frozen=True)
class Mail:
    """One mail to one person.

    :param key: what makes it the same mail when it is sent again; its ``Message-ID`` is made of it, so that clients show it once.
    :param to: an address, and ``to_name`` whose it is.
    """

    key: str
    to: str
    to_name: str
    subject: str
    text: str
    html: str
    at: datetime


class Mailer:
    """A connection that is opened by the first mail, and anew by the next one after the server has closed it.

    :param sender: ``L2C <l2c@example.com>``.
    """

    def __init__(self, server: MailServer, sender: str, *, seconds_max: float = SECONDS_MAX) -> None:
        self._server = server
        self._sender = sender
        self._seconds_max = seconds_max
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._line is None:
            return
        try:
            self._line.quit()
        except (smtplib.SMTPException, OSError):
            self._line.close()

    def send(self, mail: Mail) -> str:
        """
        :returns: what the server said.
        :raises MailRefused, MailDelayed, MailServerAway: with what the server said.
        """
        message = composed(mail, self._sender)
        line = self._line or self._opened()
        try:
            line.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise _of_code(code, said) from error
        except smtplib.SMTPNotSupportedError as error:  # an address in other letters than the server knows
            raise MailRefused(_plain(error)) from error
        except smtplib.SMTPSenderRefused as error:
            # Whoever sends is refused, whatever is sent: a matter of the server's, which its people can mend.
            raise MailDelayed(_said(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPResponseException as error:
            raise _of_code(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            # Taken or not, nobody knows: it is sent again under the same Message-ID.
            self._drop()
            raise MailDelayed(_plain(error)) from error
        return f"250 {self._server.host}"

    def _opened(self) -> smtplib.SMTP:
        server = self._server
        try:
            line = self._connected()
            if server.user:
                line.login(server.user, server.password)
        except smtplib.SMTPResponseException as error:
            self._drop()
            raise MailServerAway(_said(error.smtp_code, error.smtp_error)) from error
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise MailServerAway(_plain(error)) from error
        return line

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.tls == "implicit":
            self._line = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._seconds_max, context=ssl.create_default_context()
            )
            return self._line
        self._line = line = smtplib.SMTP(server.host, server.port, timeout=self._seconds_max)
        if server.tls == "starttls":
            line.starttls(context=ssl.create_default_context())
        return line

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def composed(mail: Mail, sender: str) -> EmailMessage:
    """The message with its headers: plain text, and the same as HTML.

    :raises MailRefused: for what is no address.
    """
    sender_name, sender_address = parseaddr(sender)
    message = EmailMessage()
    try:
        message["From"] = Address(_one_line(sender_name), addr_spec=sender_address)
        message["To"] = Address(_one_line(mail.to_name), addr_spec=mail.to)
    except (HeaderParseError, ValueError, IndexError) as error:
        raise MailRefused(f"no mail address: {mail.to!r}") from error
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = f"<{mail.key}@{sender_address.rpartition('@')[2]}>"
    # So that neither an absent reader's answer nor a list's comes back.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _one_line(text: str) -> str:
    """A header is a line: what would end it, or is no character to be seen, is a space."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _of_code(code: int, said: bytes | str) -> MailDelayed | MailRefused:
    return MailRefused(_said(code, said)) if 500 <= code < 600 else MailDelayed(_said(code, said))


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return _one_line(f"{code} {text}")[:_ANSWER_CHARACTERS_MAX]


def _plain(error: Exception) -> str:
    return _one_line(f"{type(error).__name__}: {error}")[:_ANSWER_CHARACTERS_MAX]
