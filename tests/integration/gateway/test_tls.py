"""The gateway speaks TLS itself where it is given a certificate."""

import http.client
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from deploy.api_client import wait_until
from services.kit.settings import Settings
from tests.e2e.systems import health_ports
from tests.servers.certificates import Certificate
from tests.servers.rabbitmq import free_ports

_CHECKOUT: Final = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.make(tmp_path_factory.mktemp("certificates"), "DNS:localhost")


@pytest.fixture(scope="module")
def port(certificate: Certificate, database_url: str, amqp_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where a gateway listens that was told no more than where its certificate is."""
    (port,) = free_ports(1)
    folder = tmp_path_factory.mktemp("gateway")
    settings = Settings(
        database_url=database_url,
        amqp_url=amqp_url,
        celery_broker_url="memory://",
        files_folder=folder / "files",
        http_address=f"127.0.0.1:{port}",
        health_port_base=health_ports(),
        tls_certificate_file=str(certificate.certificate),
        tls_key_file=str(certificate.key),
    ).to_environment()
    del settings["L2C_COOKIE_SECURE"]
    environment = {name: text for name, text in os.environ.items() if not name.startswith("L2C_")} | settings
    with subprocess.Popen([sys.executable, "-m", "deploy.cli", "run", "gateway"], cwd=_CHECKOUT, env=environment) as process:
        try:
            wait_until("the gateway", lambda: answer(port, certificate), seconds_max=120)
            yield port
        finally:
            process.terminate()


def answer(port: int, certificate: Certificate) -> http.client.HTTPResponse | None:
    context = ssl.create_default_context(cafile=str(certificate.certificate))
    connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=20)
    try:
        connection.request("GET", "/api/v1/session/providers")
        answered = connection.getresponse()
        answered.read()
    except ConnectionRefusedError:
        return None
    finally:
        connection.close()
    return answered


def test_it_answers_by_tls_and_tells_browsers_to_stay_with_it(port: int, certificate: Certificate) -> None:
    answered = answer(port, certificate)
    assert answered is not None
    assert answered.status == 200
    assert answered.headers["Strict-Transport-Security"]


def test_who_is_slow_to_shake_hands_keeps_nobody_waiting(port: int, certificate: Certificate) -> None:
    with socket.create_connection(("localhost", port)) as silent, socket.create_connection(("localhost", port)) as plain:
        silent.sendall(b"\x16\x03\x01")
        plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answered = answer(port, certificate)
        assert answered is not None
        assert answered.status == 200
        plain.settimeout(20)
        with suppress(ConnectionResetError):
            assert not plain.recv(100).startswith(b"HTTP"), "nothing is said in clear"
