"""The log of slow statements: each with its text, its time, and by the log's own fields its service and trace.

Without the parameters' values, which are people's names and money: the text has their places. The time is what the caller waited,
the queue for the server's answer included, and in a green process the turn of other green threads.
"""

import logging
import time
from typing import Any, Final

from sqlalchemy import Engine, event

from services.kit.telemetry import SERVICE, SLOW_STATEMENTS

_log = logging.getLogger("services.kit.slow_statements")

_TEXT_CHARACTERS_MAX: Final = 4000
_BEGAN: Final = "l2c.began"


def log_slow_statements(engine: Engine, seconds: float) -> None:
    """Log what takes an engine's callers longer than this."""

    @event.listens_for(engine, "before_cursor_execute")
    def _begin(connection: Any, _cursor: Any, _text: str, _parameters: Any, _context: Any, _many: bool) -> None:
        connection.info[_BEGAN] = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def _end(connection: Any, _cursor: Any, text: str, _parameters: Any, _context: Any, _many: bool) -> None:
        _note(time.perf_counter() - connection.info[_BEGAN], text, "")

    @event.listens_for(engine, "handle_error")
    def _fail(context: Any) -> None:
        # One that is given up, a deadlock's or a timeout's, may have waited longest of all.
        began = context.connection.info.get(_BEGAN) if context.connection is not None else None
        if began is not None and context.statement is not None:
            _note(time.perf_counter() - began, context.statement, type(context.original_exception).__name__)

    def _note(taken: float, text: str, error: str) -> None:
        if taken < seconds:
            return
        SLOW_STATEMENTS.labels(SERVICE.get()).inc()
        shown = " ".join(text.split())[:_TEXT_CHARACTERS_MAX]
        _log.warning("a statement took %.3f s%s: %s", taken, f" and failed ({error})" if error else "", shown)
