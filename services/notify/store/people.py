"""The copy of the people, and who of them a message is for.

An inbox is settled by its reader's own claims; what is sent needs its receivers before any of them asks. Both must agree:
:func:`services.notify.store.addressees.addressees_of` says it for one reader, this module for all of them.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import Select, Uuid, any_, bindparam, literal, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY, array, distinct_on
from sqlalchemy.orm import Session, aliased

from services.kit.copies import keep_newer
from services.notify.store.people_tables import Department, User
from services.notify.store.tables import Message

MESSAGE_IDS: Final = bindparam("message_ids", type_=ARRAY(Uuid))
_DEPTH_MAX: Final = 50


def keep_user(session: Session, values: dict[str, object]) -> None:
    """Write the copy, unless a newer one is there."""
    keep_newer(session, User, values)


def keep_department(session: Session, values: dict[str, object]) -> None:
    """Write the copy, unless a newer one is there."""
    keep_newer(session, Department, values)


def mail_address_of(session: Session, user_id: UUID) -> str | None:
    """The directory's; ``None`` where it knows none."""
    return session.scalar(select(User.email).where(User.id == user_id))


def receivers() -> Select[UUID, UUID]:
    """``message_id`` and ``user_id`` of everyone whom the messages with :data:`MESSAGE_IDS` are for, active or not; leads are.

    A message about a task that ended already is for nobody.
    """
    asked = select(Message).where(Message.id == any_(MESSAGE_IDS), ~Message.is_done).cte("asked")
    users = select(asked.c.id.label("message_id"), asked.c.user_id.label("user_id")).where(asked.c.recipient_kind == "user")
    belongs = asked.c.department_id.is_(None) | (asked.c.department_id == User.department_id)
    holders = (
        select(asked.c.id, User.id)
        .join(User, User.roles.contains(array([asked.c.role])) & belongs)
        .where(asked.c.recipient_kind == "role")
    )
    nearest = _nearest_leads(select(asked.c.department_id).where(asked.c.recipient_kind == "lead")).subquery("nearest")
    leads = (
        select(asked.c.id, nearest.c.lead_id)
        .join(nearest, nearest.c.asked_id == asked.c.department_id)
        .where(asked.c.recipient_kind == "lead")
    )
    found = union_all(users, holders, leads).subquery("receivers")
    return select(found.c.message_id, found.c.user_id).distinct()


def _nearest_leads(departments: Select[UUID | None]) -> Select[UUID, UUID]:
    """``asked_id`` of each department and ``lead_id``, its lead or the nearest one above; one who has left leads no more."""
    own = select(Department.id.label("asked_id"), Department.lead_id, Department.parent_id, literal(0).label("depth"))
    up = own.where(Department.id.in_(departments)).cte("up", recursive=True)
    above = aliased(Department)
    step = select(up.c.asked_id, above.lead_id, above.parent_id, (up.c.depth + 1).label("depth"))
    up = up.union_all(step.join(above, above.id == up.c.parent_id).where(up.c.depth < _DEPTH_MAX))
    active = select(up.c.asked_id, up.c.lead_id).join(User, (User.id == up.c.lead_id) & User.active)
    return active.ext(distinct_on(up.c.asked_id)).order_by(up.c.asked_id, up.c.depth)
