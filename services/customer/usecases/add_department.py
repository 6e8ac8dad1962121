"""Add a department of a customer's."""

from typing import Any
from uuid import UUID

from services.customer.store.contacts import insert_department
from services.customer.store.tables import Department
from services.customer.usecases.keepers import lock_kept
from services.customer.usecases.views import view_under
from services.kit.errors import Conflict
from services.kit.unit_of_work import Begin, UnitOfWork


def add_department(begin: Begin, customer_id: UUID, *, name: str, remarks: str) -> dict[str, Any]:
    """
    :raises Conflict: ``customer_department_taken``, by another of the same customer.
    """
    with begin() as work:
        customer = lock_kept(work, customer_id)
        department = new_department(work, customer.id, name=name, remarks=remarks)
        if not insert_department(work.session, department):
            raise Conflict("customer_department_taken", name=department.name)
        work.audit("department_added", ("customer", customer.id), after={"name": department.name})
        return view_under(customer, department)


def new_department(work: UnitOfWork, customer_id: UUID, *, name: str, remarks: str) -> Department:
    """The row of a department to be."""
    return Department(
        id=work.new_id(), customer_id=customer_id, name=name.strip(), remarks=remarks, created_at=work.now, version=1
    )
