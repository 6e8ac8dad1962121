"""A mail server that keeps what it gets: aiosmtpd, over real sockets, with TLS, sign-in and refusals as a test wants them."""

import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers.rabbitmq import free_ports

HOST = "127.0.0.1"


@dataclass
class MailSink:
    """
    :param tls: ``none``, ``starttls`` or ``implicit``; ``certificate`` then names a PEM file with key and certificate.
    :param login: user and password that are asked for; ``None`` for nobody's.
    :param refused: address → what is answered to it as a recipient.
    :param on_data: called with each mail before it is taken; what it returns is answered in place of 250.
    :ivar mails: what was taken.
    :ivar connections: how many there were.
    """

    tls: str = "none"
    certificate: Path | None = None
    login: tuple[str, str] | None = None
    refused: dict[str, str] = field(default_factory=dict)
    on_data: Callable[[EmailMessage], str | None] = lambda _mail: None
    port: int = field(default_factory=lambda: free_ports(1)[0])
    mails: list[EmailMessage] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """For ``L2C_SMTP_URL``."""
        scheme = "smtps" if self.tls == "implicit" else "smtp"
        user = f"{self.login[0]}:{self.login[1]}@" if self.login else ""
        return f"{scheme}://{user}{HOST}:{self.port}{'?starttls=off' if self.tls == 'none' else ''}"

    def to(self, address: str) -> list[EmailMessage]:
        """What was taken for this address."""
        return [mail for mail in self.mails if address in str(mail["To"])]

    def start(self) -> None:
        context = self._context() if self.tls != "none" else None
        asked: dict[str, Any] = {}
        if self.tls == "starttls":
            asked = {"tls_context": context, "require_starttls": True}
        if self.login:
            asked |= {"authenticator": self._authenticate, "auth_required": True, "auth_require_tls": self.tls == "starttls"}
        if self.tls == "implicit":
            asked |= {"ssl_context": context}
        self._controller = Controller(self, hostname=HOST, port=self.port, server_hostname="sink", **asked)
        self._controller.start()
        self.connections = 0  # its own look whether it has started was one

    def stop(self) -> None:
        self._controller.stop()

    async def handle_RCPT(  # noqa: N802  # aiosmtpd names it
        self, _server: object, _session: object, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_EHLO(  # noqa: N802  # as above
        self, _server: object, session: Any, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802  # as above
        content = envelope.original_content or b""
        mail = message_from_bytes(content, policy=policy.default)
        answer = self.on_data(mail)
        if answer is not None:
            return answer
        self.mails.append(mail)
        return "250 taken"

    def _authenticate(self, _server: object, _session: object, _envelope: object, _mechanism: str, auth: Any) -> AuthResult:
        assert isinstance(auth, LoginPassword)
        is_right = (auth.login.decode(), auth.password.decode()) == self.login
        return AuthResult(success=is_right, handled=is_right)  # what is not handled is answered with 535

    def _context(self) -> ssl.SSLContext:
        assert self.certificate is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        return context


def make_certificate(folder: Path) -> Path:
    """A key and a certificate for :data:`HOST` that whoever is told to trust the file trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "L2C test mail server")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + certificate.public_bytes(serialization.Encoding.PEM)
    path = folder / "mail.pem"
    path.write_bytes(pem)
    return path
