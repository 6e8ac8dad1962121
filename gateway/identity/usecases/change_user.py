"""Change a user: name, address, department, roles, password; or let him or her leave."""

from typing import Any
from uuid import UUID

from gateway.identity.domain.passwords import password_errors
from gateway.identity.secrets import hash_password
from gateway.identity.store.people import (
    department_name,
    find_user,
    hold_open_department,
    is_active_person,
    lock_administrators,
    lock_user,
)
from gateway.identity.store.proofs import delete_sessions_of, revoke_tokens_of
from gateway.identity.store.tables import User
from gateway.identity.usecases.snapshots import user_shown, user_snapshot
from gateway.identity.usecases.successions import pass_on_successions
from services.kit.errors import ChangedMeanwhile, Conflict, InvalidInput
from services.kit.unit_of_work import Begin, UnitOfWork

_PLAIN_FIELDS = ("name", "email", "department_id", "roles", "active", "successor_id")


def change_user(begin: Begin, user_id: UUID, changes: dict[str, Any], *, expected_version: int | None = None) -> dict[str, Any]:
    """Apply the changes that are there. A leaver's sessions and tokens end at once; so do the sessions of a new password's owner.

    :param changes: some of ``name``, ``email``, ``department_id``, ``roles``, ``active``, ``password``; with ``active: false``
        also ``successor_id``, who takes over (spec, gateway.md: "leaving users hand their customers and tasks to someone").
    :param expected_version: the version the changer saw; ``None`` for whichever.
    :raises InvalidInput: by field; a department that is closed, or is none.
    :raises Conflict: ``last_administrator``.
    :raises ChangedMeanwhile: it has another version by now.
    """
    password_hash = _hash_of_new(begin, user_id, changes["password"]) if "password" in changes else None
    with begin() as work:
        administrators = lock_administrators(work.session)
        user = lock_user(work.session, user_id)
        if expected_version not in (None, user.version):
            raise ChangedMeanwhile("version_changed", version=user.version)
        _check(work, user, changes)
        if user.successor_id is not None and changes.get("active", user.active) != user.active:
            # Whoever comes back has no successor any more.
            changes = {"successor_id": None, **changes}
        before = {key: value for key, value in user_snapshot(user).items() if key in changes}
        for field in _PLAIN_FIELDS:
            if field in changes:
                setattr(user, field, sorted(set(changes[field])) if field == "roles" else changes[field])
        if administrators == {user.id} and not (user.active and "admin" in user.roles):
            raise Conflict("last_administrator")
        if password_hash is not None:
            user.password_hash, user.must_change_password = password_hash, True
            delete_sessions_of(work.session, user.id)
        if not user.active:
            _let_go(work, user)
        user.version += 1
        after = {key: value for key, value in user_snapshot(user).items() if key in changes}
        work.publish("user_changed", user.id, user_snapshot(user), version=user.version)
        work.audit("user_changed", ("user", user.id), before=_plain(before), after=_plain(after))
        return user_shown(user, department_name(work.session, user.department_id))


def _hash_of_new(begin: Begin, user_id: UUID, password: str) -> str:
    # Before the transaction that changes the user: it takes a tenth of a second.
    with begin() as work:
        user = find_user(work.session, user_id)
        if user.is_service:
            raise InvalidInput(fields={"password": ["unknown"]})
        if errors := password_errors(password, user.login):
            raise InvalidInput(fields={"password": errors})
    return hash_password(password)


def _let_go(work: UnitOfWork, user: User) -> None:
    delete_sessions_of(work.session, user.id)
    revoke_tokens_of(work.session, user.id, work.now)
    if user.successor_id is not None:
        pass_on_successions(work, user.id, user.successor_id)


def _check(work: UnitOfWork, user: User, changes: dict[str, Any]) -> None:
    department_id = changes.get("department_id", user.department_id)
    comes = department_id != user.department_id or (changes.get("active", False) and not user.active)
    if comes and department_id is not None and not hold_open_department(work.session, department_id):
        raise InvalidInput(fields={"department_id": ["no_such_department"]})
    if "roles" in changes and not changes["roles"] and not user.is_service:
        raise InvalidInput(fields={"roles": ["role_required"]})
    successor_id = changes.get("successor_id")
    if successor_id is not None:
        # Everyone who changes a user holds the administrators' rows, so the successor cannot leave at the same moment.
        _check_successor(work, user, successor_id, leaves=changes.get("active") is False)


def _check_successor(work: UnitOfWork, user: User, successor_id: UUID, *, leaves: bool) -> None:
    if not leaves:
        raise InvalidInput(fields={"successor_id": ["only_for_leavers"]})
    if successor_id == user.id:
        raise InvalidInput(fields={"successor_id": ["not_oneself"]})
    if not is_active_person(work.session, successor_id):
        raise InvalidInput(fields={"successor_id": ["no_such_user"]})


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: str(value) if isinstance(value, UUID) else value for key, value in values.items()}
