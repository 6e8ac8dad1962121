"""Messages on their way out: queued with the message, put into letters when they fall due. All of it by sets."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Row,
    SQLColumnExpression,
    Text,
    Time,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    column,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
    values,
)
from sqlalchemy.dialects.postgresql import Insert, array, insert
from sqlalchemy.orm import Session

from services.kit.clock import SHANGHAI
from services.notify.domain.templates import SEVERITIES
from services.notify.store.channel_tables import Delivery, Letter, MessageChannel, MessagePreferences
from services.notify.store.inbox_tables import ReadMark
from services.notify.store.people import receivers
from services.notify.store.people_tables import User
from services.notify.store.tables import Message, MessageRead

_ZONE: Final = SHANGHAI.key
_FORMING: Final = "l2c.notify.letters"


def queue_deliveries(session: Session, message_ids: Collection[UUID], now: datetime, trace: str) -> None:
    """Note who gets these new messages over which channels, and when; in the transaction that posts them.

    Whoever sees a message in the inbox gets it, as far as he or she asked for its category and severity.

    :param trace: the ``traceparent`` they are posted in.
    """
    if not message_ids:
        return
    local = now.astimezone(SHANGHAI)
    today = local.date()
    days = {"today": today, "tomorrow": today + timedelta(days=1)}
    session.execute(_QUEUE, {"message_ids": list(message_ids), "now": now, "clock": local.time(), "trace": trace, **days})


def _queue() -> Insert:
    found = receivers().subquery()
    in_digest = MessageChannel.digest.contains(array([Message.category]))
    is_to_come = bindparam("clock", type_=Time) < MessagePreferences.digest_at
    day = case((is_to_come, bindparam("today", type_=Date)), else_=bindparam("tomorrow", type_=Date))
    digest_at = func.timezone(_ZONE, day + MessagePreferences.digest_at)
    rows = (
        select(
            MessageChannel.user_id,
            MessageChannel.channel,
            Message.id,
            MessageChannel.target,
            case((in_digest, day)),
            case((in_digest, digest_at), else_=bindparam("now", type_=DateTime(timezone=True))),
            bindparam("trace", type_=Text),
        )
        .select_from(found)
        .join(Message, Message.id == found.c.message_id)
        .join(User, (User.id == found.c.user_id) & User.active)
        .join(MessagePreferences, MessagePreferences.user_id == User.id)
        .join(MessageChannel, (MessageChannel.user_id == User.id) & MessageChannel.is_on)
        .where(
            or_(in_digest, MessageChannel.at_once.contains(array([Message.category]))),
            _rank(Message.severity) >= _rank(MessageChannel.least_severity),
            or_(MessageChannel.channel != "email", User.email.is_not(None)),
        )
    )
    names = ["user_id", "channel", "message_id", "target", "digest_on", "due_at", "trace"]
    # Into the table: for an entity the parameters would be taken for rows.
    table = insert(Delivery.__table__)  # type: ignore[arg-type]  # an entity's table is a FromClause
    return table.from_select(names, rows).on_conflict_do_nothing()


def _rank(severity: SQLColumnExpression[str]) -> ColumnElement[int]:
    return func.array_position(array(list(SEVERITIES)), cast(severity, Text))


# Put together once: every message that is posted asks it.
_QUEUE: Final = _queue()


def lock_forming(session: Session) -> bool:
    """Whether this transaction may put deliveries into letters: one at a time does."""
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtextextended(_FORMING, 0)))))


def still_wanted() -> ColumnElement[bool]:
    """Of a delivery: unread, by itself and by the reader's mark; its task not done; its reader still there; its channel as it was
    set when it was queued."""
    # Said what each belongs to: within a query that joins the same tables they would be taken for those.
    read = exists().where(MessageRead.message_id == Delivery.message_id, MessageRead.user_id == Delivery.user_id)
    marked = exists().where(
        ReadMark.user_id == Delivery.user_id, ReadMark.addressee == Message.addressee, ReadMark.read_until >= Message.posted_at
    )
    message = exists().where(Message.id == Delivery.message_id, ~Message.is_done, ~marked.correlate(Delivery, Message))
    channel = exists().where(
        MessageChannel.user_id == Delivery.user_id,
        MessageChannel.channel == Delivery.channel,
        MessageChannel.target == Delivery.target,
        MessageChannel.is_on,
    )
    return and_(
        message.correlate(Delivery),
        exists().where(User.id == Delivery.user_id, User.active).correlate(Delivery),
        channel.correlate(Delivery),
        ~read.correlate(Delivery),
    )


def forget_unwanted(session: Session, now: datetime, channels: Collection[str]) -> None:
    """Of what falls due, what need not be sent any more goes, and what is for a channel without a server: it is not made up for
    when there is one."""
    session.execute(
        delete(Delivery)
        .where(_falls_due(now), or_(Delivery.channel.not_in(channels), ~still_wanted()))
        .execution_options(synchronize_session=False)
    )
    lost = delete(Letter).where(Letter.state == "waiting", Letter.due_at <= now, Letter.channel.not_in(channels))
    session.execute(lost.execution_options(synchronize_session=False))


def readers_with_quiet_hours(session: Session, now: datetime) -> Sequence[Row[UUID, object, object]]:
    """``user_id``, ``quiet_from`` and ``quiet_until`` of everyone for whom something falls due and who has such hours."""
    due = select(Delivery.user_id).where(_falls_due(now))
    asked = MessagePreferences.user_id.in_(due) & MessagePreferences.quiet_from.is_not(None)
    return session.execute(
        select(MessagePreferences.user_id, MessagePreferences.quiet_from, MessagePreferences.quiet_until).where(asked)
    ).all()


def put_off(session: Session, ends: Mapping[UUID, datetime], now: datetime) -> None:
    """What falls due for these users waits until then.

    :param ends: user → when the quiet hours end.
    """
    if not ends:
        return
    quiet = values(column("user_id", Uuid), column("until", DateTime(timezone=True)), name="quiet").data(list(ends.items()))
    session.execute(
        update(Delivery)
        .where(_falls_due(now), Delivery.user_id == quiet.c.user_id)
        .values(due_at=quiet.c.until)
        .execution_options(synchronize_session=False)
    )


def form_letters(session: Session, now: datetime) -> None:
    """Put what falls due into letters: one for each target, and one for each reader's digest.

    What comes for a digest that is closed already (a slow transaction) is for the next day's.
    """
    reader = case((Delivery.digest_on.is_not(None), Delivery.user_id))
    key = (Delivery.channel, Delivery.target, reader, Delivery.digest_on)
    fresh = (literal("waiting"), literal(0), literal(now), literal(""))
    due = select(func.gen_random_uuid(), *key, *fresh).where(_falls_due(now)).group_by(*key)
    names = ["id", "channel", "target", "user_id", "digest_on", "state", "tries", "due_at", "said"]
    made = insert(Letter).from_select(names, due).on_conflict_do_nothing().returning(Letter.id)
    letter_ids = session.scalars(made).all()
    same = and_(
        Letter.channel == Delivery.channel,
        Letter.user_id.is_not_distinct_from(reader),
        Letter.digest_on.is_not_distinct_from(Delivery.digest_on),
    )
    session.execute(
        update(Delivery)
        .where(_falls_due(now), same, Letter.target == Delivery.target, Letter.id.in_(letter_ids))
        .values(letter_id=Letter.id)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Delivery)
        .where(_falls_due(now), Delivery.digest_on.is_not(None), exists().where(same))
        .values(digest_on=cast(Delivery.digest_on + 1, Date), due_at=Delivery.due_at + timedelta(days=1))
        .execution_options(synchronize_session=False)
    )


def _falls_due(now: datetime) -> ColumnElement[bool]:
    return and_(Delivery.letter_id.is_(None), Delivery.due_at <= now)
