"""Identity providers of the tests: a real one, and one that can be made to lie."""

import base64
import hashlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.servers.rabbitmq import free_ports

CLIENT_ID: Final = "l2c"
CLIENT_SECRET: Final = "a secret: of / the client"  # has what must be quoted
CONSOLE_URL: Final = "https://l2c.example.com"


def provider_settings(issuer: str, **more: str) -> dict[str, str]:
    """The environment of a gateway whose people sign in there."""
    return {
        "L2C_OIDC_ISSUER": issuer,
        "L2C_OIDC_CLIENT_ID": CLIENT_ID,
        "L2C_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "L2C_CONSOLE_URL": CONSOLE_URL,
        **more,
    }


@dataclass(frozen=True)
class RealProvider:
    """``oidc-provider-mock``, a provider for tests from PyPI, in a process of its own."""

    issuer: str

    def has(self, subject: str, **claims: Any) -> None:
        """Somebody whom it knows."""
        requests.put(f"{self.issuer}/users/{quote(subject)}", json=claims, timeout=10).raise_for_status()

    def recognise(self, url: str, subject: str) -> str:
        """Sign in on its page.

        :returns: where it sends the browser.
        """
        answer = requests.post(url, data={"sub": subject}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def deny(self, url: str) -> str:
        """Refuse on its page to be told of."""
        return requests.post(url, data={"action": "deny"}, allow_redirects=False, timeout=10).headers["Location"]


@contextmanager
def running_real_provider() -> Iterator[RealProvider]:
    port = free_ports(1)[0]
    provider = RealProvider(f"http://127.0.0.1:{port}")
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"],
        stderr=subprocess.DEVNULL,
    )
    try:
        give_up = time.monotonic() + 30
        while not _answers(provider.issuer):
            assert process.poll() is None, "the provider did not start"
            assert time.monotonic() < give_up
            time.sleep(0.1)
        yield provider
    finally:
        process.terminate()
        process.wait(timeout=10)


def _answers(issuer: str) -> bool:
    try:
        return requests.get(f"{issuer}/.well-known/openid-configuration", timeout=1).ok
    except requests.ConnectionError:
        return False


@cache
def first_key() -> RSAKey:
    """What every forger begins with: to make one takes as long as all the rest of a test."""
    return new_key("first")


def new_key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


@dataclass
class Forger:
    """A provider in this process that does what a test wants of it. It holds what the standard asks against what it gets: the
    client's credentials, the address, and the verifier behind the challenge.

    :param claims: what its next token says beside, or in place of, what is right.
    :param token: in place of a token that it signs.
    :param metadata: what it says of itself beside, or in place of, what is right.
    :param status: of its next answers; the answer of a token is then an error.
    :param delay_seconds: how long its answers take.
    """

    issuer: str
    keys: list[RSAKey]
    claims: dict[str, Any] = field(default_factory=dict)
    token: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    user_info: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    delay_seconds: float = 0.0
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def recognise(self, url: str) -> str:
        """Whoever comes there is recognised.

        :returns: the code to bring back.
        """
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query, strict_parsing=True).items()}
        assert url.startswith(f"{self.issuer}/authorize?")
        assert (query["response_type"], query["client_id"], query["code_challenge_method"]) == ("code", CLIENT_ID, "S256")
        assert set(query["scope"].split()) >= {"openid", "profile", "email"}
        code = f"code-{len(self._codes)}"
        self._codes[code] = query
        return code

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        self.asked.append(path)
        time.sleep(self.delay_seconds)
        if self.status != 200:
            return self.status, {}
        if path == "/.well-known/openid-configuration":
            return 200, self._described()
        if path == "/keys":
            return 200, KeySet(list(self.keys)).as_dict()
        if path == "/userinfo":
            return 200, self.user_info
        return self._exchange(form, authorization)

    def signed(self, claims: dict[str, Any], key: RSAKey | None = None, **header: Any) -> str:
        key = key or self.keys[-1]
        return jwt.encode({"alg": "RS256", "kid": key.kid, **header}, claims, key)

    def right_claims(self, nonce: str) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "u-1001",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "preferred_username": "sales",
        }

    def _described(self) -> dict[str, Any]:
        endpoints = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {"issuer": self.issuer, **{name: f"{self.issuer}/{path}" for name, path in endpoints.items()}, **self.metadata}

    def _exchange(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        asked = self._codes.pop(form.get("code", ""), None)  # a code counts once
        credentials = base64.b64encode(f"{quote(CLIENT_ID)}:{CLIENT_SECRET_QUOTED}".encode()).decode()
        if authorization != f"Basic {credentials}":
            return 401, {"error": "invalid_client"}
        challenge = hashlib.sha256(form["code_verifier"].encode()).digest()
        if asked is None or base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        assert (form["grant_type"], form["redirect_uri"]) == ("authorization_code", asked["redirect_uri"])
        claims = {**self.right_claims(asked["nonce"]), **self.claims}
        token = self.token or self.signed({name: value for name, value in claims.items() if value is not None})
        return 200, {"access_token": "access", "token_type": "Bearer", "id_token": token}


CLIENT_SECRET_QUOTED: Final = "a+secret%3A+of+%2F+the+client"


def own_certificate(path: Path) -> SSLContext:
    """What a server on this host speaks TLS with; who trusts the file trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    private = path.with_suffix(".key")
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, private)
    return context


@contextmanager
def running_forger(context: SSLContext | None = None) -> Iterator[Forger]:
    server = _Server(("127.0.0.1", 0), _Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "http" if context is None else "https"
    forger = Forger(f"{scheme}://127.0.0.1:{server.server_port}", [first_key()])
    server.forger = forger  # type: ignore[attr-defined]  # what its handlers answer for
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield forger
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that no longer waits is none of ours; whatever else went wrong, its test misses the answer."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer({name: values[0] for name, values in parse_qs(body).items()})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # as the standard library calls it
        """Nothing."""

    def _answer(self, form: dict[str, str]) -> None:
        forger: Forger = self.server.forger  # type: ignore[attr-defined]  # put there above
        status, content = forger.answer(urlsplit(self.path).path, form, self.headers.get("Authorization", ""))
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
