"""A stream's socket, under eventlet's WSGI server."""

import socket
from collections.abc import Callable, MutableMapping
from typing import Any, Final

from eventlet.wsgi import WSGI_LOCAL

_SEND_BUFFER_BYTES: Final = 64 * 1024
"""What the kernel holds for a reader that does not read: it would otherwise grow to megabytes, for each of them."""


def prepare(environ: MutableMapping[str, Any], write_seconds_max: float) -> Callable[[], bool]:
    """Let what is written leave at once, and a write to a reader that takes nothing end its connection.

    :returns: whether the reader has gone; if so, nothing more is written to it, either.
    """
    environ["eventlet.minimum_write_chunk_size"] = 1
    connection = environ["eventlet.input"].get_socket()
    connection.settimeout(write_seconds_max)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)

    def is_gone() -> bool:
        gone = _has_hung_up(connection.fd)
        if gone:
            # Without, the server would write the end of the answer, fail, and log that with a traceback.
            WSGI_LOCAL.already_handled = True
        return gone

    return is_gone


def _has_hung_up(connection: socket.socket) -> bool:
    try:
        return not connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True
