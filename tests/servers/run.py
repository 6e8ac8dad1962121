"""One run of the tests: the folder its servers live in, and the lifeline that ends them with it."""

import fcntl
import os
import shutil
import time
from pathlib import Path
from typing import Final

from tests.servers.account import new_run_folder

LIFELINE: Final = "lifeline"
"""Locked by the run for as long as it lives; the system unlocks it when the process is gone, however it went."""

KEEPER_LOCK: Final = "keeper.lock"
"""Locked by the keeper for as long as it has anything to stop."""

SOCKET: Final = "keeper.sock"
"""Where the keeper takes requests."""

KEEPER_LOG: Final = "keeper.log"

_STOP_SECONDS_MAX: Final = 90
_PROBE_INTERVAL_SECONDS: Final = 0.02


class Run:
    """A run of the tests, made where pytest is started: in the controller, or in the only process there is."""

    def __init__(self) -> None:
        self.folder: Path = new_run_folder()
        self._lifeline = (self.folder / LIFELINE).open("w")
        fcntl.flock(self._lifeline, fcntl.LOCK_EX)

    def end(self) -> None:
        """Let the servers go and wait until they are gone.

        :raises TimeoutError: if they are not in time.
        """
        self._lifeline.close()
        give_up = time.monotonic() + _STOP_SECONDS_MAX
        while keeper_is_alive(self.folder):
            if time.monotonic() > give_up:
                raise TimeoutError(f"the tests' servers did not stop; see {self.folder}")
            time.sleep(_PROBE_INTERVAL_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)  # the keeper, if there was one, has removed it


def keeper_is_alive(folder: Path) -> bool:
    """Whether a keeper of this run still has servers to stop."""
    try:
        lock = os.open(folder / KEEPER_LOCK, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False
