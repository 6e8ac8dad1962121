"""Who listens, whom a change concerns, and who is to be told next."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.streams.stream import RETRY_SECONDS_PUSHED_OUT, Stream
from services.kit.caller import Caller

STREAMS_A_USER_MAX: Final = 20
REST_SECONDS: Final = 0.3
"""A reader is told at most so often, however much happens: an import that posts 10,000 messages is three answers a second."""
PAUSE_SECONDS: Final = 2.0
"""How long nothing is asked for a reader for whom nothing could be found out."""


@dataclass(frozen=True)
class Claims:
    """What an inbox is settled by. Who is recognised by these twice reads the same one."""

    user_id: str
    department_id: str
    nearest_lead_of: tuple[str, ...]
    roles: frozenset[str]

    @classmethod
    def of(cls, caller: Caller) -> "Claims":
        return cls(caller.user_id, caller.department_id, caller.nearest_lead_of, caller.roles)


@dataclass(eq=False)
class Reader:
    """One inbox that somebody listens to, and the streams on which it is told.

    :param is_busy: whether an answer for it is under way.
    :param due_at: not before this, on the monotonic clock, is it asked for again; ``asked_at`` is when it last was.
    """

    claims: Claims
    streams: dict[Stream, None] = field(default_factory=dict)
    is_busy: bool = False
    due_at: float = 0.0
    asked_at: float = 0.0


@dataclass(frozen=True)
class Inquiry:
    """What is asked at once: a reader, and where those of its streams stand that are told the answer."""

    reader: Reader
    since: str | None
    streams: Sequence[Stream]


class Board:
    """The readers of one process. Nothing here waits, so that no two green threads are ever in it at the same time."""

    def __init__(self) -> None:
        self._readers: dict[Claims, Reader] = {}
        self._by_user: defaultdict[str, dict[Reader, None]] = defaultdict(dict)
        self._by_lead: defaultdict[str, dict[Reader, None]] = defaultdict(dict)
        self._by_role: defaultdict[str, dict[Reader, None]] = defaultdict(dict)
        self._changed: dict[Reader, None] = {}
        self._count = 0

    def __len__(self) -> int:
        """How many streams are open."""
        return self._count

    @property
    def streams(self) -> Iterator[Stream]:
        return (stream for reader in self._readers.values() for stream in reader.streams)

    # Who listens

    def attach(self, stream: Stream) -> None:
        """Let it listen; of a user who has too many the oldest ends."""
        claims = Claims.of(stream.caller)
        others = [each for reader in self._by_user.get(claims.user_id, ()) for each in reader.streams]
        if len(others) >= STREAMS_A_USER_MAX:
            others[0].end(RETRY_SECONDS_PUSHED_OUT)
            self.detach(others[0])
        reader = self._readers.get(claims) or self._add(Reader(claims))
        reader.streams[stream] = None
        self._count += 1
        self.mark([reader])

    def detach(self, stream: Stream) -> None:
        """Let it listen no more; once is enough, more does no harm."""
        reader = self._readers.get(Claims.of(stream.caller))
        if reader is None or stream not in reader.streams:
            return
        del reader.streams[stream]
        self._count -= 1
        if not reader.streams:
            self._remove(reader)

    def move(self, stream: Stream, caller: Caller) -> None:
        """Its reader has other rights now; nothing is done for one that listens no more."""
        reader = self._readers.get(Claims.of(stream.caller))
        if reader is not None and stream in reader.streams and Claims.of(caller) != reader.claims:
            self.detach(stream)
            stream.caller = caller
            self.attach(stream)

    # Whom a change concerns

    def mark(self, readers: Iterable[Reader]) -> None:
        """Something may have changed for these."""
        self._changed.update(dict.fromkeys(readers))

    def mark_all(self, *, not_asked_since: float | None = None) -> None:
        """Something may have changed for anybody; or for those who were not asked for since then."""
        self.mark([each for each in self._readers.values() if not_asked_since is None or each.asked_at < not_asked_since])

    def mark_stream(self, stream: Stream) -> None:
        """Something may have changed for this one's reader."""
        reader = self._readers.get(Claims.of(stream.caller))
        if reader is not None:
            self.mark([reader])

    def mark_recipient(self, recipient: Mapping[str, Any]) -> None:
        """Something has changed for whom a message is addressed to (:class:`services.contracts.notify.Recipient`)."""
        kind, department = recipient["kind"], recipient["department_id"]
        if kind == "user":
            self.mark(self._by_user.get(recipient["user_id"], ()))
        elif kind == "lead":
            self.mark(self._by_lead.get(department, ()))
        else:
            holders = self._by_role.get(recipient["role"], ())
            self.mark([each for each in holders if department is None or each.claims.department_id == department])

    def mark_user(self, user_id: str) -> None:
        self.mark(self._by_user.get(user_id, ()))

    # Who is told next

    def take_due(self, now: float, most: int) -> list[Inquiry]:
        """What is to be asked now; its readers are busy until :meth:`settle`. Streams that are not ready are told later."""
        taken: list[Inquiry] = []
        for reader in list(self._changed):
            if reader.is_busy or reader.due_at > now:
                continue
            inquiries = _inquiries(reader)
            if taken and len(taken) + len(inquiries) > most:
                break
            del self._changed[reader]
            if inquiries:
                reader.is_busy, reader.due_at, reader.asked_at = True, now + REST_SECONDS, now
                taken += inquiries
        return taken

    def settle(self, inquiries: Iterable[Inquiry], *, try_again_at: float | None = None) -> None:
        """These are answered; or nothing could be found out, and they are asked again then."""
        for inquiry in inquiries:
            reader = inquiry.reader
            reader.is_busy = False
            if try_again_at is not None and reader.streams:
                reader.due_at = try_again_at
                self.mark([reader])

    def seconds_until_due(self, now: float) -> float | None:
        """When there is something to ask; ``None`` as long as nothing changes."""
        waits = [reader.due_at - now for reader in self._changed if not reader.is_busy]
        return max(0.0, min(waits)) if waits else None

    def _add(self, reader: Reader) -> Reader:
        self._readers[reader.claims] = reader
        for index, key in self._places(reader):
            index[key][reader] = None
        return reader

    def _remove(self, reader: Reader) -> None:
        del self._readers[reader.claims]
        self._changed.pop(reader, None)
        for index, key in self._places(reader):
            del index[key][reader]
            if not index[key]:
                del index[key]

    def _places(self, reader: Reader) -> Iterator[tuple[defaultdict[str, dict[Reader, None]], str]]:
        yield self._by_user, reader.claims.user_id
        yield from ((self._by_lead, department) for department in reader.claims.nearest_lead_of)
        yield from ((self._by_role, role) for role in reader.claims.roles)


def _inquiries(reader: Reader) -> list[Inquiry]:
    """One for each place where ready streams stand; those that are not ready are behind from now on."""
    ready: dict[str | None, list[Stream]] = {}
    for stream in reader.streams:
        if stream.is_ready:
            ready.setdefault(stream.since, []).append(stream)
        else:
            stream.is_behind = True
    return [Inquiry(reader, since, streams) for since, streams in ready.items()]
