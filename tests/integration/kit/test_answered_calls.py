"""A call that was answered, and is made again as nobody heard the answer, is answered and not done again."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from services.kit.answered_calls import once, once_apart_from
from services.kit.caller import CallContext, Caller
from services.kit.clock import utc_now
from services.kit.database import Database, read_one_moment
from services.kit.errors import Conflict
from services.kit.retention import ANSWERS_KEPT, prune
from services.kit.tables import answered_calls, audit_entries, inbox, outbox
from services.kit.unit_of_work import Begin
from tests.integration.at_once import at_once

ANN, BEN = Caller(user_id="ann", name="Ann"), Caller(user_id="ben", name="Ben")


@dataclass
class Notes:
    """A service at a call.

    :param while_open: called once the note is written and not yet committed.
    :param after: what is asked for outside, once it is.
    """

    begin: Begin
    while_open: Callable[[], None] = lambda: None
    after: Callable[[Begin], object] = lambda _: None

    @once
    def add_note(self, text: str) -> dict[str, Any]:
        with self.begin() as work:
            read_one_moment(work.session)
            note = work.publish("noted", text, {"text": text})
            work.audit("noted", ("note", note.id))
        self.while_open()
        self.begin.once_committed(self.after)
        with self.begin.asking() as work:
            seen = work.session.scalar(select(func.count()).select_from(outbox).where(outbox.c.subject == text))
        return {"id": str(note.id), "notes": seen}

    @once
    def add_first_note(self, text: str) -> str:
        """What a key of its own keeps from being there twice."""
        with self.begin() as work:
            row = {"consumer": "first", "event_id": "00000000-0000-0000-0000-000000000001", "handled_at": utc_now()}
            if work.session.scalar(select(func.count()).select_from(inbox)):
                raise Conflict("there_already")
            self.while_open()
            work.session.execute(inbox.insert().values(row))
        return text

    @once
    def add_half(self, text: str) -> None:
        """Goes on after a part of it has failed."""
        try:
            with self.begin() as work:
                work.session.execute(inbox.insert().values(consumer=text, event_id=work.new_id(), handled_at=utc_now()))
                raise Conflict("no")
        except Conflict:
            return

    @once_apart_from("file_key")
    def add_file(self, file: dict[str, str]) -> str:
        with self.begin() as work:
            return str(work.publish("noted", file["name"], {"text": file["name"]}).id)

    @once
    def forget(self) -> None:
        with self.begin() as work:
            work.audit("forgotten", ("note", "all"))


def _at(begin: Begin, key: str = "k1", caller: Caller = ANN, **calls: Any) -> Notes:
    """A call of somebody's."""
    return Notes(replace(begin, context=CallContext(caller, key=key)), **calls)


def _count(database: Database, table: Any = outbox) -> int:
    with database.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def test_it_is_made_once_and_answered_alike(begin: Begin, kit_database: Database) -> None:
    first = _at(begin).add_note("云帆")
    assert first["notes"] == 1, "what it made it sees"
    assert _at(begin).add_note("云帆") == first
    assert (_count(kit_database), _count(kit_database, audit_entries)) == (1, 1)


def test_without_a_key_it_is_made_as_often_as_it_is_asked_for(begin: Begin, kit_database: Database) -> None:
    assert [_at(begin, key="").add_note("云帆")["notes"] for _ in range(2)] == [1, 2]
    assert _count(kit_database, answered_calls) == 0


def test_nothing_is_an_answer_too(begin: Begin, kit_database: Database) -> None:
    for _ in range(2):
        _at(begin).forget()
    assert _count(kit_database, audit_entries) == 1


@pytest.mark.parametrize(("key", "caller"), [("k2", ANN), ("k1", BEN)], ids=["another key", "another's same key"])
def test_another_request_is_another(begin: Begin, kit_database: Database, key: str, caller: Caller) -> None:
    first = _at(begin).add_note("云帆")
    assert _at(begin, key, caller).add_note("云帆")["id"] != first["id"]
    assert _count(kit_database) == 2


def test_a_key_is_not_for_something_else(begin: Begin, kit_database: Database) -> None:
    _at(begin).add_note("云帆")
    with pytest.raises(Conflict, match="idempotency_key_reused"):
        _at(begin).add_note("海鸥")
    assert _count(kit_database) == 1


def test_an_upload_stored_once_more_is_the_same_upload(begin: Begin, kit_database: Database) -> None:
    first = _at(begin).add_file({"name": "合同.pdf", "file_key": "a1"})
    assert _at(begin).add_file({"name": "合同.pdf", "file_key": "b2"}) == first
    with pytest.raises(Conflict, match="idempotency_key_reused"):
        _at(begin).add_file({"name": "报价.pdf", "file_key": "b2"})
    assert _count(kit_database) == 1


def test_of_two_at_once_one_is_made_and_both_have_its_answer(begin: Begin, kit_database: Database) -> None:
    answers: list[Any] = []
    both = threading.Barrier(2)
    at_once(2, lambda _: answers.append(_at(begin, while_open=both.wait).add_note("云帆")))
    assert answers[0] == answers[1]
    assert (_count(kit_database), _count(kit_database, answered_calls)) == (1, 1)


def test_whoever_is_refused_for_what_the_same_call_made_has_its_answer(begin: Begin, kit_database: Database) -> None:
    def make_it_meanwhile() -> None:
        assert _at(begin).add_first_note("云帆") == "云帆"

    assert _at(begin, while_open=make_it_meanwhile).add_first_note("云帆") == "云帆"
    assert _count(kit_database, inbox) == 1
    with pytest.raises(Conflict, match="there_already"):
        _at(begin, key="k2").add_first_note("云帆")


def test_what_failed_left_nothing_and_may_be_tried_again(begin: Begin, kit_database: Database) -> None:
    def fail() -> None:
        raise ConnectionError("the service died")

    told: list[str] = []
    with pytest.raises(ConnectionError):
        _at(begin, while_open=fail, after=lambda _: told.append("told")).add_note("云帆")
    assert (_count(kit_database), _count(kit_database, answered_calls), told) == (0, 0, [])
    assert _at(begin, after=lambda _: told.append("told")).add_note("云帆")["notes"] == 1
    assert told == ["told"]


def test_what_is_asked_for_outside_is_so_once_it_can_be_seen(begin: Begin, kit_database: Database) -> None:
    seen: list[int] = []
    _at(begin, after=lambda _: seen.append(_count(kit_database))).add_note("云帆")
    _at(begin, after=lambda _: seen.append(-1)).add_note("云帆")
    assert seen == [1], "and the repeated call asks for nothing"


def test_whoever_cannot_be_asked_outside_is_no_reason_to_make_it_again(begin: Begin, kit_database: Database) -> None:
    def fail(_: Begin) -> None:
        raise ConnectionError("no broker")

    first = _at(begin, after=fail).add_note("云帆")
    assert _at(begin).add_note("云帆") == first
    assert _count(kit_database) == 1
    with pytest.raises(ConnectionError):
        _at(begin, key="", after=fail).add_note("云帆")


def test_a_part_that_failed_takes_the_whole_with_it(begin: Begin, kit_database: Database) -> None:
    with pytest.raises(AssertionError, match="ended well"):
        _at(begin).add_half("云帆")
    assert (_count(kit_database, inbox), _count(kit_database, answered_calls)) == (0, 0)


def test_one_part_begins_when_the_other_has_ended(begin: Begin) -> None:
    with pytest.raises(AssertionError, match="has ended"), begin.in_one_transaction() as part, part(), part():
        pass


def test_answers_are_kept_for_a_day(begin: Begin, kit_database: Database) -> None:
    for key in ("old", "new"):
        _at(begin, key).add_note(key)
    with kit_database.engine.begin() as connection:
        long_ago = utc_now() - ANSWERS_KEPT - timedelta(seconds=1)
        connection.execute(update(answered_calls).where(answered_calls.c.key == "old").values(answered_at=long_ago))
    assert prune(kit_database, utc_now()) == 1
    with kit_database.engine.connect() as connection:
        assert connection.scalars(select(answered_calls.c.key)).all() == ["new"]
