"""Worker processes for what is measured: they are there, and have imported what they need, before the measuring begins."""

import re
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path


@contextmanager
def worker_processes(count: int, module: str) -> Iterator[Executor]:
    """
    :param module: the name of the one whose functions they shall call.
    """
    # Not forked: whoever measures may have loaded what does not bear that.
    context = get_context("spawn")
    all_there = context.Barrier(count + 1)
    with ProcessPoolExecutor(count, mp_context=context, initializer=_get_ready, initargs=(module, all_there)) as pool:
        began = [pool.submit(abs, number) for number in range(count)]  # a process is started for each, as none is idle
        all_there.wait()
        for each in began:
            each.result()
        yield pool


def most_megabytes() -> float:
    """The largest size that this process had. What ``getrusage`` tells is its starter's, where that was the larger."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)[0]) / 1024


def _get_ready(module: str, all_there: Barrier) -> None:
    import_module(module)
    all_there.wait()
