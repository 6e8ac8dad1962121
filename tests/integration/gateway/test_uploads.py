"""Uploads through the gateway: streamed, and made once under a key."""

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import requests

from gateway.http import UPLOAD_BYTES_MAX
from tests.integration.gateway.company import Client, RunningGateway

PIECE = bytes(range(256)) * 4096


def pieces(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield PIECE


def upload(client: Client, body: bytes, key: str, name: str = "bills.csv") -> requests.Response:
    headers = {"Idempotency-Key": key, "X-Filename": name}
    return client.request("POST", "/uploads", data=body, headers=headers)


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
    key, begun, go_on = str(uuid4()), threading.Event(), threading.Event()
    client, elsewhere = gateway.client("sales"), gateway.client("sales")
    answers: list[requests.Response] = []

    def slowly() -> Iterator[bytes]:
        yield b"a,"
        begun.set()
        go_on.wait(timeout=30)
        yield b"b"

    def send() -> None:
        answers.append(client.request("POST", "/uploads", data=slowly(), headers={"Idempotency-Key": key}))

    first = threading.Thread(target=send)
    first.start()
    begun.wait(timeout=30)
    duplicate = upload(elsewhere, b"a,b", key)
    while duplicate.status_code == 201:  # it came before the first one's head was read, and had the key for itself
        key = str(uuid4())
        duplicate = upload(elsewhere, b"a,b", key)
    assert (duplicate.status_code, duplicate.json()["code"]) == (409, "request_in_progress")
    go_on.set()
    first.join(timeout=30)
    assert answers[0].status_code == 201
