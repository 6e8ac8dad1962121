"""What waits for a reader at each place of the menu (spec, notify.md, "Counters")."""

from typing import Final

from sqlalchemy import ARRAY, Row, Text, any_, cast, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from services.kit.caller import Caller
from services.kit.planning import plan_for_values
from services.notify.store.addressees import addressees_of
from services.notify.store.seats import places_with_messages, read_by, seats_at, seats_of
from services.notify.store.tables import Message

COUNT_MAX: Final = 1_000
"""So many messages of an addressee are counted at a place; a menu shows no more, and nobody waits for the rest to be counted."""
TASKS_MAX: Final = 10_000


def counts_by_place(session: Session, caller: Caller) -> list[Row[str, int, int]]:
    """``place``, ``unread`` messages and what is ``waiting``, of each place of the menu where a task is open or a message unread.

    A task waits once, however many messages there are about it (that somebody urges it, that it is overdue), until somebody has
    dealt with it; all else until it is read. What is marked read with everything older is not looked at.
    """
    plan_for_values(session)
    is_unread = ~read_by(caller)
    seats = seats_of(caller)
    open_tasks = (
        select(Message.place, Message.task_id.label("task_id"), literal(0).label("things"))
        .add_columns(((Message.posted_at > seats.c.read_until) & is_unread).label("is_unread"))
        .join(seats, seats.c.addressee == Message.addressee)
        .where(
            Message.addressee == any_(cast(addressees_of(caller), ARRAY(Text))), Message.task_id.is_not(None), ~Message.is_done
        )
        .limit(TASKS_MAX)
        .subquery("open_tasks")
    )
    at = seats_at(caller, places_with_messages(session, caller, Message))
    others = (
        select(Message.id, Message.things)
        .where(Message.addressee == at.c.addressee, Message.place == at.c.place, Message.task_id.is_(None), ~Message.is_done)
        .where(Message.posted_at > at.c.read_until, is_unread)
        .order_by(Message.posted_at.desc(), Message.id.desc())
        .limit(COUNT_MAX)
        .lateral("others")
    )
    rows = union_all(
        select(open_tasks.c.place, open_tasks.c.task_id, open_tasks.c.things, open_tasks.c.is_unread),
        select(at.c.place, literal(None, Message.task_id.type), others.c.things, true()).select_from(at.join(others, true())),
    ).subquery("waiting")
    unread = func.count().filter(rows.c.is_unread).label("unread")
    waiting = (func.count(rows.c.task_id.distinct()) + func.sum(rows.c.things)).label("waiting")
    counts = select(rows.c.place, unread, waiting).group_by(rows.c.place).order_by(rows.c.place)
    return list(session.execute(counts))
