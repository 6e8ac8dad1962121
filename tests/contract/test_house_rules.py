"""Rules of the house that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SOURCES = ("services", "gateway", "deploy", "tests")

DRAWERS = {"base", "common", "helper", "helpers", "misc", "stuff", "util", "utils"}
MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60

# What would let the world into a rule: the domain is given its instants and ids.
IMPURE_CALLS = {"new_id", "now", "today", "utc_now", "utcnow", "uuid1", "uuid4", "uuid7"}


def modules(*, generated: bool = False) -> list[Path]:
    """The project's modules; migrations are written by a program and read once."""
    found = (path for source in SOURCES for path in (CHECKOUT / source).rglob("*.py"))
    return sorted(path for path in found if generated or "migrations" not in path.parts)


def name_of(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_no_module_is_a_drawer_for_leftovers() -> None:
    drawers = [name_of(path) for path in modules(generated=True) if DRAWERS & {path.stem, path.parent.name}]
    assert not drawers, "name a module by a noun of the field"


def test_no_module_grows_beyond_what_one_can_hold_in_mind() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert not {name: lines for name, lines in lengths.items() if lines > MODULE_LINES_MAX}, "split it by meaning"


def test_no_function_grows_beyond_a_screen() -> None:
    long_ones = {
        f"{name_of(path)}:{function.lineno} {function.name}": lines
        for path in modules()
        for function in functions(ast.parse(path.read_bytes()))
        if (lines := _lines_of_code(function)) > FUNCTION_LINES_MAX
    }
    assert not long_ones, "split it by meaning"


def test_what_another_service_says_is_read_as_far_as_it_is_known() -> None:
    """A consumer that refused what the next version adds would stand still during an upgrade (decision 0039)."""
    services = (path for path in modules() if path.is_relative_to(CHECKOUT / "services"))
    strict = {name_of(path) for path in services if re.search(r"\bload\(\w+, event\.data\)", path.read_text("utf-8"))}
    assert strict == {"services/billing/service.py"}, (
        "load_told; reports of usage alone come from outside, and are held to the letter"
    )


def test_one_place_alone_chooses_where_files_are_kept() -> None:
    """A process that chose by itself would keep them in its own folder where the others have an object store."""
    choosing = {
        name_of(path)
        for path in modules()
        if path.is_relative_to(CHECKOUT / "services") or path.is_relative_to(CHECKOUT / "gateway")
        if "FolderStore(" in path.read_text(encoding="utf-8").replace("class FolderStore(", "")
    }
    assert choosing == {"services/kit/files.py", "services/kit/storage.py"}


@pytest.mark.parametrize("path", sorted((CHECKOUT / "services").glob("*/domain/**/*.py")), ids=name_of)
def test_the_domain_never_asks_what_time_it_is_nor_makes_an_id(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call)]
    names = {
        func.attr if isinstance(func, ast.Attribute) else func.id for func in calls if isinstance(func, ast.Attribute | ast.Name)
    }
    assert not names & IMPURE_CALLS, "instants and ids come in as arguments"


def _lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first, last = function.body[0], function.body[-1]
    if ast.get_docstring(function) is not None and len(function.body) > 1:
        first = function.body[1]  # documentation may take the room it needs
    assert last.end_lineno is not None
    return last.end_lineno - first.lineno + 1
