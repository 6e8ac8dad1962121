"""What may be depended on: pinned by hash, and under a licence that suits."""

from pathlib import Path

import pytest

from deploy.dependencies import Package, _spdx, problems_of_licence, problems_of_lock


@pytest.mark.parametrize(
    ("name", "licence", "suits"),
    [
        ("x", "MIT", True),
        ("x", "MIT OR GPL-3.0-only", True),
        ("x", "MIT AND PSF-2.0", True),
        ("x", "MIT AND GPL-3.0-only", False),
        ("x", "GPL-3.0-only", False),
        ("x", "AGPL-3.0-or-later", False),
        ("x", "(MIT OR CC0-1.0)", True),
        ("x", "", False),
        ("psycopg", "LGPL-3.0-only", True),
        ("x", "LGPL-3.0-only", False),
    ],
)
def test_a_licence_suits_or_is_named_as_an_exception(name: str, licence: str, suits: bool) -> None:
    assert (not list(problems_of_licence(Package("python", name, "1", licence)))) is suits


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("BSD License", "BSD-3-Clause"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("Dual License", ""),
        ("UNKNOWN", ""),
        ("Proprietary", ""),
    ],
)
def test_what_a_package_says_of_itself_is_read_or_unknown(said: str, meant: str) -> None:
    assert _spdx(said) == meant


@pytest.mark.parametrize(
    ("lock", "problem"),
    [
        ("x==1.0 \\\n    --hash=sha256:ab\n    # via y\n", ""),
        ("x==1.0\n", "x==1.0 has no hash"),
        ("x>=1.0 --hash=sha256:ab\n", "x>=1.0 is not pinned"),
        ("x @ https://example.com/x.whl --hash=sha256:ab\n", "x is not pinned"),
        ("--index-url https://example.com\n", "--index-url has no place in a lock"),
    ],
)
def test_a_lock_pins_each_package_by_hash_and_names_no_host(tmp_path: Path, lock: str, problem: str) -> None:
    path = tmp_path / "lock.txt"
    path.write_text(lock)
    assert list(problems_of_lock(path)) == ([f"lock.txt: {problem}"] if problem else [])
