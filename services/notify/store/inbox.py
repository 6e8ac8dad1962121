"""Lists of messages: the inbox with the unread first, by time, and the archive. Decision 0028 says how they are found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Subquery,
    Uuid,
    any_,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from services.contracts.notify_places import place_of, ways_up
from services.kit.caller import Caller
from services.kit.errors import InvalidInput
from services.kit.paging import Page, PageRequest, fetch_page, from_cursor
from services.kit.planning import plan_for_values
from services.notify.domain.searched_texts import AskedText
from services.notify.store.addressees import addressees_of
from services.notify.store.inbox_tables import ArchivedMessage, MessageText
from services.notify.store.seats import Kept, is_read_by, places_with_messages, read_by, reader_of, seats_at, seats_of
from services.notify.store.tables import Message, MessageRead

_NEWEST_FIRST: Final = "-posted_at"
_FEW_MAX: Final = 300
"""So many messages that have a text are found before they are sorted."""
_WALK_MAX: Final = 2_000
"""So many messages, in the list's order, are asked whether they have it, where more than that have."""


@dataclass(frozen=True)
class MessageFilter:
    """What a list may be narrowed to; ``None`` and empty mean everything.

    :param place: of the menu; what is below it is meant, too.
    """

    category: str | None = None
    place: str | None = None
    read: bool | None = None
    customer_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""

    def conditions(self, kept: Kept) -> list[ColumnElement[bool]]:
        """What it asks of the message itself, but for the text."""
        asked: list[ColumnElement[bool]] = []
        if self.category is not None:
            asked.append(kept.category == self.category)
        if self.customer_id is not None:
            asked.append(kept.customer_id == self.customer_id)
        if self.since is not None:
            asked.append(kept.posted_at >= self.since)
        if self.until is not None:
            asked.append(kept.posted_at < self.until)
        return asked

    def is_at(self, place: str) -> bool:
        """Whether messages of the place are wanted."""
        declared = place_of(place)
        is_of_category = self.category is None or declared is None or declared.category == self.category
        return is_of_category and (self.place is None or self.place in ways_up(place))


@dataclass(frozen=True)
class _Part:
    """A part of the reader's messages that an index has in the order of time.

    :param condition: what makes a message one of the part, apart from whose it is.
    :param is_marked: of a message that is not done: whether the reader has marked everything up to it (``True``), or not
        (``False``); ``None`` where that makes no difference.
    :param by_reads: found by what the reader has read, one by one.
    """

    condition: ColumnElement[bool]
    is_marked: bool | None = None
    by_reads: bool = False


def page_of_inbox(session: Session, caller: Caller, request: PageRequest, wanted: MessageFilter) -> Page:
    """The inbox: unread first, newest first; read ones last. Rows of (message, whether it is read).

    :raises InvalidInput: a cursor of another list.
    """
    if wanted.read is not None:
        return page_by_time(session, caller, replace(request, sort=_NEWEST_FIRST), wanted)
    segment, dot, cursor = request.cursor.partition(".")
    if request.cursor and (segment not in _SEGMENTS or not dot):
        raise InvalidInput(fields={"cursor": ["invalid"]})
    items: list[Any] = []
    for name in _SEGMENTS[_SEGMENTS.index(segment) if segment else 0 :]:
        page = page_by_time(
            session,
            caller,
            PageRequest(request.page_size - len(items), _NEWEST_FIRST, cursor),
            replace(wanted, read=name == "read"),
        )
        items += page.items
        if page.next_cursor is not None:
            return Page(items, f"{name}.{page.next_cursor}")
        if len(items) == request.page_size:
            return Page(items, "read." if name == "unread" else None)
        cursor = ""
    return Page(items, None)


_SEGMENTS: Final = ("unread", "read")


def page_by_time(session: Session, caller: Caller, request: PageRequest, wanted: MessageFilter) -> Page:
    """The same by time alone, or only what is read, or unread."""
    is_read = is_read_by(caller)
    parts = {None: _all, False: _unread, True: _read}[wanted.read](caller)
    listed = _List(caller, Message, select(Message, is_read.label("is_read")), parts, _reading(is_read, wanted.read))
    return listed.page(session, request, wanted)


def page_of_archive(session: Session, caller: Caller, request: PageRequest, wanted: MessageFilter) -> Page:
    """What was posted longer ago than messages are kept; nothing of it is unread."""
    query = select(ArchivedMessage, literal(True).label("is_read"))
    reading = _reading(literal(True), wanted.read)
    return _List(caller, ArchivedMessage, query, [_Part(reading)], reading).page(session, request, wanted)


def _reading(is_read: ColumnElement[bool], wanted: bool | None) -> ColumnElement[bool]:
    return true() if wanted is None else is_read if wanted else ~is_read


def _all(_: Caller) -> list[_Part]:
    return [_Part(Message.is_done.is_(True)), _Part(~Message.is_done)]


def _unread(caller: Caller) -> list[_Part]:
    return [_Part(~Message.is_done & ~read_by(caller), is_marked=False)]


def _read(_: Caller) -> list[_Part]:
    """What is done; what is older than the reader's mark; what the reader has read one by one since."""
    return [
        _Part(Message.is_done.is_(True)),
        _Part(~Message.is_done, is_marked=True),
        _Part(~Message.is_done, is_marked=False, by_reads=True),
    ]


@dataclass(frozen=True)
class _List:
    """
    :param query: rows of a message and whether it is read, of nobody's yet.
    :param parts: which parts of the reader's messages make up the list; no message is in two.
    :param reading: the same, asked of one message at a time.
    """

    caller: Caller
    kept: Kept
    query: Select[*tuple[Any, ...]]
    parts: Sequence[_Part]
    reading: ColumnElement[bool]

    def page(self, session: Session, request: PageRequest, wanted: MessageFilter) -> Page:
        _plan(session)
        seats = self._seats(session, wanted)
        asked = AskedText.of(wanted.text)
        if asked is None:
            found = self._first(seats, wanted, request, request.page_size + 1)
            return self._fetch(session, self.query.where(self.kept.id.in_(found)), request)
        return self._page_with_text(session, request, wanted, asked, seats)

    def _page_with_text(
        self, session: Session, request: PageRequest, wanted: MessageFilter, asked: AskedText, seats: Subquery
    ) -> Page:
        """What few have is found by the index of texts. What many have, or what that cannot tell, stands soon in the list's
        order; only if it does not are all that have it sorted."""
        having, has_text = self._having(wanted), select(literal(1)).where(MessageText.message_id == self.kept.id, _matches(asked))
        keys = asked.keys_of(addressees_of(self.caller))
        ids = select(MessageText.message_id).where(
            or_(false(), *(MessageText.keys.contains(each) for each in keys)), _matches(asked)
        )
        if keys:
            few = session.scalars(ids.limit(_FEW_MAX + 1)).all()
            if len(few) <= _FEW_MAX:
                # One array, and not as many parameters: the statement need not be written anew for each call.
                return self._fetch(session, having.where(self.kept.id == any_(cast(few, ARRAY(Uuid)))), request)
        begun = self._first(seats, wanted, request, _WALK_MAX)
        page = self._fetch(session, self.query.where(self.kept.id.in_(begun), has_text.exists()), request)
        if page.next_cursor is not None:
            return page
        if keys:
            found = ids.cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
            return self._fetch(session, having.where(self.kept.id.in_(select(found.c.message_id))), request)
        return self._fetch(session, having.where(has_text.exists()), request)

    def _seats(self, session: Session, wanted: MessageFilter) -> Subquery:
        if wanted.place is None and wanted.category is None:
            return seats_of(self.caller)
        pairs = places_with_messages(session, self.caller, self.kept)
        return seats_at(self.caller, [pair for pair in pairs if wanted.is_at(pair[1])])

    def _first(self, seats: Subquery, wanted: MessageFilter, request: PageRequest, limit: int) -> Select[UUID]:
        """The ids of the first of the list, from where the page begins."""
        branches = [self._branch(part, seats, wanted, request, limit) for part in self.parts]
        merged: Any = (branches[0] if len(branches) == 1 else union_all(*branches)).subquery("merged")
        order = (merged.c.posted_at, merged.c.id)
        is_descending = (request.sort or _NEWEST_FIRST).startswith("-")
        return select(merged.c.id).order_by(*(each.desc() if is_descending else each for each in order)).limit(limit)

    def _branch(self, part: _Part, seats: Subquery, wanted: MessageFilter, request: PageRequest, limit: int) -> Select[Any, Any]:
        """The first of a part: of each seat as many as the page may need, as an index has them; an "or" of seats would be tried
        on every message there is."""
        kept, sorted_by, key = self.kept, self.kept.posted_at, self.kept.id
        query: Select[Any, Any] = select(kept.id, kept.posted_at)
        of_seat = [kept.addressee == seats.c.addressee, part.condition, *wanted.conditions(kept)]
        if "place" in seats.c:
            of_seat.append(kept.place == seats.c.place)
        if part.is_marked is not None:
            of_seat.append(kept.posted_at <= seats.c.read_until if part.is_marked else kept.posted_at > seats.c.read_until)
        if part.by_reads:
            # The reader's reads have the order, and each belongs to one seat.
            mine = (
                MessageRead.message_id == kept.id,
                MessageRead.user_id == literal(reader_of(self.caller), MessageRead.user_id.type),
            )
            query = select(MessageRead.message_id.label("id"), MessageRead.posted_at)
            query = query.join(kept, mine[0]).join(seats, seats.c.addressee == kept.addressee).where(*mine, *of_seat)
            sorted_by, key = MessageRead.posted_at, MessageRead.message_id
        else:
            query = query.where(*of_seat).correlate(seats)
        query = from_cursor(query, request, sorts={"posted_at": sorted_by}, default_sort=_NEWEST_FIRST, key=key).limit(limit)
        if part.by_reads:
            first = query.subquery()
            return select(first.c.id, first.c.posted_at)
        of_each = query.lateral("first")
        return select(of_each.c.id, of_each.c.posted_at).select_from(seats.join(of_each, true()))

    def _having(self, wanted: MessageFilter) -> Select[*tuple[Any, ...]]:
        """The whole list, asked of one message at a time."""
        mine = self.kept.addressee.in_(addressees_of(self.caller))
        query = self.query.where(mine, self.reading, *wanted.conditions(self.kept))
        if wanted.place is None:
            return query
        return query.where(or_(self.kept.place == wanted.place, self.kept.place.startswith(f"{wanted.place}.", autoescape=True)))

    def _fetch(self, session: Session, query: Select[*tuple[Any, ...]], request: PageRequest) -> Page:
        sorts = {"posted_at": self.kept.posted_at}
        return fetch_page(session, query, request, sorts=sorts, default_sort=_NEWEST_FIRST, key=self.kept.id)


def _matches(asked: AskedText) -> ColumnElement[bool]:
    # Not LIKE: by that the planner would think that it leaves few, and look for another way than the one it is given.
    return func.strpos(MessageText.text, asked.text) != 0


def _plan(session: Session) -> None:
    plan_for_values(session)
    # With a limit, reading a table whole looks cheap wherever much is thought to match, and much is thought to that does not.
    session.execute(select(func.set_config("enable_seqscan", "off", true())))
