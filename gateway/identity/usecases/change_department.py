"""Change a department: its name, its place in the tree, its lead."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from gateway.identity.domain.departments import makes_circle
from gateway.identity.store.people import department_rows, is_active_user, lock_department, lock_tree
from gateway.identity.usecases.snapshots import department_shown, department_snapshot
from services.kit.errors import ChangedMeanwhile, Conflict, InvalidInput
from services.kit.unit_of_work import Begin, UnitOfWork


def change_department(
    begin: Begin, department_id: UUID, changes: dict[str, Any], *, expected_version: int | None = None
) -> dict[str, Any]:
    """Apply the changes that are there.

    :param changes: some of ``name``, ``parent_id``, ``lead_id``.
    :raises Conflict: ``department_name_taken``, ``department_circle``.
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


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: str(value) if isinstance(value, UUID) else value for key, value in values.items()}
