"""Add a user."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from gateway.identity.domain.logins import normalise_login
from gateway.identity.domain.passwords import password_errors
from gateway.identity.secrets import hash_password
from gateway.identity.store.people import department_name, hold_open_department
from gateway.identity.store.tables import User
from gateway.identity.usecases.snapshots import user_shown, user_snapshot
from services.kit.errors import Conflict, InvalidInput
from services.kit.unit_of_work import Begin


def add_user(
    begin: Begin,
    *,
    login: str,
    name: str,
    email: str | None,
    department_id: UUID | None,
    roles: list[str],
    password: str | None,
    is_service: bool,
    password_needed: bool = True,
) -> dict[str, Any]:
    """A new user: a person with a first password to be changed, or another system without any.

    :param password_needed: whether a person signs in by it, and not at the company's identity provider.
    :raises Conflict: ``login_taken``.
    :raises InvalidInput: a person without password or role, a service user with a password, an unknown department.
    """
    normal_login = normalise_login(login)
    _check(normal_login, roles, password, is_service, password_needed)
    password_hash = hash_password(password) if password is not None else None
    try:
        with begin() as work:
            if department_id is not None and not hold_open_department(work.session, department_id):
                raise InvalidInput(fields={"department_id": ["no_such_department"]})
            user = User(
                id=work.new_id(),
                login=normal_login,
                name=name.strip(),
                email=email,
                password_hash=password_hash,
                department_id=department_id,
                roles=sorted(set(roles)),
                active=True,
                is_service=is_service,
                must_change_password=password is not None,
                created_at=work.now,
                version=1,
            )
            work.session.add(user)
            work.session.flush()
            work.publish("user_changed", user.id, user_snapshot(user), version=user.version)
            work.audit("user_added", ("user", user.id), after={"login": user.login, "roles": user.roles})
            return user_shown(user, department_name(work.session, department_id))
    except IntegrityError as error:
        if "uq_users_login" in str(error.orig):
            raise Conflict("login_taken", login=normal_login) from error
        raise


def _check(login: str, roles: list[str], password: str | None, is_service: bool, password_needed: bool) -> None:
    if is_service:
        if password is not None:
            raise InvalidInput(fields={"password": ["unknown"]})
        return
    if password is None and password_needed:
        raise InvalidInput(fields={"password": ["required"]})
    if not roles:
        raise InvalidInput(fields={"roles": ["role_required"]})
    if password is not None and (errors := password_errors(password, login)):
        raise InvalidInput(fields={"password": errors})
