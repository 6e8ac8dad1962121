"""A backup as one file: what goes in comes out, and nothing else does."""

import io
import tarfile
from pathlib import Path

import pytest

from deploy.backup.archive import ArchiveExists, packing, unpacked
from deploy.backup.contents import BackupDamaged


def _packed(target: Path) -> Path:
    with packing(target) as folder:
        (folder / "files" / "ab").mkdir(parents=True)
        (folder / "billing.dump").write_bytes(b"rows" * 1_000_000)
        (folder / "files" / "ab" / "附件").write_bytes(b"")
    return target


def _fail(target: Path) -> None:
    with packing(target) as folder:
        folder.mkdir()
        raise OSError("the disk is full")


def _tar(target: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(target, "w") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target


def test_what_was_packed_is_unpacked_and_goes_after_its_use(tmp_path: Path) -> None:
    target = _packed(tmp_path / "new" / "l2c.tar")
    assert [path.name for path in target.parent.iterdir()] == ["l2c.tar"]
    assert target.stat().st_mode & 0o077 == 0
    with unpacked(target) as folder:
        found = {path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*") if path.is_file()}
        assert found == {"billing.dump": 4_000_000, "files/ab/附件": 0}
        assert (folder / "billing.dump").stat().st_mode & 0o077 == 0
    assert not folder.exists()


def test_a_folder_is_itself(tmp_path: Path) -> None:
    with packing(tmp_path / "backup") as target, unpacked(tmp_path) as source:
        assert (target, source) == (tmp_path / "backup", tmp_path)


def test_a_backup_that_fails_leaves_nothing_and_overwrites_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"):
        _fail(tmp_path / "l2c.tar")
    assert not list(tmp_path.iterdir())
    (tmp_path / "l2c.tar").write_text("an older one")
    with pytest.raises(ArchiveExists, match=r"l2c\.tar"), packing(tmp_path / "l2c.tar"):
        pytest.fail("it began")


def test_half_a_file_is_damaged(tmp_path: Path) -> None:
    target = _packed(tmp_path / "l2c.tar")
    target.write_bytes(target.read_bytes()[:2_000_000])
    with pytest.raises(BackupDamaged, match="no backup"), unpacked(target):
        pytest.fail("it was unpacked")


def test_what_is_no_tar_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "l2c.tar").write_text("SELECT 1;" * 200)
    with pytest.raises(BackupDamaged, match="no backup"), unpacked(tmp_path / "l2c.tar"):
        pytest.fail("it was unpacked")


@pytest.mark.parametrize("name", ["l2c/../../escaped", "l2c/..", "file-at-the-top"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    target = _tar(tmp_path / "l2c.tar", (tarfile.TarInfo(name), b"x"))
    with pytest.raises(BackupDamaged, match="holds no"), unpacked(target):
        pytest.fail("it was unpacked")
    assert [path.name for path in tmp_path.iterdir()] == ["l2c.tar"]


def test_a_link_is_refused(tmp_path: Path) -> None:
    link = tarfile.TarInfo("l2c/billing.dump")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with pytest.raises(BackupDamaged, match="holds no"), unpacked(_tar(tmp_path / "l2c.tar", (link, b""))):
        pytest.fail("it was unpacked")


def test_a_file_that_comes_twice_is_refused(tmp_path: Path) -> None:
    twice = [(tarfile.TarInfo("l2c/billing.dump"), b"one"), (tarfile.TarInfo("l2c/billing.dump"), b"two")]
    with pytest.raises(BackupDamaged, match=r"billing\.dump"), unpacked(_tar(tmp_path / "l2c.tar", *twice)):
        pytest.fail("it was unpacked")
