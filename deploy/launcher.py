"""Making a process green, in one place: before anything else, or psycopg and nameko block each other.

Only processes that hold nameko containers are made green. Celery workers, beat, relays of their own and all other commands are
ordinary processes.
"""

import atexit
import os
import shutil
import sys
import tempfile
import warnings


def make_green() -> None:
    """Let every wait of this process yield to its other green threads. The first thing a process does, or nothing it does.

    :raises RuntimeError: if psycopg is imported already: which wait it uses was fixed then.
    """
    if "psycopg" in sys.modules:
        raise RuntimeError("psycopg was imported before the process was made green")
    # psycopg's wait in C blocks every green thread; this one goes through Python's selectors, which eventlet patches.
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"

    with warnings.catch_warnings():
        # It says at every import that it is deprecated; nameko 2 stands on it, and that is settled (spec/platform.md).
        warnings.simplefilter("ignore")
        import eventlet

    eventlet.monkey_patch()


def count_across_forks() -> None:
    """Let what forked processes count be told by the one that forked them. Before anything counts, as ``make_green``.

    :raises RuntimeError: if prometheus_client is imported already: where it counts was fixed then.
    """
    if "prometheus_client" in sys.modules:
        raise RuntimeError("prometheus_client was imported before it was told where to count")
    folder = tempfile.mkdtemp(prefix="l2c-counts-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    owner = os.getpid()

    @atexit.register
    def _forget() -> None:
        if os.getpid() == owner:  # a forked process inherits this, too
            shutil.rmtree(folder, ignore_errors=True)
