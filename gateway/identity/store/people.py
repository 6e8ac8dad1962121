"""Queries about users and departments."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Row, func, or_, select, text
from sqlalchemy.orm import Session

from gateway.identity.domain import departments as domain
from gateway.identity.store.tables import Department, User
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, fetch_page

_TREE_LOCK = 0x4C3245  # advisory locks are per database

USER_SORTS = {"name": User.name, "login": User.login, "created_at": User.created_at}


def lock_user(session: Session, user_id: UUID) -> User:
    """The user, locked until the transaction ends.

    :raises NotFound: ``user_not_found``.
    """
    user = session.scalar(select(User).where(User.id == user_id).with_for_update())
    if user is None:
        raise NotFound("user_not_found")
    return user


def find_user(session: Session, user_id: UUID) -> User:
    """
    :raises NotFound: ``user_not_found``.
    """
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("user_not_found")
    return user


def is_active_user(session: Session, user_id: UUID) -> bool:
    return session.scalar(select(User.id).where(User.id == user_id, User.active)) is not None


def is_active_person(session: Session, user_id: UUID) -> bool:
    """Whether this is an active user, and no other system."""
    return session.scalar(select(User.id).where(User.id == user_id, User.active, ~User.is_service)) is not None


def hold_open_department(session: Session, department_id: UUID) -> bool:
    """Whether there is such a department and it is open; it is not closed until the transaction ends."""
    query = select(Department.id).where(Department.id == department_id, ~Department.closed)
    return session.scalar(query.with_for_update(key_share=True, read=True)) is not None


def count_members(session: Session, department_id: UUID) -> tuple[int, int]:
    """The active users that stand in a department, and the open departments right below it."""
    users = select(func.count()).where(User.department_id == department_id, User.active).scalar_subquery()
    below = select(func.count()).where(Department.parent_id == department_id, ~Department.closed).scalar_subquery()
    row = session.execute(select(users.label("users"), below.label("below"))).one()
    return row.users, row.below


def department_name(session: Session, department_id: UUID | None) -> str | None:
    if department_id is None:
        return None
    return session.scalar(select(Department.name).where(Department.id == department_id))


def lock_administrators(session: Session) -> set[UUID]:
    """The active administrators, locked in the order of their ids, so that two of them cannot take away each other's right."""
    query = select(User.id).where(User.active, User.roles.contains(["admin"])).order_by(User.id).with_for_update()
    return set(session.scalars(query))


def lock_leavers_to(session: Session, successor_id: UUID) -> list[User]:
    """Those who have left and named this one to take over, locked in the order of their ids."""
    query = select(User).where(User.successor_id == successor_id, ~User.active).order_by(User.id).with_for_update()
    return list(session.scalars(query))


def departments_led_by(session: Session, user_id: UUID) -> list[str]:
    """The names of the departments whose lead somebody is; not of those below these."""
    return list(session.scalars(select(Department.name).where(Department.lead_id == user_id).order_by(Department.name)))


def names_of(session: Session, user_ids: Collection[UUID]) -> dict[UUID, str]:
    return {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))}


def page_of_users(
    session: Session, request: PageRequest, *, name_part: str, department_id: UUID | None, role: str | None, active: bool | None
) -> Page:
    """Users with their departments' names, by name unless sorted otherwise."""
    query = select(User, Department.name.label("department_name")).outerjoin(Department, Department.id == User.department_id)
    if name_part:
        query = query.where(
            or_(User.name.contains(name_part, autoescape=True), User.login.contains(name_part.lower(), autoescape=True))
        )
    if department_id is not None:
        query = query.where(User.department_id == department_id)
    if role is not None:
        query = query.where(User.roles.contains([role]))
    if active is not None:
        query = query.where(User.active == active)
    return fetch_page(session, query, request, sorts=USER_SORTS, default_sort="name", key=User.id)


def lock_tree(session: Session) -> domain.Tree:
    """The departments' tree; nobody else changes it until the transaction ends (two moves at once could make a circle)."""
    session.execute(select(func.pg_advisory_xact_lock(_TREE_LOCK)))
    return read_tree(session)


def read_tree(session: Session) -> domain.Tree:
    """The departments' tree. A lead who has left leads no more."""
    query = select(Department.id, Department.parent_id, User.id.label("lead_id")).outerjoin(
        User, (User.id == Department.lead_id) & User.active
    )
    return domain.tree_of(domain.Department(row.id, row.parent_id, row.lead_id) for row in session.execute(query))


def lock_department(session: Session, department_id: UUID) -> Department:
    """
    :raises NotFound: ``department_not_found``.
    """
    department = session.scalar(select(Department).where(Department.id == department_id).with_for_update())
    if department is None:
        raise NotFound("department_not_found")
    return department


def department_rows(session: Session, department_id: UUID | None = None) -> list[Row[Department, str]]:
    """Departments with their leads' names, by name; one or all."""
    query = select(Department, User.name.label("lead_name")).outerjoin(User, User.id == Department.lead_id)
    if department_id is not None:
        query = query.where(Department.id == department_id)
    return list(session.execute(query.order_by(Department.name, Department.id)).all())


def find_by_login(session: Session, login: str) -> User | None:
    """
    :param login: normalised.
    """
    return session.scalar(select(User).where(User.login == login))


def lock_word(session: Session, word: str) -> None:
    """Make whoever else locks this word wait until the transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:word, 0))"), {"word": word})
