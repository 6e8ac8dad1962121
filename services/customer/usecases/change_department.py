"""Change a department of a customer's."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.customer.store.contacts import find_department
from services.customer.usecases.changes import change_row
from services.customer.usecases.keepers import lock_kept
from services.customer.usecases.views import view_under
from services.kit.errors import ChangedMeanwhile, Conflict
from services.kit.unit_of_work import Begin


def change_department(begin: Begin, customer_id: UUID, department_id: UUID, *, version: int, **changes: Any) -> dict[str, Any]:
    """Set what is given and leave the rest.

    :param version: the department's as the caller saw it.
    :raises NotFound: ``customer_department_not_found``.
    :raises ChangedMeanwhile: ``customer_department_changed_meanwhile``.
    :raises Conflict: ``customer_department_taken``, by another of the same customer.
    """
    with begin() as work:
        customer = lock_kept(work, customer_id)
        department = find_department(work.session, customer.id, department_id)
        if department.version != version:
            raise ChangedMeanwhile("customer_department_changed_meanwhile", version=department.version)
        try:
            with work.session.begin_nested():
                changed = change_row(department, changes)
                work.session.flush()
        except IntegrityError as error:
            # A customer's departments' names are the only unique thing that changes here.
            raise Conflict("customer_department_taken", name=changes["name"]) from error
        if changed:
            after = {"department": department.name, **changed.after}
            work.audit("department_changed", ("customer", customer.id), before=changed.before, after=after)
        return view_under(customer, department)
