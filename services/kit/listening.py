"""Listening sockets: one process a port, and whoever finds one taken is told by whom.

Without SO_REUSEPORT, which eventlet sets by itself: with it two systems share a port in silence, and each gets half of what is
meant for the other.
"""

import errno
import socket
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import psutil

HEALTH_REMEDY: Final = "give one of the two another L2C_HEALTH_PORT_BASE, or end the other"
HTTP_REMEDY: Final = "give one of the two another L2C_HTTP_ADDRESS, or end the other"


class PortTaken(OSError):
    """Another process listens there; the message says which, and what to do."""

    def __init__(self, host: str, port: int, remedy: str) -> None:
        super().__init__(errno.EADDRINUSE, f"{host}:{port} is taken{_by_whom(port)}; {remedy}")

    def __str__(self) -> str:
        return str(self.strerror)


def open_listener(host: str, port: int, *, remedy: str, backlog: int = 128) -> socket.socket:
    """A socket that listens; green in a green process.

    :param host: an address of this host, of IPv4 or IPv6; ``0.0.0.0`` and ``::`` are all of them.
    :param port: 0 for any that is free.
    :param remedy: what to do where the port is taken, for the error.
    :raises PortTaken: if another process listens there.
    :raises OSError: if the address is none of this host's, or the port is not for us.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        # What the last process left in TIME_WAIT keeps nobody from listening again; who listens now still does.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port, remedy) from None
        raise
    return listener


def listener_of(port: int) -> "psutil.Process | None":
    """The process that listens on a port; ``None`` if there is none, or it is somebody else's and not shown to us."""
    import psutil  # noqa: PLC0415  # asked only where a port is taken

    for connection in psutil.net_connections("tcp"):
        here = connection.laddr and connection.laddr.port
        if connection.status == psutil.CONN_LISTEN and here == port and connection.pid:
            return psutil.Process(connection.pid)
    return None


def _by_whom(port: int) -> str:
    import psutil  # noqa: PLC0415  # as above

    try:
        process = listener_of(port)
        return "" if process is None else f" by process {process.pid} ({' '.join(process.cmdline()[-4:])})"
    except psutil.Error:
        return ""  # it ended meanwhile, or is not shown to us
