"""Stored files are there whole or not at all."""

import hashlib
import io
from pathlib import Path

import pytest

from services.kit.errors import InvalidInput, NotFound, Unavailable
from services.kit.files import FolderStore

CONTENT = "对账单".encode() * 50_000


def test_a_file_comes_out_as_it_went_in(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    stored = store.save(io.BytesIO(CONTENT), max_bytes=len(CONTENT))
    assert (stored.size_bytes, stored.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert b"".join(store.read(stored.key)) == CONTENT


def test_a_file_over_its_limit_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="file_too_large"):
        FolderStore(tmp_path).save(io.BytesIO(CONTENT), max_bytes=len(CONTENT) - 1)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_that_finds_the_disk_full_is_refused_for_now_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "ab" * 16
    monkeypatch.setattr("services.kit.files.new_key", lambda: key)
    place = tmp_path / key[:2] / f"{key}.part"
    place.parent.mkdir()
    place.symlink_to("/dev/full")  # the kernel's own disk without room
    with pytest.raises(Unavailable, match="no_room_for_files") as caught:
        FolderStore(tmp_path).save(io.BytesIO(CONTENT), max_bytes=len(CONTENT))
    assert caught.value.passes_with_time
    assert not place.is_symlink()


@pytest.mark.parametrize("key", ["0" * 32, "../../etc/passwd", "", "a/b"])
def test_a_key_that_names_no_stored_file_is_not_found(tmp_path: Path, key: str) -> None:
    with pytest.raises(NotFound):
        FolderStore(tmp_path).read(key)


def test_a_deleted_file_is_gone_and_may_be_deleted_again(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    stored = store.save(io.BytesIO(b"x"), max_bytes=1)
    store.delete(stored.key)
    store.delete(stored.key)
    with pytest.raises(NotFound):
        store.read(stored.key)


def test_a_file_is_read_from_any_byte_on(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    stored = store.save(io.BytesIO(CONTENT), max_bytes=len(CONTENT))
    assert b"".join(store.read(stored.key, start=len(CONTENT) - 7)) == CONTENT[-7:]
