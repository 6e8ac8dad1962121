"""When the garbage collector need not look."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector from running meanwhile; for a batch whose hundreds of thousands of objects all live until its end.

    The collector would look through all of them, time and again, and find nothing: a fourth of a billing run's time went so.
    What is let go is freed at once as always; only circles wait for the end.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
