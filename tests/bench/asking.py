"""How long calls take that are each another question, and how PostgreSQL answers them."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, event

CALLS: Final = 300
CALLS_EXPLAINED: Final = 20
_INDEX: Final = re.compile(r"(?:using|Bitmap Index Scan on) (\w+)")

Ask = Callable[[], Callable[[], object]]
"""Makes up a question and gives the call that asks it; only the call is measured."""


def measured(what: str, ask: Ask) -> str:
    """A line of the table."""
    took: list[float] = []
    for _ in range(CALLS):
        call = ask()
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return f"{what:<48}p50 {took[CALLS // 2]:>6.1f} ms   p99 {took[CALLS * 99 // 100]:>6.1f} ms"


def plans_of(engine: Engine, ask: Ask) -> list[str]:
    """The lines of the plans of every query of some calls."""
    calls = [ask() for _ in range(CALLS_EXPLAINED)]
    with _explained(engine) as lines:
        for call in calls:
            call()
    return lines


def indexes_in(plans: list[str]) -> list[str]:
    """The plans' nodes that read an index, each once."""
    found = (line.strip().removeprefix("->").partition("  (")[0].strip() for line in plans if _INDEX.search(line))
    return list(dict.fromkeys(found))


def read_whole(engine: Engine, asked: Mapping[str, Ask], reads_all: re.Pattern[str]) -> dict[str, list[str]]:
    """Print which indexes answer each of these.

    :param asked: by what it is called.
    :param reads_all: what a plan's line says that reads a whole table which must not be.
    :returns: such lines, by what asks so.
    """
    found: dict[str, list[str]] = {}
    for what, ask in asked.items():
        lines = plans_of(engine, ask)
        print(what, *indexes_in(lines), sep="\n    ")
        if read := [line for line in lines if reads_all.search(line)]:
            found[what] = read
    return found


@contextmanager
def _explained(engine: Engine) -> Iterator[list[str]]:
    plans: list[str] = []

    def explain(connection: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")) and " FROM " in statement.replace("\n", " "):
            driver: Any = connection.connection.driver_connection
            plans.extend(row[0] for row in driver.execute(f"EXPLAIN {statement}", parameters))

    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(engine, "before_cursor_execute", explain)
