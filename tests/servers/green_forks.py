"""Green processes for tests, forked from one that has imported everything (:mod:`tests.servers.forking_process`): most of what a
service's process takes to start is imports. That one also starts by itself is what the end-to-end tests show."""

import json
import os
import select
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Final, Self, TextIO

_CHECKOUT: Final = Path(__file__).resolve().parents[2]


class GreenForks:
    """The process that forks, as tests see it; started with the first fork."""

    def __init__(self) -> None:
        self._control: socket.socket | None = None
        self._process: Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._control is not None and self._process is not None:
            self._control.close()
            self._process.wait(20)

    def start(self, module: str, environment: Mapping[str, str]) -> "Fork":
        """Run a module's ``main()`` in a fork.

        :param environment: the whole of it.
        """
        control = self._started()
        reader, writer = os.pipe()
        try:
            request = json.dumps({"module": module, "environment": dict(environment)}).encode()
            socket.send_fds(control, [request], [writer])
        finally:
            os.close(writer)
        return Fork(int(control.recv(32)), os.fdopen(reader))

    def _started(self) -> socket.socket:
        if self._control is None:
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            command = [sys.executable, "-m", "tests.servers.forking_process", str(theirs.fileno())]
            self._process = Popen(command, cwd=_CHECKOUT, pass_fds=[theirs.fileno()], stdin=DEVNULL, stdout=DEVNULL)
            theirs.close()
        return self._control


class Fork:
    """One of its forks.

    :ivar process_id: of the process.
    :ivar stdout: what it says.
    """

    def __init__(self, process_id: int, stdout: TextIO) -> None:
        self.process_id = process_id
        self.stdout = stdout
        self._handle = os.pidfd_open(process_id)  # its parent leaves the reaping to the kernel: the number may become another's

    def terminate(self) -> None:
        """Ask it to end, unless it has."""
        if self._runs():
            signal.pidfd_send_signal(self._handle, signal.SIGTERM)

    def wait(self, seconds_max: float) -> None:
        """Until it has ended.

        :raises TimeoutError: if it does not in time.
        """
        if self._runs(seconds_max):
            raise TimeoutError(f"process {self.process_id} did not end within {seconds_max:g} s")
        os.close(self._handle)
        self.stdout.close()

    def _runs(self, seconds: float = 0.0) -> bool:
        ending = select.poll()
        ending.register(self._handle, select.POLLIN)
        return not ending.poll(seconds * 1000)
