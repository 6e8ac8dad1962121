"""Forks green processes for tests: ``python -m tests.servers.forking_process SOCKET``, see :mod:`tests.servers.green_forks`.

It has no work for eventlet's hub, which forks cannot share, and waits on its socket (one that nobody has patched) for the name of
a module whose ``main()`` the next fork is to run. It ends when whoever holds the other end of the socket does.
"""

from deploy.launcher import make_green

make_green()

# Nothing of eventlet's, nameko's or psycopg's may be imported before the process is green.
import _socket  # noqa: E402
import gc  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from array import array  # noqa: E402
from importlib import import_module  # noqa: E402
from typing import Any, Final  # noqa: E402

from eventlet import hubs  # noqa: E402

from deploy import relays, workers  # noqa: E402, F401  # what forks are made of
from deploy.catalogue import CONTAINERS, service_class, tasks_of  # noqa: E402

_REQUEST_BYTES_MAX: Final = 1 << 18


def main(socket_number: int) -> None:
    for service in CONTAINERS:
        service_class(service)
        tasks_of(service)
    gc.collect()
    gc.freeze()  # what is shared with the forks stays so: no collection writes to it
    hub = hubs.get_hub()
    assert not hub.running, "an import has waited for something"
    assert not [*hub.get_readers(), *hub.get_writers(), *hub.timers, *hub.next_timers], "an import waits for something"
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _serve(_socket.socket(fileno=socket_number))


def _serve(control: _socket.socket) -> None:
    """Fork for each request. In the fork, run what it asks for, and return."""
    while True:
        request, ancillary, *_ = control.recvmsg(_REQUEST_BYTES_MAX, _socket.CMSG_SPACE(4))
        if not request:
            return
        (output,) = array("i", ancillary[0][2])
        process_id = os.fork()
        if process_id == 0:
            control.close()
            _run(json.loads(request), output)
            return
        os.close(output)
        control.send(str(process_id).encode())


def _run(request: dict[str, Any], output: int) -> None:
    hubs.use_hub()  # one of its own: the other's poll is shared
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(output, sys.stdout.fileno())
    os.close(output)
    os.environ.clear()
    os.environ.update(request["environment"])
    import_module(request["module"]).main()


if __name__ == "__main__":
    main(int(sys.argv[1]))
