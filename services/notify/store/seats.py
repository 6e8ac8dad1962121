"""Where a reader's messages lie: for each addressee that the reader is, up to where everything is read, and at which places."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    DateTime,
    Select,
    Subquery,
    Text,
    and_,
    cast,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.orm import Session

from services.kit.caller import Caller
from services.notify.store.addressees import addressees_of
from services.notify.store.inbox_tables import ReadMark
from services.notify.store.tables import Message, MessageColumns, MessageRead

Kept = type[MessageColumns]
"""``Message``, or ``ArchivedMessage`` where the archive is read."""

NEVER = literal_column("'-infinity'::timestamptz", DateTime(timezone=True))


def reader_of(caller: Caller) -> UUID | None:
    """Whose reading is noted; ``None`` for a service, which reads nothing."""
    return UUID(caller.user_id) if caller.user_id else None


def seats_of(caller: Caller) -> Subquery:
    """``addressee`` and ``read_until``, a row for each that the reader is."""
    return _with_marks(caller, cast(addressees_of(caller), ARRAY(Text)))


def seats_at(caller: Caller, places: Sequence[tuple[str, str]]) -> Subquery:
    """``addressee``, ``place`` and ``read_until``, a row for each of these pairs."""
    return _with_marks(caller, *(cast([pair[part] for pair in places], ARRAY(Text)) for part in (0, 1)))


def _with_marks(caller: Caller, *arrays: ColumnElement[Any]) -> Subquery:
    names = ("addressee", "place")[: len(arrays)]
    given = func.unnest(*arrays).table_valued(*names, name="given").render_derived()
    mine = and_(ReadMark.addressee == given.c.addressee, ReadMark.user_id == literal(reader_of(caller), ReadMark.user_id.type))
    return (
        select(*given.c, func.coalesce(ReadMark.read_until, NEVER).label("read_until"))
        .select_from(given)
        .outerjoin(ReadMark, mine)
        .subquery("seats")
    )


def places_with_messages(session: Session, caller: Caller, kept: Kept) -> list[tuple[str, str]]:
    """Every addressee that the reader is with every place where it has a message: one look into the index for each."""
    return [(addressee, place) for addressee, place in session.execute(select(*_places(caller, kept).c))]


def _places(caller: Caller, kept: Kept) -> Subquery:
    given = func.unnest(cast(addressees_of(caller), ARRAY(Text))).table_valued("addressee", name="given").render_derived()
    first = select(func.min(kept.place)).where(kept.addressee == given.c.addressee).scalar_subquery()
    found: CTE = select(given.c.addressee, first.label("place")).cte("found", recursive=True)
    following = (
        select(func.min(kept.place)).where(kept.addressee == found.c.addressee, kept.place > found.c.place).scalar_subquery()
    )
    found = found.union_all(select(found.c.addressee, following).where(found.c.place.is_not(None)))
    query: Select[str, str] = select(found.c.addressee, found.c.place).where(found.c.place.is_not(None))
    return query.subquery("places")


def read_by(caller: Caller) -> ColumnElement[bool]:
    """Whether the reader has read a message by itself."""
    mine = (MessageRead.message_id == Message.id, MessageRead.user_id == literal(reader_of(caller), MessageRead.user_id.type))
    return select(literal(1)).where(*mine).correlate(Message).exists()


def is_read_by(caller: Caller) -> ColumnElement[bool]:
    """Whether a message of the reader's is read, in whichever way: by itself, with everything older, or because it is done."""
    mark = (
        select(ReadMark.read_until)
        .where(ReadMark.user_id == literal(reader_of(caller), ReadMark.user_id.type), ReadMark.addressee == Message.addressee)
        .correlate(Message)
        .scalar_subquery()
    )
    return Message.is_done | (Message.posted_at <= func.coalesce(mark, NEVER)) | read_by(caller)
