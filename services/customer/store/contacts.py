"""Queries about a customer's departments, contacts and contact logs. Whoever asks has found the customer visible before."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, Row, case, cast, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from services.customer.store.customers import owned_in_sight
from services.customer.store.tables import Contact, ContactLog, ContactLogAddition, Customer, Department
from services.kit.caller import Caller
from services.kit.clock import SHANGHAI
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, fetch_page

# Whoever has left stands behind all that are there.
_STANDING = case((Contact.has_left, "1"), else_="0").concat(Contact.name)


def insert_department(session: Session, department: Department) -> bool:
    """Add it, unless the customer has one of that name."""
    values = {column.key: getattr(department, column.key) for column in Department.__table__.columns}
    return (
        session.execute(insert(Department).values(values).on_conflict_do_nothing().returning(Department.id)).first() is not None
    )


def department_name(session: Session, customer_id: UUID, department_id: UUID) -> str | None:
    """The name of a department of this customer's; ``None`` if it has no such department."""
    query = select(Department.name).where(Department.id == department_id, Department.customer_id == customer_id)
    return session.scalar(query)


def contact_name(session: Session, customer_id: UUID, contact_id: UUID) -> str | None:
    """The name of a contact of this customer's; ``None`` if it has no such contact."""
    return session.scalar(select(Contact.name).where(Contact.id == contact_id, Contact.customer_id == customer_id))


def find_department(session: Session, customer_id: UUID, department_id: UUID) -> Department:
    """
    :raises NotFound: ``customer_department_not_found``, if this customer has no such department.
    """
    department = session.scalar(select(Department).where(Department.id == department_id, Department.customer_id == customer_id))
    if department is None:
        raise NotFound("customer_department_not_found")
    return department


def find_contact(session: Session, customer_id: UUID, contact_id: UUID) -> Contact:
    """
    :raises NotFound: ``contact_not_found``, if this customer has no such contact.
    """
    contact = session.scalar(select(Contact).where(Contact.id == contact_id, Contact.customer_id == customer_id))
    if contact is None:
        raise NotFound("contact_not_found")
    return contact


def find_log(session: Session, customer_id: UUID, log_id: UUID) -> ContactLog:
    """
    :raises NotFound: ``contact_log_not_found``, if this customer has no such log.
    """
    log = session.scalar(select(ContactLog).where(ContactLog.id == log_id, ContactLog.customer_id == customer_id))
    if log is None:
        raise NotFound("contact_log_not_found")
    return log


def best_filled_items(session: Session, customer_id: UUID) -> int:
    """The best contact's, of those who are there; 0 without any."""
    query = select(func.max(Contact.filled_items)).where(Contact.customer_id == customer_id, Contact.has_left.is_(False))
    return session.scalar(query) or 0


def last_log_at(session: Session, customer_id: UUID) -> datetime | None:
    """When the customer was last in touch; ``None`` if never."""
    return session.scalar(select(func.max(ContactLog.at)).where(ContactLog.customer_id == customer_id))


def additions_of(session: Session, log_ids: Sequence[UUID]) -> dict[UUID, list[ContactLogAddition]]:
    """What was added to several logs, the oldest first; nothing for those that stand as they were made."""
    query = (
        select(ContactLogAddition)
        .where(ContactLogAddition.contact_log_id.in_(log_ids))
        .order_by(ContactLogAddition.created_at, ContactLogAddition.id)
    )
    additions: dict[UUID, list[ContactLogAddition]] = {}
    for addition in session.scalars(query) if log_ids else ():
        additions.setdefault(addition.contact_log_id, []).append(addition)
    return additions


def page_of_departments(session: Session, customer_id: UUID, request: PageRequest) -> Page:
    query = select(Department).where(Department.customer_id == customer_id)
    return fetch_page(session, query, request, sorts={"name": Department.name}, default_sort="name", key=Department.id)


def page_of_contacts(session: Session, customer_id: UUID, request: PageRequest) -> Page:
    """Rows of a contact and its department's name; by name, those who have left last."""
    query = (
        select(Contact, Department.name.label("department_name"))
        .outerjoin(Department, Department.id == Contact.department_id)
        .where(Contact.customer_id == customer_id)
    )
    sorts = {"name": _STANDING, "created_at": Contact.created_at}
    return fetch_page(session, query, request, sorts=sorts, default_sort="name", key=Contact.id)


def page_of_logs(
    session: Session, customer_id: UUID, request: PageRequest, *, channel: str | None = None, contact_id: UUID | None = None
) -> Page:
    """Rows of a contact log and its contact's name, the latest first."""
    query = (
        select(ContactLog, Contact.name.label("contact_name"))
        .outerjoin(Contact, Contact.id == ContactLog.contact_id)
        .where(ContactLog.customer_id == customer_id)
    )
    if channel is not None:
        query = query.where(ContactLog.channel == channel)
    if contact_id is not None:
        query = query.where(ContactLog.contact_id == contact_id)
    sorts = {"at": ContactLog.at, "created_at": ContactLog.created_at}
    return fetch_page(session, query, request, sorts=sorts, default_sort="-at", key=ContactLog.id)


def page_of_follow_ups(
    session: Session,
    caller: Caller,
    request: PageRequest,
    *,
    first_day: date | None,
    last_day: date | None,
    owner_id: UUID | None,
) -> Page:
    """Rows of a contact log whose follow-up is open, its customer, and its contact's name and mobile, by day.

    It is open until the customer is in touch on that day or later. Of a pool customer nobody follows up anything.
    """
    later = aliased(ContactLog)
    planned_from = func.timezone(SHANGHAI.key, cast(ContactLog.follow_up_on, DateTime))
    done = exists().where(later.customer_id == ContactLog.customer_id, later.at > ContactLog.at, later.at >= planned_from)
    query = (
        select(ContactLog, Customer, Contact.name.label("contact_name"), Contact.mobile.label("contact_mobile"))
        .join(Customer, Customer.id == ContactLog.customer_id)
        .outerjoin(Contact, Contact.id == ContactLog.contact_id)
        .where(ContactLog.follow_up_on.is_not(None), owned_in_sight(caller), ~done)
    )
    if first_day is not None:
        query = query.where(ContactLog.follow_up_on >= first_day)
    if last_day is not None:
        query = query.where(ContactLog.follow_up_on <= last_day)
    if owner_id is not None:
        query = query.where(Customer.owner_id == owner_id)
    sorts = {"follow_up_on": ContactLog.follow_up_on}
    return fetch_page(session, query, request, sorts=sorts, default_sort="follow_up_on", key=ContactLog.id)


def remind_of_follow_ups(session: Session, on: date, now: datetime, limit: int) -> list[Row[ContactLog, Customer]]:
    """Mark follow-ups whose day has come as told of, each once.

    :returns: ``(contact log, customer)`` of those marked; a pool customer's has nobody to be told.
    """
    due = (
        select(ContactLog.id)
        .where(ContactLog.follow_up_on <= on, ContactLog.reminded_at.is_(None))
        .order_by(ContactLog.follow_up_on, ContactLog.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    marked = session.scalars(
        update(ContactLog).where(ContactLog.id.in_(due.scalar_subquery())).values(reminded_at=now).returning(ContactLog.id)
    ).all()
    query = select(ContactLog, Customer).join(Customer, Customer.id == ContactLog.customer_id).where(ContactLog.id.in_(marked))
    return list(session.execute(query.order_by(ContactLog.id)))
