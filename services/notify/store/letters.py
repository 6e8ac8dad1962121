"""Letters: claimed by one worker at a time, opened for sending, settled."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Interval, cast, delete, func, literal, or_, select, update
from sqlalchemy.orm import Session

from services.kit.sealing import Seals
from services.notify.domain.letters import Item
from services.notify.domain.letters import Letter as Content
from services.notify.domain.quiet_hours import QuietHours
from services.notify.store.channel_tables import Delivery, Letter, MessageChannel, MessagePreferences
from services.notify.store.deliveries import still_wanted
from services.notify.store.people_tables import User
from services.notify.store.tables import Message

LEASE: Final = timedelta(minutes=5)
"""How long a claimed letter is its worker's; one that died is waited for so long."""


@dataclass(frozen=True)
class Robot:
    """Where a robot takes posts, and what it has them signed with; empty if with nothing."""

    url: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True)
class OpenLetter:
    """A claimed letter with all that sending it takes.

    :param to_name: the reader's, and ``email`` the address that the directory has now.
    :param tries: how many there have been, this one included.
    :param robot: ``None`` for a mail, and where no key opens its address.
    :param quiet: when its reader wants to hear nothing.
    :param traces: the ``traceparent`` of what its messages were posted in, each once.
    """

    id: UUID
    channel: str
    tries: int
    content: Content
    to_name: str
    email: str | None
    robot: Robot | None
    quiet: QuietHours | None
    traces: tuple[str, ...] = ()


def robot_of(webhook_url: str | None, secret: str | None, seals: Seals) -> Robot | None:
    """A channel's robot, of what is kept of it."""
    url, opened = (seals.open(kept or "") for kept in (webhook_url, secret))
    return Robot(url, opened) if url and opened is not None else None


def claim_letters(session: Session, now: datetime, channels: Collection[str], count_max: int) -> list[UUID]:
    """Take letters that are due, the longest due first; each is tried once more, should its worker die of it."""
    free = or_(Letter.claimed_until.is_(None), Letter.claimed_until < func.now())
    due = (
        select(Letter.id)
        .where(Letter.state == "waiting", Letter.due_at <= now, Letter.channel.in_(channels), free)
        .order_by(Letter.due_at, Letter.id)
        .limit(count_max)
        .with_for_update(skip_locked=True)
    )
    claimed = update(Letter).where(Letter.id.in_(due)).values(claimed_until=_lease_end(), tries=Letter.tries + 1)
    return list(session.scalars(claimed.returning(Letter.id).execution_options(synchronize_session=False)))


def _lease_end() -> Any:
    return func.now() + cast(literal(LEASE), Interval)


def open_letters(session: Session, letter_ids: Sequence[UUID], seals: Seals) -> list[OpenLetter]:
    """With what is still to be sent of each; one of which nothing is any more is gone.

    A robot's letter is made of what several people wanted of it: each message once, in the language of the first.
    """
    columns = (
        Letter.id, Letter.channel, Letter.tries, Letter.digest_on,
        User.name, User.email,
        MessagePreferences.language, MessagePreferences.quiet_from, MessagePreferences.quiet_until,
        MessageChannel.webhook_url, MessageChannel.secret,
        Message.id.label("message_id"), Message.category, Message.link,
        Message.title_zh, Message.title_en, Message.text_zh, Message.text_en,
        Delivery.trace,
    )  # fmt: skip
    query = (
        select(*columns)
        .select_from(Letter)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .join(Message, Message.id == Delivery.message_id)
        .join(User, User.id == Delivery.user_id)
        .join(MessagePreferences, MessagePreferences.user_id == User.id)
        .join(MessageChannel, (MessageChannel.user_id == User.id) & (MessageChannel.channel == Letter.channel))
        .where(Letter.id.in_(letter_ids), still_wanted())
        .order_by(Letter.due_at, Letter.id, Message.posted_at, Message.id, User.id)
    )
    rows: dict[UUID, list[Any]] = {}
    for row in session.execute(query):
        rows.setdefault(row.id, []).append(row)
    emptied = [letter_id for letter_id in letter_ids if letter_id not in rows]
    session.execute(delete(Letter).where(Letter.id.in_(emptied)).execution_options(synchronize_session=False))
    return [_opened(of_one, seals) for of_one in rows.values()]


def _opened(rows: Sequence[Any], seals: Seals) -> OpenLetter:
    first = rows[0]
    zh = first.language == "zh"
    items = {
        row.message_id: Item(row.category, row.title_zh if zh else row.title_en, row.text_zh if zh else row.text_en, row.link)
        for row in rows
    }
    content = Content(str(first.id), first.language, first.digest_on, tuple(items.values()))
    return OpenLetter(
        id=first.id,
        channel=first.channel,
        tries=first.tries,
        content=content,
        to_name=first.name,
        email=first.email,
        robot=robot_of(first.webhook_url, first.secret, seals),
        quiet=None if first.quiet_from is None else QuietHours(first.quiet_from, first.quiet_until),
        traces=tuple(dict.fromkeys(row.trace for row in rows if row.trace is not None)),
    )


def settle_letter(session: Session, letter_id: UUID, state: str, said: str, now: datetime) -> None:
    """It was sent, or has failed for good."""
    _change(session, letter_id, state=state, said=said, settled_at=now, claimed_until=None)


def put_back_letter(session: Session, letter_id: UUID, said: str, due_at: datetime) -> None:
    """It is tried again then."""
    _change(session, letter_id, said=said, due_at=due_at, claimed_until=None)


def _change(session: Session, letter_id: UUID, **changes: Any) -> None:
    # Of two workers that both sent it (the first outlived its lease) the first to say so has.
    session.execute(
        update(Letter)
        .where(Letter.id == letter_id, Letter.state == "waiting")
        .values(changes)
        .execution_options(synchronize_session=False)
    )


def put_off_letter(session: Session, letter_id: UUID, due_at: datetime) -> None:
    """Give back a claimed letter that was not tried, until then."""
    _change(session, letter_id, due_at=due_at, claimed_until=None, tries=Letter.tries - 1)


def release_letters(session: Session, letter_ids: Sequence[UUID]) -> None:
    """Give back claimed letters that were not tried."""
    session.execute(
        update(Letter)
        .where(Letter.id.in_(letter_ids), Letter.state == "waiting")
        .values(claimed_until=None, tries=Letter.tries - 1)
        .execution_options(synchronize_session=False)
    )


def forget_letters_before(session: Session, instant: datetime, count_max: int) -> int:
    """Forget what was settled before, with its deliveries.

    :returns: how many letters went; at most ``count_max``.
    """
    old = select(Letter.id).where(Letter.settled_at < instant).limit(count_max)
    gone = delete(Letter).where(Letter.id.in_(old)).returning(Letter.id).execution_options(synchronize_session=False)
    return len(session.scalars(gone).all())


def channel_health(session: Session, channels: Sequence[str], since: datetime) -> dict[str, Any]:
    """How many messages are ``waiting`` to be sent over these channels, how many letters ``failed`` since then, and what was said
    of the last that did or is to be tried again (``last_failure``; ``None`` if all goes well)."""
    of_these = Delivery.channel.in_(channels)
    loose = select(func.count()).select_from(Delivery).where(of_these, Delivery.letter_id.is_(None)).scalar_subquery()
    bound = select(func.count()).select_from(Delivery).join(Letter).where(of_these, Letter.state == "waiting").scalar_subquery()
    failed = (Letter.state == "failed") & (Letter.settled_at > since) & Letter.channel.in_(channels)
    failures = select(func.count()).select_from(Letter).where(failed).scalar_subquery()
    tried = (Letter.state == "waiting") & (Letter.said != "") & Letter.channel.in_(channels)
    newest_first = func.coalesce(Letter.settled_at, Letter.due_at).desc()
    last = select(Letter.said).where(failed | tried).order_by(newest_first).limit(1).scalar_subquery()
    row = session.execute(select(loose + bound, failures, last)).one()
    return {"waiting": row[0], "failed": row[1], "last_failure": row[2]}
