"""Who is told what on the stream, and when."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from gateway.identity.usecases.recognise_again import SESSION, Proof
from gateway.streams import frames
from gateway.streams.board import REST_SECONDS, STREAMS_A_USER_MAX, Board, Inquiry
from gateway.streams.stream import Stream
from services.kit.caller import Caller

NOBODY = {"user_id": None, "department_id": None, "role": None}
COUNTERS = {"total": 0, "places": {}}


class OpenStream(Stream):
    """One whose writer is at the point of waiting: it is woken by nobody, and never waits."""

    def __init__(self, caller: Caller, since: str | None = None, board: Board | None = None) -> None:
        when_ready = board.mark_stream if board is not None else lambda _: None
        super().__init__(Proof(SESSION, f"{id(self)}"), caller, since, 0.0, when_ready)
        self._waiting = True


def _caller(user_id: str = "zhang", **claims: Any) -> Caller:
    return Caller(user_id, roles=frozenset(claims.pop("roles", ())), **claims)


def _told(board: Board, now: float = 100.0) -> list[str]:
    """The users who are asked for, and told nothing new."""
    taken = board.take_due(now, 100)
    board.settle(taken)
    return sorted(inquiry.reader.claims.user_id for inquiry in taken)


@pytest.fixture
def board() -> Board:
    """Four who listen and have been told what there is."""
    board = Board()
    board.attach(OpenStream(_caller("zhang", department_id="east", roles=["sales"])))
    board.attach(OpenStream(_caller("chen", department_id="east", nearest_lead_of=("east",), roles=["sales", "sales_lead"])))
    board.attach(OpenStream(_caller("sun", department_id="south", roles=["sales"])))
    board.attach(OpenStream(_caller("wu", roles=["sales_admin"])))
    assert _told(board, 0.0) == ["chen", "sun", "wu", "zhang"]
    return board


@pytest.mark.parametrize(
    ("recipient", "concerned"),
    [
        ({"kind": "user", "user_id": "zhang"}, ["zhang"]),
        ({"kind": "user", "user_id": "somebody else"}, []),
        ({"kind": "lead", "department_id": "east"}, ["chen"]),
        ({"kind": "lead", "department_id": "south"}, []),
        ({"kind": "role", "role": "sales"}, ["chen", "sun", "zhang"]),
        ({"kind": "role", "role": "sales", "department_id": "east"}, ["chen", "zhang"]),
        ({"kind": "role", "role": "legal"}, []),
    ],
)
def test_a_message_concerns_whom_it_is_addressed_to(board: Board, recipient: dict[str, Any], concerned: list[str]) -> None:
    board.mark_recipient({**NOBODY, **recipient})
    assert _told(board) == concerned


def test_a_reader_is_told_at_most_so_often(board: Board) -> None:
    board.mark_user("wu")
    assert _told(board, 10.0) == ["wu"]
    for _ in range(1000):
        board.mark_user("wu")
    assert _told(board, 10.0 + REST_SECONDS / 2) == []
    assert board.seconds_until_due(10.0 + REST_SECONDS / 2) == pytest.approx(REST_SECONDS / 2)
    assert _told(board, 10.0 + REST_SECONDS) == ["wu"]
    assert board.seconds_until_due(11.0) is None


def test_what_changes_while_the_answer_is_under_way_is_asked_for_again(board: Board) -> None:
    board.mark_user("wu")
    taken = board.take_due(10.0, 100)
    board.mark_user("wu")
    assert (board.take_due(11.0, 100), board.seconds_until_due(11.0)) == ([], None), "not twice at the same time"
    board.settle(taken)
    assert _told(board, 11.0) == ["wu"]


def test_what_could_not_be_found_out_is_asked_for_again_after_a_pause(board: Board) -> None:
    board.mark_user("wu")
    board.settle(board.take_due(10.0, 100), try_again_at=12.0)
    assert _told(board, 11.9) == []
    assert _told(board, 12.0) == ["wu"]


def test_many_readers_are_asked_for_in_parts(board: Board) -> None:
    board.mark_all()
    parts = [board.take_due(10.0, 3), board.take_due(10.0, 3), board.take_due(10.0, 3)]
    assert [len(part) for part in parts] == [3, 1, 0]


def test_whoever_was_not_asked_for_in_a_long_time_is_asked_for_anyway(board: Board) -> None:
    board.mark_user("wu")
    assert _told(board, 50.0) == ["wu"]
    board.mark_all(not_asked_since=40.0)
    assert _told(board, 60.0) == ["chen", "sun", "zhang"]


def test_streams_of_one_reader_share_an_answer_where_they_stand_alike() -> None:
    board = Board()
    streams = [OpenStream(_caller(), since) for since in ("a", "a", "b", None)]
    for stream in streams:
        board.attach(stream)
    inquiries = board.take_due(0.0, 100)
    assert [(inquiry.since, list(inquiry.streams)) for inquiry in inquiries] == [
        ("a", streams[:2]),
        ("b", [streams[2]]),
        (None, [streams[3]]),
    ]
    _tell(inquiries, "c")
    board.settle(inquiries)
    for stream in streams:
        next(_written(stream))
        stream._waiting = True
    board.mark_user("zhang")
    assert [inquiry.since for inquiry in board.take_due(1.0, 100)] == ["c"], "and from then on all of them do"


def _tell(inquiries: list[Inquiry], cursor: str, *news: bytes, counters: dict[str, Any] | None = None) -> None:
    for inquiry in inquiries:
        for stream in inquiry.streams:
            stream.tell(news, counters or COUNTERS, cursor)


def _written(stream: Stream) -> Iterator[bytes]:
    """What it writes after its first words."""
    return islice(stream.pieces(), 1, None)


def test_a_stream_that_is_still_writing_is_not_asked_for_and_is_told_the_rest_later() -> None:
    board = Board()
    stream = OpenStream(_caller(), "a", board)
    board.attach(stream)
    inquiries = board.take_due(0.0, 100)
    _tell(inquiries, "b", frames.event("message", {"id": 1}))
    board.settle(inquiries)
    pieces = _written(stream)
    assert next(pieces).endswith(b'event: counters\nid: b\ndata: {"total":0,"places":{}}\n\n')
    board.mark_user("zhang")
    assert board.take_due(1.0, 100) == [], "its writer has not come back"
    assert board.seconds_until_due(1.0) is None, "and nobody waits for it"
    next(pieces)  # it has: that was written, and this is a heartbeat
    assert board.seconds_until_due(1.0) == 0.0


def test_counters_that_are_the_same_are_not_said_again() -> None:
    stream = OpenStream(_caller(), "a")
    pieces = _written(stream)
    stream.tell([], COUNTERS, "b")
    assert next(pieces) == b'event: counters\nid: b\ndata: {"total":0,"places":{}}\n\n'
    stream._waiting = True
    stream.tell([], COUNTERS, "c")
    assert next(pieces) == b"id: c\n\n", "a heartbeat says where the reader stands now"
    assert next(pieces) == frames.HEARTBEAT
    stream.tell([frames.event("message", {"id": 1})], COUNTERS, "d")
    assert next(pieces) == b'event: message\ndata: {"id":1}\n\nid: d\n\n'


def test_of_a_user_with_too_many_streams_the_oldest_makes_room_whatever_it_was_recognised_by() -> None:
    board = Board()
    streams = [OpenStream(_caller(roles=["sales"] if number % 2 else [])) for number in range(STREAMS_A_USER_MAX)]
    for stream in streams:
        board.attach(stream)
    board.attach(OpenStream(_caller("wu")))
    assert len(board) == STREAMS_A_USER_MAX + 1
    board.attach(OpenStream(_caller()))
    assert len(board) == STREAMS_A_USER_MAX + 1
    assert list(_written(streams[0])) == [b"retry: 60000\n\n"]
    assert all(stream.is_ready for stream in streams[1:])


def test_nothing_is_left_of_who_has_left(board: Board) -> None:
    board.mark_all()
    for stream in list(board.streams):
        board.detach(stream)
        board.detach(stream)
    assert (len(board), list(board.streams), board.seconds_until_due(0.0)) == (0, [], None)
    assert not any((board._readers, board._by_user, board._by_lead, board._by_role, board._changed))


def test_a_reader_with_other_rights_listens_by_these(board: Board) -> None:
    (stream,) = [each for each in board.streams if each.caller.user_id == "wu"]
    board.move(stream, _caller("wu", roles=["legal"]))
    assert _told(board) == ["wu"], "what waits by the new rights is counted"
    board.mark_recipient({**NOBODY, "kind": "role", "role": "sales_admin"})
    assert _told(board, 200.0) == []
    board.mark_recipient({**NOBODY, "kind": "role", "role": "legal"})
    assert _told(board, 300.0) == ["wu"]
    board.move(stream, _caller("wu", roles=["legal"]))
    assert board.seconds_until_due(300.0) is None, "the same again changes nothing"
    board.detach(stream)
    board.move(stream, _caller("wu", roles=["sales"]))
    assert stream not in board.streams, "one that has left does not come back by it"
