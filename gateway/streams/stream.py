"""One open stream: what its own green thread writes, and what others leave for it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from eventlet.event import Event as Arrival

from gateway.identity.usecases.recognise_again import Proof
from gateway.streams import frames
from services.kit.caller import Caller

RETRY_SECONDS: Final = 2.0
RETRY_SECONDS_PUSHED_OUT: Final = 60.0
"""For one that had to make room: were it back at once, it would push out the next, and so on without end."""


class Stream:
    """A connection that listens.

    It holds one answer at most: while that is being written the stream is not *ready*, nothing is asked for it, and it stays
    where it stands. A reader that is slow, or takes nothing at all, costs one answer's bytes, and is told the rest later, as one.

    :ivar since: the cursor of what it was told last; ``None`` for one that only begins.
    :ivar is_behind: something changed while it was not ready.

    :param when_ready: called by a stream that is behind when it is ready again.
    """

    def __init__(
        self, proof: Proof, caller: Caller, since: str | None, heartbeat_seconds: float, when_ready: Callable[["Stream"], None]
    ) -> None:
        self.proof = proof
        self.caller = caller
        self.since = since
        self.is_behind = False
        self._heartbeat_seconds = heartbeat_seconds
        self._when_ready = when_ready
        self._counters: Mapping[str, Any] | None = None
        self._written = since
        self._left = b""
        self._goodbye: bytes | None = None
        self._waiting = False
        self._arrival = Arrival()

    @property
    def is_ready(self) -> bool:
        return self._waiting and not self._left and self._goodbye is None

    def tell(self, news: Sequence[bytes], counters: Mapping[str, Any], cursor: str) -> None:
        """Leave an answer to be written; only for a stream that is ready.

        :param news: frames that do not move the reader: whoever breaks off among them is told all of them again.
        :param counters: what waits now; not said again where it is what was said before.
        """
        self.since = cursor
        if counters != self._counters:
            self._counters = counters
            self._leave([*news, frames.event("counters", counters, position=cursor)])
        elif news:
            self._leave([*news, frames.advance(cursor)])

    def end(self, retry_seconds: float | None = None) -> None:
        """Let it end, after what it is writing.

        :param retry_seconds: when its reader may come again.
        """
        if self._goodbye is None:
            self._goodbye = b"" if retry_seconds is None else frames.retry(retry_seconds)
            self._wake()

    def pieces(self) -> Iterator[bytes]:
        """What is written, piece by piece. Whoever takes one comes back for the next when it is in the socket."""
        yield frames.retry(RETRY_SECONDS)
        while self._goodbye is None:
            self._wait()
            left, self._left = self._left, b""
            if self._goodbye is None:
                yield left or self._heartbeat()
        if self._goodbye:
            yield self._goodbye

    def _wait(self) -> None:
        self._waiting = True
        if self.is_behind:
            self.is_behind = False
            self._when_ready(self)
        if not self._left and self._goodbye is None:
            self._arrival = Arrival()
            self._arrival.wait(timeout=self._heartbeat_seconds)
        self._waiting = False

    def _heartbeat(self) -> bytes:
        if self.since is None or self.since == self._written:
            return frames.HEARTBEAT
        # Nothing was new to this reader, but it stands further on: what it would be asked to look through when it comes again.
        self._written = self.since
        return frames.advance(self.since)

    def _leave(self, left: Sequence[bytes]) -> None:
        self._written = self.since
        self._left = b"".join(left)
        self._wake()

    def _wake(self) -> None:
        if not self._arrival.ready():
            self._arrival.send()
