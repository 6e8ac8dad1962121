"""Queries about a customer's departments, contacts and contact logs. Whoever asks has found the customer visible before."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.customer.store.tables import Contact, ContactLog, Customer, Department
from services.kit.paging import Page, PageRequest, fetch_page


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


def page_of_departments(session: Session, customer_id: UUID, request: PageRequest) -> Page:
    query = select(Department).where(Department.customer_id == customer_id)
    return fetch_page(session, query, request, sorts={"name": Department.name}, default_sort="name", key=Department.id)


def page_of_contacts(session: Session, customer_id: UUID, request: PageRequest) -> Page:
    """Rows of a contact and its department's name."""
    query = (
        select(Contact, Department.name.label("department_name"))
        .outerjoin(Department, Department.id == Contact.department_id)
        .where(Contact.customer_id == customer_id)
    )
    sorts = {"name": Contact.name, "created_at": Contact.created_at}
    return fetch_page(session, query, request, sorts=sorts, default_sort="name", key=Contact.id)


def page_of_logs(session: Session, customer_id: UUID, request: PageRequest) -> Page:
    """Rows of a contact log and its contact's name, the latest first."""
    query = (
        select(ContactLog, Contact.name.label("contact_name"))
        .outerjoin(Contact, Contact.id == ContactLog.contact_id)
        .where(ContactLog.customer_id == customer_id)
    )
    sorts = {"at": ContactLog.at, "created_at": ContactLog.created_at}
    return fetch_page(session, query, request, sorts=sorts, default_sort="-at", key=ContactLog.id)


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
