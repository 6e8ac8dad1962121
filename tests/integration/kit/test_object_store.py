"""Files in an S3-compatible store (spec, workflow.md: "streamed to storage (a folder, or any S3-compatible store)")."""

import hashlib
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.kit.errors import InvalidInput, NotFound, Unavailable
from services.kit.files import PIECE_BYTES, FileStore, FolderStore
from services.kit.object_store import PART_BYTES, ObjectStore
from services.kit.settings import Settings
from services.kit.storage import file_store
from tests.servers.rabbitmq import free_ports
from tests.servers.s3 import ACCESS_KEY, SECRET_KEY, S3Server, s3_server

MANY_PARTS = 3 * PART_BYTES + 12_345
BUCKET = "files"


class Made:
    """A stream that makes its bytes as they are read, and may break on the way."""

    def __init__(self, size: int, *, breaks_at: int | None = None) -> None:
        self.left = size
        self.given = 0
        self.breaks_at = breaks_at
        self.asked_max = 0

    def read(self, size: int = -1, /) -> bytes:
        if self.breaks_at is not None and self.given >= self.breaks_at:
            raise ConnectionResetError("the client went away")
        self.asked_max = max(self.asked_max, size if size >= 0 else self.left)
        count = min(self.left, size) if size >= 0 else self.left
        self.left -= count
        self.given += count
        return b"\xe9" * count


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as server:
        server.make_bucket(BUCKET)
        yield server


@pytest.fixture
def store(server: S3Server) -> Iterator[FileStore]:
    store = ObjectStore.at(f"{server.endpoint}/{BUCKET}/l2c", ACCESS_KEY, SECRET_KEY)
    yield store
    store.close()


@pytest.mark.parametrize("size", [0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, MANY_PARTS])
def test_a_file_of_any_size_comes_out_as_it_went_in(store: FileStore, size: int) -> None:
    stored = store.save(Made(size), max_bytes=size)
    assert (stored.size_bytes, stored.sha256) == (size, hashlib.sha256(b"\xe9" * size).hexdigest())
    digest = hashlib.sha256()
    for piece in store.read(stored.key):
        assert len(piece) <= PIECE_BYTES
        digest.update(piece)
    assert digest.hexdigest() == stored.sha256


def test_a_file_is_never_whole_in_memory(store: FileStore) -> None:
    size = 8 * PART_BYTES
    stream = Made(size)
    tracemalloc.start()
    try:
        stored = store.save(stream, max_bytes=size)
        read = sum(len(piece) for piece in store.read(stored.key))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read == size
    assert stream.asked_max <= PIECE_BYTES
    assert peak < 4 * PART_BYTES, "a part, a copy of it on its way, and not the file"


def test_a_file_is_read_from_any_byte_on(store: FileStore) -> None:
    size = PART_BYTES + 100
    stored = store.save(Made(size), max_bytes=size)
    assert b"".join(store.read(stored.key, start=size - 7)) == b"\xe9" * 7


@pytest.mark.parametrize("breaks_at", [0, PIECE_BYTES, 2 * PART_BYTES])
def test_a_broken_upload_leaves_nothing_behind(server: S3Server, store: FileStore, breaks_at: int) -> None:
    before = server.keys(BUCKET)
    with pytest.raises(ConnectionResetError):
        store.save(Made(MANY_PARTS, breaks_at=breaks_at), max_bytes=MANY_PARTS)
    assert (server.keys(BUCKET), server.unfinished(BUCKET)) == (before, [])


@pytest.mark.parametrize("size", [100, MANY_PARTS])
def test_a_file_over_its_limit_leaves_nothing_behind(server: S3Server, store: FileStore, size: int) -> None:
    before = server.keys(BUCKET)
    with pytest.raises(InvalidInput, match="file_too_large"):
        store.save(Made(size), max_bytes=size - 1)
    assert (server.keys(BUCKET), server.unfinished(BUCKET)) == (before, [])


def test_a_deleted_file_is_gone_and_may_be_deleted_again(store: FileStore) -> None:
    stored = store.save(Made(5), max_bytes=5)
    store.delete(stored.key)
    store.delete(stored.key)
    with pytest.raises(NotFound, match="file_not_found"):
        store.read(stored.key)


@pytest.mark.parametrize("key", ["0" * 32, "../secrets", "", "a/b"])
def test_a_key_that_names_no_stored_file_is_not_found(store: FileStore, key: str) -> None:
    with pytest.raises(NotFound, match="file_not_found"):
        store.read(key)


def test_parts_of_a_store_keep_their_files_apart(server: S3Server, store: FileStore, tmp_path: Path) -> None:
    for each in (store, FolderStore(tmp_path)):
        stored = each.within("attachments").save(Made(5), max_bytes=5)
        assert b"".join(each.within("attachments").read(stored.key)) == b"\xe9" * 5
        with pytest.raises(NotFound):
            each.read(stored.key)
    assert any(key.startswith("l2c/attachments/") for key in server.keys(BUCKET))


def test_a_store_that_is_away_is_told_of_as_such() -> None:
    (port,) = free_ports(1)
    away = ObjectStore.at(f"http://127.0.0.1:{port}/files", ACCESS_KEY, SECRET_KEY)
    for act in (lambda: away.save(Made(1), max_bytes=1), lambda: away.read("0" * 32), lambda: away.delete("0" * 32)):
        with pytest.raises(Unavailable, match="service_unavailable"):
            act()


def test_settings_choose_the_store(server: S3Server, tmp_path: Path) -> None:
    in_folder = Settings("postgresql+psycopg://x/{service}", "l2c-memory://", "memory://", tmp_path)
    assert isinstance(file_store(in_folder), FolderStore)
    environment = {
        **in_folder.to_environment(),
        "L2C_FILES_URL": f"{server.endpoint}/{BUCKET}/elsewhere?region=cn-north-1&style=path",
        "L2C_FILES_ACCESS_KEY": ACCESS_KEY,
        "L2C_FILES_SECRET_KEY": SECRET_KEY,
    }
    store = file_store(Settings.from_environment(environment))
    assert isinstance(store, ObjectStore)
    stored = store.save(Made(3), max_bytes=3)
    store.close()
    assert f"elsewhere/{stored.key}" in server.keys(BUCKET)
    assert list(tmp_path.iterdir()) == []


GREEN = """
import eventlet
eventlet.monkey_patch()
import sys, time
from eventlet import wsgi
from services.kit.errors import NotFound
from services.kit.object_store import ObjectStore

def slow(environ, start_response):
    eventlet.sleep(1)
    start_response("404 Not Found", [("Content-Type", "application/xml")])
    return [b"<Error><Code>NoSuchKey</Code><Message>?</Message></Error>"]

listener = eventlet.listen(("127.0.0.1", 0))
eventlet.spawn(wsgi.server, listener, slow, log_output=False)
store = ObjectStore.at(f"http://127.0.0.1:{listener.getsockname()[1]}/files", "a", "b")

def look(_):
    try:
        store.read("0" * 32)
    except NotFound:
        return 1

started = time.monotonic()
found = sum(eventlet.GreenPool(4).imap(look, range(4)))
print(found, time.monotonic() - started)
"""


def test_four_green_threads_wait_for_the_store_at_once() -> None:
    """The server is in the same thread: a wait that blocked it would never end."""
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", GREEN],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    found, seconds = finished.stdout.split()
    assert found == "4"
    assert float(seconds) < 3
