"""What is installed to run, to develop and to measure: each lock adds to the one before it, and moves nothing of it."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "deploy"
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt")


def _pinned(name: str) -> set[str]:
    """Every package with its version and hashes."""
    text = FOLDER.joinpath(name).read_text("utf-8")
    return {
        " ".join(sorted(entry.replace("\\", " ").split())) for entry in re.findall(r"^\S+==(?:.*\\\n)+.*$", text, re.MULTILINE)
    }


@pytest.mark.parametrize(("smaller", "larger"), list(pairwise(LOCKS)))
def test_a_larger_lock_holds_all_of_the_smaller_one(smaller: str, larger: str) -> None:
    assert _pinned(smaller)
    assert _pinned(smaller) <= _pinned(larger)


def test_what_we_are_measured_beside_is_in_the_bench_lock_alone() -> None:
    names = {
        lock: {entry.partition("==")[0] for entry in FOLDER.joinpath(lock).read_text("utf-8").splitlines()} for lock in LOCKS
    }
    assert [lock for lock in LOCKS if "spiffworkflow" in names[lock]] == ["requirements-bench.txt"]
