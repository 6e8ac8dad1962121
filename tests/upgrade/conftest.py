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
    # A checkout may belong to another user: on a host whose container runs this, say.
    git = ["git", "-c", f"safe.directory={ROOT}", "archive", version, "services", "gateway", "deploy"]
    archive = subprocess.run(git, cwd=ROOT, capture_output=True, check=False)
    assert archive.returncode == 0, (
        f"the version before, {version} (deploy/previous_version), is not in this checkout's history:"
        f" {archive.stderr.decode().strip()}. This test needs a whole clone: `git fetch --unshallow`"
    )
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
    return folder
