"""The embedded system's back door for its owner: a Unix socket in its folder that takes the ``l2c`` command's operations.

Elsewhere the command reaches database and broker itself; here both live in or beside the serving process. A request is a line of
JSON, ``{"operation": …, …}``; the answer is one too: ``{"lines": […], "status": …}``.
"""

import json
import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from deploy.answer import Answer

_log = logging.getLogger(__name__)

_SOCKET_NAME = "control.sock"
_LINE_BYTES_MAX = 64 * 1024


class NotRunning(Exception):
    """Nothing serves this folder."""


class ControlSocket:
    """Takes requests, each in a thread of its own.

    :param perform: does what a request asks for.
    """

    def __init__(self, var: Path, perform: Callable[[Mapping[str, Any]], Answer]) -> None:
        self._path = var / _SOCKET_NAME
        self._perform = perform
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, name="control", daemon=True)

    def start(self) -> None:
        self._path.unlink(missing_ok=True)  # left behind by a process that was killed: the folder's lock says that it is gone
        before = os.umask(0o177)
        try:
            self._listener.bind(str(self._path))
        finally:
            os.umask(before)
        self._listener.listen(4)
        self._thread.start()

    def stop(self) -> None:
        # The thread waits for a connection, and nothing else wakes it: under eventlet neither closing nor shutting down does.
        self._stopping = True
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as last:
            last.connect(str(self._path))
        self._thread.join()
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._stopping:
                connection.close()
                return
            threading.Thread(target=self._answer, args=(connection,), name="control-request", daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as stream:
            try:
                answer = self._perform(json.loads(stream.readline(_LINE_BYTES_MAX)))
            except Exception as error:  # whatever it is, whoever asked is told
                _log.exception("an operation failed")
                answer = Answer([f"{type(error).__name__}: {error}"], status=1)
            try:
                stream.write(json.dumps({"lines": answer.lines, "status": answer.status}, ensure_ascii=False).encode() + b"\n")
                stream.flush()
            except OSError as error:
                _log.warning("whoever asked did not wait for the answer: %s", error)


def ask(var: Path, request: dict[str, Any]) -> Answer:
    """Have the system that serves this folder do something.

    :raises NotRunning: if there is none.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            connection.connect(str(var / _SOCKET_NAME))
        except OSError as error:
            raise NotRunning(f"nothing serves {var}: {error}") from error
        with connection.makefile("rwb") as stream:
            stream.write(json.dumps(request).encode() + b"\n")
            stream.flush()
            answer = json.loads(stream.readline())
    return Answer(answer["lines"], answer["status"])
