"""The company's own people and departments, as the gateway tells of them."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, literal, select
from sqlalchemy.orm import Session, aliased

from services.customer.domain.superiors import Place, department_of_superior
from services.customer.store.tables import CompanyDepartment, Customer, User
from services.kit.copies import keep_newer

_PEOPLE_LOCK = 0x4C3246  # advisory locks are per database
_DEPTH_MAX = 50


def lock_people(session: Session) -> None:
    """Make whoever else hears of the people wait until the transaction ends.

    Who takes over from a leaver depends on several rows, and of two that are heard at once neither transaction sees the other's.
    """
    session.execute(select(func.pg_advisory_xact_lock(_PEOPLE_LOCK)))


def keep_user(session: Session, user: dict[str, Any], version: int) -> bool:
    """Copy a user as he or she is now, unless what is here is as new.

    :returns: whether it was newer.
    """
    return keep_newer(session, User, {**user, "version": version})


def keep_department(session: Session, department: dict[str, Any], version: int) -> bool:
    """Copy a department of the company's as it is now, unless what is here is as new.

    :returns: whether it was newer.
    """
    return keep_newer(session, CompanyDepartment, {**department, "version": version})


def lock_person(session: Session, user_id: UUID) -> User | None:
    """A user as he or she is, who cannot leave before the transaction ends; ``None`` for one not heard of yet.

    Whoever is about to get a customer is locked so, before the customer is: else the customers of a leaver are handed over, and
    this one, which nobody sees yet, stays behind.
    """
    query = select(User).where(User.id == user_id).with_for_update(read=True).execution_options(populate_existing=True)
    return session.scalar(query)


def has_left(session: Session, user_id: UUID) -> bool:
    """Whether a user is known to have left; one not heard of yet has not. One who has not cannot before the transaction ends."""
    return user_id in leavers_among(session, [user_id])


def leavers_among(session: Session, user_ids: Collection[UUID]) -> set[UUID]:
    """The same of several: those who have left."""
    query = select(User.id, User.active).where(User.id.in_(user_ids)).order_by(User.id).with_for_update(read=True)
    return {user_id for user_id, active in session.execute(query) if not active}


def users_of_logins(session: Session, logins: Collection[str]) -> dict[str, User]:
    """The users who sign in by these names, by login."""
    if not logins:
        return {}
    return {user.login: user for user in session.scalars(select(User).where(User.login.in_(logins)))}


def nearest_lead(session: Session, department_id: UUID | None) -> User | None:
    """The active lead of a department, or of the nearest one above that has one."""
    if department_id is None:
        return None
    columns = (CompanyDepartment.parent_id, CompanyDepartment.lead_id)
    own = select(*columns, literal(0).label("depth")).where(CompanyDepartment.id == department_id)
    up = own.cte("up", recursive=True)
    above = aliased(CompanyDepartment)
    step = select(above.parent_id, above.lead_id, (up.c.depth + 1).label("depth"))
    up = up.union_all(step.join(up, above.id == up.c.parent_id).where(up.c.depth < _DEPTH_MAX))
    return session.scalar(select(User).join(up, up.c.lead_id == User.id).where(User.active).order_by(up.c.depth).limit(1))


def departments_of_superiors(session: Session, owners: Mapping[UUID, UUID | None]) -> dict[UUID, UUID | None]:
    """For each owner the department whose lead is his or her superior, as :func:`department_of_superior`; two queries at most.

    :param owners: with their departments.
    """
    leads = set(session.scalars(select(CompanyDepartment.lead_id).where(CompanyDepartment.lead_id.in_(owners)).distinct()))
    if not leads:
        return dict(owners)
    there = aliased(User)
    query = select(CompanyDepartment.id, CompanyDepartment.parent_id, there.id)
    query = query.outerjoin(there, and_(there.id == CompanyDepartment.lead_id, there.active))
    places = {department_id: Place(parent_id, lead_id) for department_id, parent_id, lead_id in session.execute(query)}
    return {
        owner_id: department_of_superior(places, owner_id, department_id) if owner_id in leads else department_id
        for owner_id, department_id in owners.items()
    }


def leavers_with_customers(session: Session) -> list[User]:
    """Users who have left and still look after customers."""
    # A leaver at a time, by the owners' index: joined, it may come to reading a million customers for a handful of leavers.
    one = select(Customer.id).where(Customer.owner_id == User.id).limit(1).scalar_subquery()
    return list(session.scalars(select(User).where(~User.active, one.is_not(None)).order_by(User.id)))
