"""Making a process green, in one place: before anything else, or psycopg and nameko block each other.

Only processes that hold nameko containers are made green. Celery workers, beat, relays of their own and all other commands are
ordinary processes.
"""

import atexit
import os
import shutil
import socket
import sys
import tempfile
import warnings
from typing import Any


def make_green() -> None:
    """Let every wait of this process yield to its other green threads. The first thing a process does, or nothing it does.

    :raises RuntimeError: if psycopg is imported already: which wait it uses was fixed then.
    """
    if "psycopg" in sys.modules:
        raise RuntimeError("psycopg was imported before the process was made green")
    # psycopg's wait in C blocks every green thread; this one goes through Python's selectors, which eventlet patches.
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
    # Names are asked for as below (decision 0042); what eventlet would ask by is a tenth of what a service loads.
    os.environ["EVENTLET_NO_GREENDNS"] = "yes"

    with warnings.catch_warnings():
        # It says at every import that it is deprecated; nameko 2 stands on it, and that is settled (spec/platform.md).
        warnings.simplefilter("ignore")
        import eventlet

    eventlet.monkey_patch()
    _ask_for_names_in_threads()


def _ask_for_names_in_threads() -> None:
    """The system's resolver waits in C, which would keep every green thread waiting; an address asks nobody."""
    import eventlet.green.socket

    system = socket.getaddrinfo

    def asked(question: tuple[Any, ...]) -> tuple[Any, OSError | None]:
        try:
            return system(*question), None
        except OSError as error:  # what is raised there eventlet prints with all that led to it
            return None, error

    def getaddrinfo(host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> Any:  # noqa: A002  # the system's name
        try:
            return system(host, port, family, type, proto, flags | socket.AI_NUMERICHOST)
        except socket.gaierror:
            from eventlet import tpool

            found, error = tpool.execute(asked, (host, port, family, type, proto, flags))
        if error is not None:
            raise error
        return found

    socket.getaddrinfo = getaddrinfo
    eventlet.green.socket.getaddrinfo = getaddrinfo  # where its create_connection looks


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
