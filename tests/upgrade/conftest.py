"""A version of before, from the history."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def previous_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources of the version before this one, in a folder of their own."""
    version = (ROOT / "deploy" / "previous_version").read_text("utf-8").strip()
    folder = tmp_path_factory.mktemp("previous")
    if not _has_history():
        pytest.skip("a checkout without its history has no version before this one: `git fetch --unshallow`")
    archive = _git("archive", version, "services", "gateway", "deploy")
    assert archive.returncode == 0, (
        f"the version before, {version} (deploy/previous_version), is not in this checkout's history: {archive.stderr.decode()}"
    )
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
    return folder


def _has_history() -> bool:
    """Whether the checkout is of a repository, and not just of its last commit."""
    is_shallow, commits = _git("rev-parse", "--is-shallow-repository"), _git("rev-list", "--count", "HEAD")
    return is_shallow.stdout.strip() == b"false" and int(commits.stdout) > 1


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    # A checkout may belong to another user: on a host whose container runs this, say.
    return subprocess.run(["git", "-c", f"safe.directory={ROOT}", *arguments], cwd=ROOT, capture_output=True, check=False)
