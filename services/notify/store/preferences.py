"""What people have set about their channels, and how each of theirs is doing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.orm import Session

from services.notify.store.channel_tables import Delivery, Letter, MessageChannel, MessagePreferences

FAILURES_SHOWN: Final = timedelta(days=7)


def preferences_of(session: Session, user_id: UUID) -> MessagePreferences | None:
    """What the user has set; ``None`` for nothing yet."""
    return session.get(MessagePreferences, user_id)


def lock_preferences(session: Session, user_id: UUID) -> MessagePreferences | None:
    """The same, and nobody else changes them meanwhile."""
    return session.get(MessagePreferences, user_id, with_for_update=True)


def channels_of(session: Session, user_id: UUID) -> dict[str, MessageChannel]:
    """The user's channels by name."""
    query = select(MessageChannel).where(MessageChannel.user_id == user_id).order_by(MessageChannel.channel)
    return {row.channel: row for row in session.scalars(query)}


def robots(session: Session) -> Sequence[Row[UUID, str, str | None, str | None]]:
    """Everybody's: ``user_id``, ``channel``, ``webhook_url`` and ``secret`` as they are kept."""
    columns = (MessageChannel.user_id, MessageChannel.channel, MessageChannel.webhook_url, MessageChannel.secret)
    return session.execute(select(*columns).where(MessageChannel.webhook_url.is_not(None))).all()


def lock_robot(session: Session, user_id: UUID, channel: str) -> MessageChannel | None:
    return session.get(MessageChannel, (user_id, channel), with_for_update=True)


def write_preferences(session: Session, row: dict[str, Any]) -> bool:
    """Write them; ``False`` if they were the user's first and another request has made them meanwhile.

    :param row: with the version after this change; one above the first is written over what :func:`lock_preferences` has locked.
    """
    if row["version"] > 1:
        session.execute(update(MessagePreferences).where(MessagePreferences.user_id == row["user_id"]).values(row))
        return True
    made = insert(MessagePreferences).values(row).on_conflict_do_nothing().returning(MessagePreferences.user_id)
    return session.execute(made).first() is not None


def write_channels(session: Session, user_id: UUID, rows: Sequence[dict[str, Any]]) -> None:
    """Put these in place of the user's channels, and see to what waits to be sent.

    What waits for a channel that is gone, or off, is sent no more; what waits for one that has another address goes there.
    """
    kept = [row["channel"] for row in rows]
    on = [row["channel"] for row in rows if row["is_on"]]
    session.execute(delete(MessageChannel).where(MessageChannel.user_id == user_id, MessageChannel.channel.not_in(kept)))
    if rows:
        written = insert(MessageChannel).values(list(rows))
        changed = {name: written.excluded[name] for name in rows[0] if name not in {"user_id", "channel"}}
        session.execute(written.on_conflict_do_update(index_elements=["user_id", "channel"], set_=changed))
    open_letters = select(Letter.id).where(Letter.state == "waiting")
    waiting = (Delivery.user_id == user_id) & or_(Delivery.letter_id.is_(None), Delivery.letter_id.in_(open_letters))
    session.execute(delete(Delivery).where(waiting, Delivery.channel.not_in(on)))
    session.execute(
        update(Delivery)
        .where(
            waiting,
            MessageChannel.user_id == user_id,
            MessageChannel.channel == Delivery.channel,
            MessageChannel.target != Delivery.target,
        )
        .values(target=MessageChannel.target, letter_id=None)
        .execution_options(synchronize_session=False)
    )
    # A digest that has lost all that was in it is not closed, but was never made.
    emptied = (Letter.user_id == user_id) & (Letter.state == "waiting") & ~exists().where(Delivery.letter_id == Letter.id)
    session.execute(delete(Letter).where(emptied).execution_options(synchronize_session=False))


def note_test(session: Session, user_id: UUID, channel: str, now: datetime, pause: timedelta) -> bool:
    """Note that the channel is tried, unless it was within the pause."""
    rested = or_(MessageChannel.tested_at.is_(None), MessageChannel.tested_at <= now - pause)
    tried = update(MessageChannel).where(MessageChannel.user_id == user_id, MessageChannel.channel == channel, rested)
    return session.execute(tried.values(tested_at=now).returning(MessageChannel.channel)).first() is not None


def channel_states(session: Session, user_id: UUID, now: datetime) -> dict[str, Row[Any]]:
    """By channel: how many messages are ``waiting``, how many ``failed`` of late, what was said of the last letter that failed
    (``last_failure``) and when (``last_failed_at``), and when one was last sent (``last_sent_at``)."""
    failed = (Letter.state == "failed") & (Letter.settled_at > now - FAILURES_SHOWN)
    last_failure = func.array_agg(aggregate_order_by(Letter.said, Letter.settled_at.desc())).filter(failed)[1]
    query = (
        select(
            Delivery.channel,
            func.count().filter(or_(Letter.id.is_(None), Letter.state == "waiting")).label("waiting"),
            func.count().filter(failed).label("failed"),
            last_failure.label("last_failure"),
            func.max(Letter.settled_at).filter(failed).label("last_failed_at"),
            func.max(Letter.settled_at).filter(Letter.state == "sent").label("last_sent_at"),
        )
        .outerjoin(Letter, Letter.id == Delivery.letter_id)
        .where(Delivery.user_id == user_id)
        .group_by(Delivery.channel)
    )
    return {row.channel: row for row in session.execute(query)}
