"""Uploads through the gateway: streamed, and made once under a key."""

import hashlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
import requests

from deploy.api_client import wait_until
from gateway.http import UPLOAD_BYTES_MAX
from tests.integration.gateway.company import Client, RunningGateway

PIECE = bytes(range(256)) * 4096


def pieces(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield PIECE


def upload(client: Client, body: bytes, key: str, name: str = "bills.csv") -> requests.Response:
    headers = {"Idempotency-Key": key, "X-Filename": name}
    return client.request("POST", "/uploads", data=body, headers=headers)


def send_and_break_off(client: Client, framing: str, begun: bytes, key: str) -> bytes:
    """Send the beginning of an upload of that name, and no more.

    :returns: the whole answer.
    """
    address = urlsplit(client.url)
    assert address.hostname is not None
    cookie = "; ".join(f"{each.name}={each.value}" for each in client.session.cookies)
    head = (
        "POST /api/v1/uploads HTTP/1.1",
        f"Host: {address.netloc}",
        f"Cookie: {cookie}",
        f"X-CSRF-Token: {client.session.headers['X-CSRF-Token']!s}",
        f"Idempotency-Key: {key}",
        f"X-Filename: {key}",
        framing,
    )
    with socket.create_connection((address.hostname, address.port or 80), timeout=20) as connection:
        connection.sendall("\r\n".join((*head, "", "")).encode() + begun)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def uploaded(client: Client) -> list[str]:
    names: list[str] = client.get("/uploads").json()["names"]
    return names


def resident_kib_max(process_id: int) -> int:
    """The most memory that a process has held since it was last asked."""
    folder = Path("/proc") / str(process_id)
    (line,) = (line for line in (folder / "status").read_text().splitlines() if line.startswith("VmHWM"))
    (folder / "clear_refs").write_text("5")
    return int(line.split()[1])


def test_a_hundred_megabytes_are_never_in_memory(gateway: RunningGateway) -> None:
    client = gateway.client("sales")
    resident_kib_max(gateway.process_id)
    before = resident_kib_max(gateway.process_id)
    answer = client.request("POST", "/stored-uploads", data=pieces(UPLOAD_BYTES_MAX // len(PIECE)))
    digest = hashlib.sha256()
    for piece in pieces(UPLOAD_BYTES_MAX // len(PIECE)):
        digest.update(piece)
    assert answer.json() == {"size": UPLOAD_BYTES_MAX, "sha256": digest.hexdigest()}
    assert resident_kib_max(gateway.process_id) - before < 20 * 1024


def test_the_same_key_and_file_make_one_upload(gateway: RunningGateway) -> None:
    client, key = gateway.client("sales"), str(uuid4())
    first, again = upload(client, b"a,b", key, key), upload(client, b"a,b", key, key)
    assert first.status_code == again.status_code == 201
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert uploaded(client).count(key) == 1


def test_the_same_key_with_another_file_is_a_conflict(gateway: RunningGateway) -> None:
    client, key = gateway.client("sales"), str(uuid4())
    assert upload(client, b"a,b", key).status_code == 201
    for body, name in ((b"a,c", "bills.csv"), (b"a,b", "other.csv"), (b"", "bills.csv")):
        answer = upload(client, body, key, name)
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")


def test_an_upload_that_was_refused_leaves_its_key_free(gateway: RunningGateway) -> None:
    client, key = gateway.client("sales"), str(uuid4())
    assert upload(client, b"x" * 1_000_001, key).status_code == 413
    assert upload(client, b"a,b", key).status_code == 201


def test_an_upload_under_way_holds_its_key(gateway: RunningGateway) -> None:
    """However long it takes: its process says again and again that it is at work."""
    key, go_on = str(uuid4()), threading.Event()
    client, elsewhere = gateway.client("sales"), gateway.client("sales")
    answers: list[requests.Response] = []

    def slowly() -> Iterator[bytes]:
        yield b"a,"
        go_on.wait(timeout=30)
        yield b"b"

    def send() -> None:
        answers.append(client.request("POST", "/uploads", data=slowly(), headers={"Idempotency-Key": key}))

    first = threading.Thread(target=send)
    first.start()
    with psycopg.connect(gateway.database_url.format(service="gateway").replace("+psycopg", ""), autocommit=True) as database:
        asked = "SELECT claimed_at FROM kept_answers WHERE key = %s"
        wait_until("the first to have the key", lambda: database.execute(asked, [key]).fetchone())
        duplicate = upload(elsewhere, b"a,b", key)
        assert (duplicate.status_code, duplicate.json()["code"]) == (409, "request_in_progress")
        claimed = database.execute(asked, [key]).fetchone()
        wait_until("the claim to be renewed", lambda: database.execute(asked, [key]).fetchone() != claimed)
    assert upload(elsewhere, b"a,b", key).json()["code"] == "request_in_progress"
    go_on.set()
    first.join(timeout=30)
    assert answers[0].status_code == 201


def test_a_key_whose_process_died_is_free_before_long(gateway: RunningGateway) -> None:
    """A claim that nobody renews is a dead process's: as a kill between the claim and the answer leaves it."""
    client, key = gateway.client("sales"), str(uuid4())
    with psycopg.connect(gateway.database_url.format(service="gateway").replace("+psycopg", "")) as database:
        columns = "user_id, key, request_hash, claimed_at"
        values = [gateway.users["sales"], key]
        database.execute(f"INSERT INTO kept_answers ({columns}) VALUES (%s, %s, 'dead', now())".encode(), values)
        database.commit()
        assert upload(client, b"a,b", key).json()["code"] == "request_in_progress"
        database.execute("UPDATE kept_answers SET claimed_at = now() - interval '21 s' WHERE key = %s", [key])
        database.commit()
    assert upload(client, b"a,b", key).status_code == 201


@pytest.mark.parametrize(
    ("framing", "begun"),
    [
        ("Content-Length: 100", b"a,b\nc,d\n"),
        ("Transfer-Encoding: chunked", b"8\r\na,b\nc,d\n\r\n"),
        ("Content-Length: 100", b""),
    ],
)
def test_a_file_whose_sender_broke_off_is_no_file(gateway: RunningGateway, framing: str, begun: bytes) -> None:
    """Half of a table of usage would be read as if it were all. Nothing is kept under its key: the next try is the first."""
    client, key = gateway.client("sales"), str(uuid4())
    answer = send_and_break_off(client, framing, begun, key)
    assert b" 400 " in answer.partition(b"\r\n")[0]
    assert key not in uploaded(client)
    whole = upload(client, b"a,b\nc,d\ne,f\n", key, key)
    assert (whole.status_code, whole.headers.get("Idempotent-Replayed")) == (201, None)
