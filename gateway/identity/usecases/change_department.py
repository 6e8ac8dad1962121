"""Change a department: its name, its place in the tree, its lead; close it, or open it again."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from gateway.identity.domain.departments import makes_circle
from gateway.identity.store.people import (
    count_members,
    department_rows,
    hold_open_department,
    is_active_user,
    lock_department,
    lock_tree,
)
from gateway.identity.store.tables import Department
from gateway.identity.usecases.snapshots import department_shown, department_snapshot
from services.kit.errors import ChangedMeanwhile, Conflict, InvalidInput
from services.kit.unit_of_work import Begin, UnitOfWork


def change_department(
    begin: Begin, department_id: UUID, changes: dict[str, Any], *, expected_version: int | None = None
) -> dict[str, Any]:
    """Apply the changes that are there.

    :param changes: some of ``name``, ``parent_id``, ``lead_id``, ``closed``.
    :raises Conflict: ``department_name_taken``, ``department_circle``; ``department_has_people``, ``department_has_departments``
        while anything is open in one that is to be closed; ``department_above_closed`` for one that is to be open.
    :raises ChangedMeanwhile: it has another version by now.
    """
    try:
        with begin() as work:
            _check(work, department_id, changes)
            department = lock_department(work.session, department_id)
            if expected_version not in (None, department.version):
                raise ChangedMeanwhile("version_changed", version=department.version)
            before = department_snapshot(department)
            for field, value in changes.items():
                setattr(department, field, value.strip() if field == "name" else value)
            _check_open(work, department)
            department.version += 1
            work.session.flush()
            after = department_snapshot(department)
            work.publish("department_changed", department.id, after, version=department.version)
            work.audit("department_changed", ("department", department.id), before=_plain(before), after=_plain(after))
            row = department_rows(work.session, department.id)[0]
            return department_shown(row.Department, row.lead_name)
    except IntegrityError as error:
        if "uq_departments_parent_id_name" in str(error.orig):
            raise Conflict("department_name_taken", name=changes.get("name", "")) from error
        raise


def _check(work: UnitOfWork, department_id: UUID, changes: dict[str, Any]) -> None:
    parent_id, lead_id = changes.get("parent_id"), changes.get("lead_id")
    if parent_id is not None:
        tree = lock_tree(work.session)
        if parent_id not in tree:
            raise InvalidInput(fields={"parent_id": ["no_such_department"]})
        if makes_circle(tree, department_id, parent_id):
            raise Conflict("department_circle")
    if lead_id is not None and not is_active_user(work.session, lead_id):
        raise InvalidInput(fields={"lead_id": ["no_such_user"]})


def _check_open(work: UnitOfWork, department: Department) -> None:
    """Nobody stands in a closed department, and what stands below it is closed, too. Whoever is put there meanwhile waits."""
    if not department.closed:
        if department.parent_id is not None and not hold_open_department(work.session, department.parent_id):
            raise Conflict("department_above_closed")
        return
    users, below = count_members(work.session, department.id)
    if users:
        raise Conflict("department_has_people", count=users)
    if below:
        raise Conflict("department_has_departments", count=below)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: str(value) if isinstance(value, UUID) else value for key, value in values.items()}
