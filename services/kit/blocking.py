"""Work that keeps the processor busy, beside green threads that must go on."""

import importlib
import sys
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def run_blocking(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function that computes long or waits in C, without keeping the other green threads from running.

    In a process patched by eventlet it runs in one of eventlet's native threads: there it may use nothing green (no database, no
    bus). Elsewhere it is simply called. Whoever imports this module does not import eventlet.
    """
    patcher: Any = sys.modules.get("eventlet.patcher")
    if patcher is None or not patcher.is_monkey_patched("socket"):
        return function(*args, **kwargs)
    tpool: Any = importlib.import_module("eventlet.tpool")
    result: T = tpool.execute(function, *args, **kwargs)
    return result
