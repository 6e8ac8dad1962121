"""Import a company's first departments and users; run again, it changes nothing that is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from gateway.identity.domain.logins import normalise_login
from gateway.identity.secrets import hash_password
from gateway.identity.store.people import lock_tree
from gateway.identity.store.tables import Department, User
from gateway.identity.usecases.snapshots import department_snapshot, user_snapshot
from services.kit.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True)
class DepartmentSeed:
    """A department by name.

    :param parent: the name of one that stands before it in the list; empty for the top.
    :param lead: a login of the users' list; empty for none.
    """

    name: str
    parent: str = ""
    lead: str = ""


@dataclass(frozen=True)
class UserSeed:
    """A user.

    :param department: a name of the departments' list; empty for none.
    :param password: ``None`` makes a service user.
    """

    login: str
    name: str
    department: str
    roles: Sequence[str]
    password: str | None
    must_change_password: bool = True
    email: str | None = None


@dataclass(frozen=True)
class Seeded:
    """Everybody's id, by department name and by login; those that were there before, too."""

    departments: dict[str, UUID]
    users: dict[str, UUID]


def seed_people(begin: Begin, departments: Sequence[DepartmentSeed], users: Sequence[UserSeed]) -> Seeded:
    """Add the departments and users that are not there yet, in one transaction.

    :raises KeyError: a parent, department or lead that is in no list: a programming error of the list's author.
    """
    with begin() as work:
        known = set(work.session.scalars(select(User.login)))
    hashes = {
        normalise_login(user.login): hash_password(user.password)
        for user in users
        if user.password is not None and normalise_login(user.login) not in known
    }
    with begin() as work:
        lock_tree(work.session)  # two seeds at once wait for each other
        rows, new_departments = _departments(work, departments)
        ids = {name: department.id for name, department in rows.items()}
        user_ids = _users(work, users, ids, hashes)
        for seed in departments:
            if seed.name in new_departments and seed.lead:
                rows[seed.name].lead_id = user_ids[normalise_login(seed.lead)]
        work.session.flush()
        for name in new_departments:
            work.publish("department_changed", rows[name].id, department_snapshot(rows[name]), version=1)
            work.audit("department_added", ("department", rows[name].id), after={"name": name}, why="seed")
    return Seeded(ids, user_ids)


def _departments(work: UnitOfWork, seeds: Sequence[DepartmentSeed]) -> tuple[dict[str, Department], list[str]]:
    existing = {(row.parent_id, row.name): row for row in work.session.scalars(select(Department))}
    rows: dict[str, Department] = {}
    added = []
    for seed in seeds:
        parent_id = rows[seed.parent].id if seed.parent else None
        row = existing.get((parent_id, seed.name))
        if row is None:
            row = Department(id=work.new_id(), name=seed.name, parent_id=parent_id, lead_id=None, version=1)
            work.session.add(row)
            work.session.flush()
            added.append(seed.name)
        rows[seed.name] = row
    return rows, added


def _users(work: UnitOfWork, seeds: Sequence[UserSeed], departments: dict[str, UUID], hashes: dict[str, str]) -> dict[str, UUID]:
    existing = {row.login: row.id for row in work.session.execute(select(User.login, User.id))}
    ids: dict[str, UUID] = {}
    for seed in seeds:
        login = normalise_login(seed.login)
        if login in existing:
            ids[login] = existing[login]
            continue
        user = User(
            id=work.new_id(),
            login=login,
            name=seed.name,
            email=seed.email,
            password_hash=hashes.get(login),
            department_id=departments[seed.department] if seed.department else None,
            roles=sorted(set(seed.roles)),
            active=True,
            is_service=seed.password is None,
            must_change_password=seed.must_change_password and seed.password is not None,
            created_at=work.now,
            version=1,
        )
        work.session.add(user)
        ids[login] = user.id
        work.publish("user_changed", user.id, user_snapshot(user), version=1)
        work.audit("user_added", ("user", user.id), after={"login": login, "roles": user.roles}, why="seed")
    work.session.flush()
    return ids
