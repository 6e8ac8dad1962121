"""Bodies that end too late, or not where they were said to."""

import io
from typing import Any

import eventlet
import pytest

from gateway import bodies
from gateway.bodies import BodyStream
from gateway.identity.problems import BadRequest, BodyTooLarge


class Trickle:
    """A body that comes a byte at a time, without an end."""

    def read(self, size: int) -> bytes:
        for _ in range(size):
            eventlet.sleep(0.01)
        return b"x" * size


def test_a_body_is_read_to_its_end_and_no_further() -> None:
    stream = BodyStream(io.BytesIO(b"abcdef"), max_bytes=6, length=6)
    assert [stream.read(4), stream.read(4), stream.read(4)] == [b"abcd", b"ef", b""]


@pytest.mark.parametrize("sizes", [(-1,), (4, 4), (3, 3, 1)])
def test_what_ends_before_its_length_is_incomplete(sizes: tuple[int, ...]) -> None:
    stream = BodyStream(io.BytesIO(b"abcdef"), max_bytes=100, length=7)
    with pytest.raises(BadRequest, match="body_incomplete"):
        b"".join(stream.read(size) for size in sizes)


def test_what_is_longer_than_allowed_is_too_large() -> None:
    with pytest.raises(BodyTooLarge):
        BodyStream(io.BytesIO(b"abcdef"), max_bytes=5, length=None).read()


def test_a_body_that_trickles_in_is_given_up(monkeypatch: Any) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS_MAX", 0.05)
    stream = BodyStream(Trickle(), max_bytes=10_000, length=None)
    with pytest.raises(BadRequest, match="body_incomplete"):
        stream.read()
