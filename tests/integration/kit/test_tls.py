"""The bus by TLS: green containers, the relay's publisher, Celery; and who cannot prove itself is not talked to."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from services.kit.bus.links import PublishError, broker_connection
from services.kit.bus.publisher import EventPublisher
from services.kit.settings import Settings
from services.kit.worker import celery_app
from tests.integration.kit.bus import DirectBus, ServiceProcess, eventually, thing
from tests.integration.kit.bus_fixtures import Running
from tests.servers.certificates import Certificate
from tests.servers.rabbitmq import PrivateRabbitmq


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.make(tmp_path_factory.mktemp("certificates"), "DNS:localhost")


@pytest.fixture(scope="module")
def broker(run_folder: Path, worker_id: str, certificate: Certificate) -> Iterator[PrivateRabbitmq]:
    """A broker of the module's own that is reached by TLS."""
    server = PrivateRabbitmq(run_folder / f"rabbitmq-tls-{worker_id}", certificate)
    try:
        server.start()
        yield server
    finally:
        server.discard()


def test_services_call_and_hear_each_other_by_tls(broker: PrivateRabbitmq, certificate: Certificate) -> None:
    url = f"{broker.tls_url}?cacertfile={certificate.certificate}"
    process, bus = ServiceProcess(url, "front", "back"), DirectBus(url)
    running = Running(bus, process)
    try:
        process.wait_until_started()
        assert running.call("front.fan_out", 50) == list(range(50))
        # Larger than a record of TLS, and than what a socket takes at once.
        assert running.call("front.relay", "x" * 300_000) == "x" * 300_000
        running.publish(thing(uuid4(), "by TLS"))
        eventually(lambda: running.call("front.heard", "note_thing", "by TLS"))
    finally:
        bus.close()
        process.close()


def test_jobs_are_sent_by_tls(broker: PrivateRabbitmq, certificate: Certificate, tmp_path: Path) -> None:
    url = f"{broker.tls_url}?cacertfile={certificate.certificate}"
    app = celery_app(Settings("postgresql+psycopg://x/{service}", url, url, tmp_path), "billing")
    app.send_task("billing.run_shard", args=["x", 1])
    with broker_connection(url) as connection, connection.channel() as channel:
        assert channel.queue_declare("billing", passive=True).message_count == 1


@pytest.mark.parametrize("option", ["", "&server_name_indication=another-host"])
def test_a_broker_that_cannot_prove_who_it_is_is_not_talked_to(
    broker: PrivateRabbitmq, certificate: Certificate, option: str
) -> None:
    trusted = f"?cacertfile={certificate.certificate}{option}" if option else ""
    with pytest.raises(ssl.SSLCertVerificationError):
        broker_connection(broker.tls_url + trusted).connect()
    with pytest.raises(PublishError, match="certificate verify failed"):
        EventPublisher(broker.tls_url + trusted, timeout_seconds=1.0).declare("front")


def test_a_broker_that_asks_for_certificates_lets_in_who_has_one_of_its_authoritys(
    run_folder: Path, worker_id: str, certificate: Certificate, tmp_path: Path
) -> None:
    server = PrivateRabbitmq(run_folder / f"rabbitmq-asks-{worker_id}", certificate, asks_for_certificates=True)
    own, strange = certificate.issue("l2c"), Certificate.make(tmp_path)
    url = f"{server.tls_url}?cacertfile={certificate.certificate}"
    try:
        server.start()
        with broker_connection(f"{url}&certfile={own.certificate}&keyfile={own.key}") as connection:
            assert connection.ensure_connection(max_retries=1, timeout=10).connected
        for proof in ("", f"&certfile={strange.certificate}&keyfile={strange.key}"):
            # TLS 1.3 tells of it once the client has spoken.
            with pytest.raises((ssl.SSLError, ConnectionError)), broker_connection(url + proof) as connection:
                connection.connect()
    finally:
        server.discard()
