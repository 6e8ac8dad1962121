"""psycopg's waiting, through eventlet's hub.

psycopg's own wait in C blocks every green thread. The one through Python's selectors yields, and makes a selector for each wait:
six calls of the system, where the hub needs a registration.
"""

import time
from typing import Any

import psycopg.errors
import psycopg.waiting
from eventlet import hubs, patcher
from psycopg.waiting import Ready, Wait

_select = patcher.original("select")

_AGAIN_SECONDS = 0.1
"""How long to wait for room to write before looking whether there is something to read, which may be what makes room."""


def use_green_waits() -> None:
    """Let psycopg wait so from now on. For processes made green."""
    psycopg.waiting.wait = wait_green


def wait_green(gen: Any, fileno: int, interval: float = 0.0, timeout: float | None = None) -> Any:  # noqa: ARG001  # psycopg passes it
    """Do what a generator of psycopg does, switching to other green threads while it waits.

    :param gen: yields what it waits for on the socket, and is sent what is ready.
    :param interval: of looking for Ctrl-C; the hub needs none.
    :param timeout: seconds for the whole; ``None`` for none.
    :returns: what the generator returns.
    :raises psycopg.errors._WaitTimeout: when they are over.
    """
    give_up = None if timeout is None else time.monotonic() + timeout
    try:
        wanted = next(gen)
        while True:
            wanted = gen.send(_wait(fileno, wanted, give_up))
            if give_up is not None and time.monotonic() >= give_up:
                raise psycopg.errors._WaitTimeout("wait timeout expired")  # noqa: SLF001  # what psycopg's own waits raise
    except StopIteration as end:
        return end.value


def _wait(fileno: int, wanted: int, give_up: float | None) -> Ready:
    seconds = None if give_up is None else max(0.0, give_up - time.monotonic())
    if wanted == Wait.R:
        return _trampoline(fileno, seconds, read=True)
    ready = _ready_now(fileno, wanted)
    if ready != Ready.NONE:
        return ready
    return _trampoline(fileno, _AGAIN_SECONDS if seconds is None else min(seconds, _AGAIN_SECONDS), read=False)


def _trampoline(fileno: int, seconds: float | None, *, read: bool) -> Ready:
    try:
        hubs.trampoline(fileno, read=read or None, write=not read or None, timeout=seconds, timeout_exc=_Over)
    except _Over:
        return Ready.NONE
    return Ready.R if read else Ready.W


class _Over(Exception):
    """The wait's time is over."""


def _ready_now(fileno: int, wanted: int) -> Ready:
    """A socket is nearly always writable; asking costs less than a turn of the hub."""
    poll = _select.poll()
    poll.register(fileno, (_select.POLLIN if wanted & Wait.R else 0) | (_select.POLLOUT if wanted & Wait.W else 0))
    events = dict(poll.poll(0)).get(fileno, 0)
    # A hang-up is for the generator to find: libpq says what it means.
    readable = wanted & Wait.R and events & (_select.POLLIN | _select.POLLHUP | _select.POLLERR)
    writable = wanted & Wait.W and events & (_select.POLLOUT | _select.POLLHUP | _select.POLLERR)
    return Ready((Ready.R if readable else 0) | (Ready.W if writable else 0))
