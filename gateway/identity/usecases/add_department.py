"""Add a department."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from gateway.identity.store.people import department_rows, hold_open_department, is_active_user
from gateway.identity.store.tables import Department
from gateway.identity.usecases.snapshots import department_shown, department_snapshot
from services.kit.errors import Conflict, InvalidInput
from services.kit.unit_of_work import Begin


def add_department(begin: Begin, *, name: str, parent_id: UUID | None, lead_id: UUID | None) -> dict[str, Any]:
    """A new department.

    :raises Conflict: ``department_name_taken`` under the same parent.
    :raises InvalidInput: an unknown parent or lead.
    """
    try:
        with begin() as work:
            if parent_id is not None and not hold_open_department(work.session, parent_id):
                raise InvalidInput(fields={"parent_id": ["no_such_department"]})
            if lead_id is not None and not is_active_user(work.session, lead_id):
                raise InvalidInput(fields={"lead_id": ["no_such_user"]})
            department = Department(id=work.new_id(), name=name.strip(), parent_id=parent_id, lead_id=lead_id, version=1)
            work.session.add(department)
            work.session.flush()
            work.publish("department_changed", department.id, department_snapshot(department), version=1)
            work.audit("department_added", ("department", department.id), after={"name": department.name})
            row = department_rows(work.session, department.id)[0]
            return department_shown(row.Department, row.lead_name)
    except IntegrityError as error:
        if "uq_departments_parent_id_name" in str(error.orig):
            raise Conflict("department_name_taken", name=name.strip()) from error
        raise
